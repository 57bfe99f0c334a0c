import pytest

from kgan import registry
from kgan.errors import PluginError


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"bords": 3},
            "no parameter 'bords'; did you mean 'boards'? It takes boards, square, contrast, size",
        ),
        ({"boards": "3"}, "checkers's 'boards': expected int, received \"3\""),
        ({"boards": True}, "expected int, received true"),
        ({"boards": 2.0}, "expected int, received 2.0"),
        ({"contrast": "bright"}, 'expected float, received "bright"'),
        ({"contrast": float("nan")}, "'contrast': expected a finite number, received NaN"),
        ({"contrast": float("-inf")}, "'contrast': expected a finite number, received -Infinity"),
        ({"size": [1, 2, 3]}, "expected [int, int], received [1, 2, 3]"),
        ({"size": [1, "x"]}, "'size', at 1: expected a whole number, received \"x\""),
        ({"size": None}, "expected [int, int], received null"),
        ({"path": "/data"}, "'path' is not a parameter to write: it is given by 'data.path' or --data"),
    ],
)
def test_wrong_parameters(third_party, given, says):
    third_party("good")
    (problem,) = registry.check_parameters("readers", "checkers", given)
    assert says in problem.message
    assert problem.parameter in given


@pytest.mark.parametrize(
    "given", [{}, {"boards": 3, "contrast": 1, "size": [8, 8]}, {"contrast": 0.5, "square": 1}]
)
def test_right_parameters(third_party, given):
    third_party("good")
    assert registry.check_parameters("readers", "checkers", given) == ()


RANGED = """
from collections.abc import Mapping, Sequence
from kgan.contracts.constraints import Count, Decay, Positive, Share
from kgan.contracts.reader import Reader

class Odd(Reader):
    def __init__(
        self,
        path: str | None = None,
        *,
        depth: Count = 3,
        rate: Positive = 1e-3,
        decay: Decay | None = None,
        shares: Sequence[Share] = (),
        widths: Mapping[Count, Count] | None = None,
        mixed: Sequence[Share] | Mapping[str, Share] = (0.5,),
    ) -> None: ...
"""


@pytest.fixture
def ranged(third_party):
    """A reader with ranges, offered as ``odd``."""
    site = third_party("wrong_base")
    (site / "kgan_ranged.py").write_text(RANGED)
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.readers]\nodd = kgan_ranged:Odd\n")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"depth": -1}, "odd's 'depth': expected int >= 1, received -1"),
        ({"rate": 0}, "odd's 'rate': expected float > 0, received 0"),
        ({"rate": float("inf")}, "odd's 'rate': expected a finite number, received Infinity"),
        ({"decay": 1}, "odd's 'decay': expected 0 <= float < 1 or null, received 1"),
        ({"shares": [0.5, 2]}, "odd's 'shares', at 1: expected a number of at most 1, received 2"),
        ({"shares": [0.5, float("nan")]}, "odd's 'shares'"),
        ({"widths": {"4": 0}}, "odd's 'widths', at 4: expected a number of at least 1, received 0"),
        ({"widths": {"0": 4}}, "odd's 'widths': expected mapping of int >= 1 to int >= 1, or null"),
        ({"mixed": [3]}, "expected list of 0 <= float <= 1, or mapping of str to 0 <= float <= 1"),
    ],
)
def test_ranges_of_other_modules_are_held(ranged, given, says):
    (problem,) = registry.check_parameters("readers", "odd", given)
    assert says in problem.message


def test_figures_have_their_types_and_the_defaults_of_the_rest(ranged):
    given = {"widths": {"4": 512}, "rate": 1, "shares": [1]}
    assert registry.check_parameters("readers", "odd", given) == ()
    figures = registry.figures_of("readers", "odd", given)
    assert figures == {
        **{"depth": 3, "rate": 1.0, "decay": None, "shares": [1.0], "widths": {4: 512}, "mixed": (0.5,)}
    }


def test_how_a_gan_is_trained_is_no_parameter(third_party):
    third_party("good")
    (problem,) = registry.check_parameters("gans", "tiles", {"critic_updates": 3})
    assert problem.message == "'critic_updates' is no parameter of tiles: write it under 'train'"


def test_missing_parameter(third_party):
    third_party("fails_to_import")
    (problem,) = registry.check_parameters("readers", "fails", {"name": "x"})
    assert problem.missing
    assert problem.message == "fails needs the parameter 'depth' (int)"


def test_what_kgan_gives_is_not_missing(third_party):
    third_party("good")
    assert registry.check_parameters("gans", "tiles", {"latent": 3, "rates": [0.1, 1]}) == ()
    assert registry.check_parameters("classifiers", "brightness", {"form": "max"}) == ()
    (problem,) = registry.check_parameters("classifiers", "brightness", {"form": "median"})
    assert "expected 'mean' or 'max', received \"median\"" in problem.message


def test_dynamic_class_is_loaded(third_party):
    site = third_party("wrong_base")
    (site / "kgan_dynamic.py").write_text(
        "from kgan.contracts.reader import Reader\n"
        "def __init__(self, *, depth: int = 3): ...\n"
        "body = dict(__init__=__init__, patients=lambda self: (), read=lambda self, patient, request: None)\n"
        "Odd = type('Odd', (Reader,), body)\n"
    )
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.readers]\nodd = kgan_dynamic:Odd\n")
    assert registry.check_parameters("readers", "odd", {"depth": 3}) == ()
    (problem,) = registry.check_parameters("readers", "odd", {"depht": 3})
    assert "did you mean 'depth'" in problem.message


def test_unknown_plugin(third_party):
    with pytest.raises(PluginError, match="no reader called"):
        registry.check_parameters("readers", "nobody", {})
