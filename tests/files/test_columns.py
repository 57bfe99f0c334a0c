import math

import pytest
from pydantic import TypeAdapter, ValidationError

from kgan.files.columns import Binary, Count, Integer, Loss, Maybe, Name, NumericRow, Real, Share, YesNo


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (Name, "BraTS-001 a", "BraTS-001 a"),
        (Integer, "-12", -12),
        (Integer, "+7", 7),
        (Count, "0", 0),
        (Binary, "1", 1),
        (Real, "-1.5e-3", -0.0015),
        (Real, ".5", 0.5),
        (Share, "1", 1.0),
        (Loss, "inf", math.inf),
        (YesNo, "yes", True),
        (YesNo, "no", False),
        (Maybe[Share], "", None),
        (Maybe[Share], "0.25", 0.25),
    ],
)
def test_text_is_read(column, text, value):
    read = TypeAdapter(column).validate_python(text)
    assert read == value and type(read) is type(value)


def test_a_loss_may_be_no_number():
    assert math.isnan(TypeAdapter(Loss).validate_python("nan"))


@pytest.mark.parametrize(
    ("column", "texts", "expected"),
    [
        (Name, ["", "a\tb", "a\x00"], "a name of visible characters"),
        (Integer, ["1_000", "1.0", "", " 1", "9007199254740993"], "a whole number"),
        (Count, ["-1"], "a whole number, 0 or more"),
        (Binary, ["2", "yes"], "0 or 1"),
        (Real, ["nan", "1,5", "1e999", "0x1", ""], "a number"),
        (Share, ["1.01", "-0.1"], "a number from 0 to 1"),
        (Loss, ["Infinity", "high"], "a number, nan or inf"),
        (YesNo, ["Yes", "true", "1"], "yes or no"),
    ],
)
def test_other_text_is_refused_with_what_was_expected(column, texts, expected):
    for text in texts:
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(column).validate_python(text)
        assert str(caught.value.errors()[0]["ctx"]["error"]) == expected, text


def test_values_of_a_step_are_taken_as_they_are():
    assert TypeAdapter(Count).validate_python(3) == 3
    assert TypeAdapter(YesNo).validate_python(False) is False


class Epoch(NumericRow):
    epoch: Count


def test_a_row_of_numbers_has_the_columns_that_are_filled():
    row = Epoch.model_validate({"epoch": "3", "loss": "0.5", "rate": "", "critic": "nan"})
    assert row.epoch == 3
    assert list(row.figures) == ["loss", "critic"]
    assert row.figures["loss"] == 0.5 and math.isnan(row.figures["critic"])
    with pytest.raises(ValidationError, match="a number, nan or inf"):
        Epoch.model_validate({"epoch": "3", "loss": "low"})
