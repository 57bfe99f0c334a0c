import subprocess
import sys
from types import SimpleNamespace

import pytest

from kgan.errors import PluginError
from kgan.testing import KINDS, Result, hold, laws
from kgan.testing.checks import Unchecked


class Kept:
    config = SimpleNamespace(exceptions={})


class Excused:
    config = SimpleNamespace(exceptions={"law": "the paper says so"})


def keeps(make):
    make()


def breaks(make):
    raise AssertionError("2 is\nnot 1")


def fails(make):
    raise ValueError("no such thing")


def cannot(make):
    raise Unchecked("one device")


@pytest.mark.parametrize(
    ("law", "make", "expected"),
    [
        (keeps, Kept, Result("law", True)),
        (breaks, Kept, Result("law", False, "2 is not 1")),
        (fails, Kept, Result("law", False, "ValueError: no such thing")),
        (cannot, Kept, Result("law", None, "one device")),
        (breaks, Excused, Result("law", True, "declared exception: the paper says so")),
        (keeps, Excused, Result("law", False, "kept, but declared an exception (the paper says so)")),
    ],
    ids=["kept", "broken", "error", "unchecked", "excused", "needlessly-excused"],
)
def test_what_comes_of_a_law(law, make, expected):
    assert hold("law", law, make) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_law_says_what_it_demands(kind):
    for name, law in laws(kind).items():
        assert law.__doc__, name


def test_unknown_kind_is_explained():
    with pytest.raises(PluginError, match="did you mean 'loss'"):
        laws("losses")


def test_importing_is_light():
    code = (
        "import sys, kgan.testing; print([m for m in ('tensorflow', 'keras', 'pytest') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
