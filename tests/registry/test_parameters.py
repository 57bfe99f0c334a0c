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
        ({"contrast": float("nan")}, "expected float, received NaN"),
        ({"size": [1, 2, 3]}, "expected Size, received [1, 2, 3]"),
        ({"size": None}, "expected Size, received null"),
        ({"path": "/data"}, "'path' is not a parameter to write: it is given by 'data.path' or --data"),
    ],
)
def test_wrong_parameters(third_party, given, says):
    third_party("good")
    (problem,) = registry.check_parameters("readers", "checkers", given)
    assert says in problem.message
    assert problem.parameter in given


@pytest.mark.parametrize(
    "given", [{}, {"boards": 3, "contrast": 1, "size": [8, 8]}, {"contrast": float("inf")}]
)
def test_right_parameters(third_party, given):
    third_party("good")
    assert registry.check_parameters("readers", "checkers", given) == ()


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
    assert "expected Literal['mean', 'max'], received \"median\"" in problem.message


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
