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
from pydantic import model_validator
from kgan.contracts.config import ReaderConfig, Unfit
from kgan.contracts.constraints import DecayRate, Fraction, InputFile, InputFolder, PositiveFloat, PositiveInt

class OddConfig(ReaderConfig):
    path: InputFolder
    depth: PositiveInt = 3
    "How deep."
    rate: PositiveFloat = 1e-3
    decay: DecayRate | None = None
    shares: Sequence[Fraction] = ()
    widths: Mapping[PositiveInt, PositiveInt] | None = None
    mixed: Sequence[Fraction] | Mapping[str, Fraction] = (0.5,)
    table: InputFile | None = None

    @model_validator(mode="after")
    def _fits(self):
        if self.depth == 99:
            raise Unfit("depth 99; expected less at 4", "widths", "4")
        if self.depth == 98:
            raise ValueError("a depth that is not 98")
        return self

    def build(self): ...
"""


@pytest.fixture
def ranged(third_party):
    """A reader with ranges, offered as ``odd``."""
    site = third_party("wrong_base")
    (site / "kgan_ranged.py").write_text(RANGED)
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.readers]\nodd = kgan_ranged:OddConfig\n")


@pytest.mark.parametrize(
    ("given", "message", "place"),
    [
        ({"depth": -1}, "odd's 'depth': expected int >= 1, received -1", ("depth",)),
        ({"rate": 0}, "odd's 'rate': expected float > 0, received 0", ("rate",)),
        ({"rate": float("inf")}, "odd's 'rate': expected a finite number, received Infinity", ("rate",)),
        ({"decay": 1}, "odd's 'decay': expected 0 <= float < 1 or null, received 1", ("decay",)),
        (
            {"shares": [0.5, 2]},
            "odd's 'shares', at 1: expected a number of at most 1, received 2",
            ("shares", 1),
        ),
        ({"shares": [0.5, float("nan")]}, "odd's 'shares', at 1: expected a finite number", ("shares", 1)),
        (
            {"widths": {"4": 0}},
            "odd's 'widths', at 4: expected a number of at least 1, received 0",
            ("widths", "4"),
        ),
        ({"widths": {"0": 4}}, "odd's 'widths': expected mapping of int >= 1 to int >= 1", ("widths",)),
        (
            {"mixed": [3]},
            "expected list of 0 <= float <= 1, or mapping of str to 0 <= float <= 1",
            ("mixed",),
        ),
        ({"table": 3}, "odd's 'table': expected path of a file, or null, received 3", ("table",)),
        ({"depth": 99}, "odd: depth 99; expected less at 4", ("widths", "4")),
        ({"depth": 98}, "odd: a depth that is not 98", ()),
    ],
)
def test_ranges_are_kept_and_the_place_is_reported(ranged, given, message, place):
    (problem,) = registry.check_parameters("readers", "odd", given)
    assert message in problem.message
    assert problem.place == place


def test_several_wrong_parameters_are_all_reported(ranged):
    problems = registry.check_parameters("readers", "odd", {"depth": 0, "rate": 0, "path": "x"})
    assert [problem.parameter for problem in problems] == ["path", "depth", "rate"]


def test_a_configuration_has_typed_values_and_defaults(ranged):
    given = {"widths": {"4": 512}, "rate": 1, "shares": [1]}
    config = registry.configure("readers", "odd", given, path="/data")
    assert (config.path, config.widths, config.rate, config.depth) == ("/data", {4: 512}, 1.0, 3)
    assert list(config.shares) == [1.0]


def test_a_reader_without_data_is_configured_where_none_is_needed(ranged):
    assert registry.configure("readers", "odd", {}, needs_data=False).path == ""
    with pytest.raises(PluginError, match=r"odd needs the parameter 'path' \(path of a folder\)"):
        registry.configure("readers", "odd", {})


def test_a_wrong_configuration_is_one_error(ranged):
    with pytest.raises(PluginError, match=r"reader 'odd': odd's 'depth': .* \(1 more after this\)"):
        registry.configure("readers", "odd", {"depth": 0, "rate": 0}, path="/data")


def test_parameters_are_listed_without_what_kgan_supplies(ranged):
    parameters = registry.parameters_of("readers", "odd")
    assert "path" not in [parameter.name for parameter in parameters]
    first = parameters[0]
    assert (first.name, first.type, first.required, first.default) == ("depth", "int >= 1", False, "3")
    assert first.description == "How deep."


def test_how_a_gan_is_trained_is_no_parameter(third_party):
    third_party("good")
    (problem,) = registry.check_parameters("gans", "tiles", {"critic_updates": 3})
    assert problem.message == "'critic_updates' is no parameter of tiles: write it under 'train'"


def test_missing_parameter(ranged, third_party):
    site = third_party("wrong_base")
    (site / "kgan_needing.py").write_text(
        "from kgan.contracts.config import LossConfig\n"
        "class NeedingConfig(LossConfig):\n"
        "    depth: int\n"
        "    def build(self): ...\n"
    )
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.losses]\nneeding = kgan_needing:NeedingConfig\n")
    (problem,) = registry.check_parameters("losses", "needing", {})
    assert problem.missing
    assert problem.message == "needing needs the parameter 'depth' (int)"


def test_what_kgan_gives_is_not_missing(third_party):
    third_party("good")
    assert registry.check_parameters("gans", "tiles", {"latent": 3, "rates": [0.1, 1]}) == ()
    assert registry.check_parameters("classifiers", "brightness", {"form": "max"}) == ()
    (problem,) = registry.check_parameters("classifiers", "brightness", {"form": "median"})
    assert "expected 'mean' or 'max', received \"median\"" in problem.message


def test_what_kgan_supplies_is_checked_with_the_rest():
    (problem,) = registry.check_parameters("classifiers", "resnet50", {"width": 0.5}, weights="imagenet")
    assert problem.place == ("weights",)
    assert "weights imagenet with width 0.5" in problem.message


def test_unknown_plugin(third_party):
    with pytest.raises(PluginError, match="no reader called"):
        registry.check_parameters("readers", "missing", {})
