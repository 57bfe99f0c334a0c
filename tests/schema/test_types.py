import pytest
from pydantic import TypeAdapter, ValidationError

from kgan.schema.types import Chosen, Count, Name, Number, Rate, Share, ShareOrNone, Size, Title

TOO_LONG = "a" * 61


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Size, 64, (64, 64)),
        (Size, [192, 160], (192, 160)),
        (Count, "all", "all"),
        (Count, 0, 0),
        (Share, 154, 154),
        (Share, 0.7, 0.7),
        (ShareOrNone, 0, 0),
        (Chosen, "refined", "refined"),
        (Chosen, ["1 real", "2 +classic"], ("1 real", "2 +classic")),
        (Name, "pggan_2", "pggan_2"),
        (Title, "3 +PGGAN", "3 +PGGAN"),
        (Number, 2, 2.0),
        (Rate, 0.0, 0.0),
    ],
)
def test_accepted(annotation, value, expected):
    assert TypeAdapter(annotation).validate_python(value) == expected


@pytest.mark.parametrize(
    ("annotation", "values", "message"),
    [
        (
            Size,
            [0, [8], [8, 8, 8], [8, 0], True, "8x8", 8.0],
            "in pixels, or one whole number for both",
        ),
        (Count, [-1, 2.5, True, "some", None], "a whole number of images, 0 or more, or all"),
        (
            Share,
            [0, 1.0, -0.5, True, "half"],
            "a number of patients, 1 or more, or a fraction",
        ),
        (ShareOrNone, [-1, 0.0, 1.5, False], "a number of patients, 0 or more, or a fraction"),
        (Chosen, ["some", [], [1], None], "refined, all, or a list of one setup or more"),
        (Name, ["PGGAN", "2gan", "a-b", "", "a" * 41], "String should"),
        (Title, ["a.b", "+", "a\nb", TOO_LONG], "String should"),
        (Number, [float("nan"), float("inf")], "finite number"),
        (Rate, [-0.1, 100.1], "Input should be (greater|less) than or equal"),
    ],
)
def test_refused_with_what_was_expected(annotation, values, message):
    for value in values:
        with pytest.raises(ValidationError, match=message):
            TypeAdapter(annotation).validate_python(value)
