import subprocess
import sys

import pytest

from kgan import registry
from kgan.errors import PluginError
from kgan.registry import checking

READER = """
from kgan.contracts.reader import Reader

class Odd(Reader):
    checked_by = "{target}"

    def __init__(self, *, depth: int = 3, width: int = 1) -> None: ...
"""

CHECK = """
from kgan.errors import RecipeError

def even(figures, *about):
    if figures["depth"] % 2:
        raise RecipeError(f"odd: depth {figures['depth']}; expected an even number; {about}")

def broken(figures):
    figures["nothing"]

def late(figures):
    import tensorflow

number = 3
"""


@pytest.fixture
def offer(third_party):
    """Return ``offer(target)``: a reader whose ``checked_by`` that is."""
    site = third_party("wrong_base")
    for name, heavy in (("light", ""), ("heavy", "import keras"), ("lacking", "import nobody_has_this")):
        (site / f"kgan_{name}.py").write_text(heavy + CHECK)

    def offer(target):
        (site / "kgan_odd.py").write_text(READER.format(target=target))
        points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
        points.write_text("[kgan.readers]\nodd = kgan_odd:Odd\n")
        return site

    yield offer
    for name in ("odd", "light", "heavy", "lacking"):
        sys.modules.pop(f"kgan_{name}", None)


def test_objection_is_what_the_function_raises(offer):
    offer("kgan_light:even")
    figures = registry.figures_of("readers", "odd", {})
    assert registry.objection("readers", "odd", figures, 7) == "odd: depth 3; expected an even number; (7,)"
    assert registry.objection("readers", "odd", {"depth": 4}) == ""


def test_plugin_without_a_check_has_no_objection(third_party):
    third_party("good")
    assert registry.objection("readers", "checkers", {}) == ""


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("kgan_light:nothing", "cannot be found: .*no attribute 'nothing'; expected package.module:function"),
        ("kgan_light", "cannot be found"),
        ("kgan_nowhere:even", "cannot be imported: No module named 'kgan_nowhere'"),
        ("kgan_lacking:even", "cannot be imported: No module named 'nobody_has_this'"),
        ("kgan_light:broken", "fails: KeyError: 'nothing'"),
        ("kgan_light:number", "fails: TypeError"),
    ],
)
def test_broken_checks_name_the_plugin(offer, target, says):
    offer(target)
    with pytest.raises(PluginError, match=f"reader 'odd' of kgan-stranger 1.0: checked_by '{target}' {says}"):
        registry.objection("readers", "odd", {"depth": 3})


def test_no_check_brings_tensorflow(offer):
    site = offer("kgan_heavy:even")
    code = f"""
import sys
sys.path.insert(0, {str(site)!r})
from kgan import registry
from kgan.errors import PluginError
import pathlib
for target in ("kgan_heavy:even", "kgan_light:late"):
    path = pathlib.Path({str(site)!r}, "kgan_odd.py")
    path.write_text({READER!r}.format(target=target))
    try:
        registry.objection("readers", "odd", {{"depth": 4}})
    except PluginError as error:
        print(error)
print(sorted({{"tensorflow", "keras"}} & set(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second, modules = found.stdout.splitlines()
    wanted = "expected a module that imports neither tensorflow nor keras"
    assert first.endswith(f"checked_by 'kgan_heavy:even' imports keras; {wanted}")
    assert second.endswith(f"checked_by 'kgan_light:late' imports tensorflow; {wanted}")
    assert modules == "[]"


def test_guard_is_taken_away(offer):
    offer("kgan_light:even")
    registry.objection("readers", "odd", {"depth": 4})
    assert not any(isinstance(finder, checking._Guard) for finder in sys.meta_path)
