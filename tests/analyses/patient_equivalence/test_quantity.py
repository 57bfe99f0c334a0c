import math

import pytest

from kgan.analyses.patient_equivalence.quantity import Amount, Worth

SIZES = (7, 14, 28)


@pytest.mark.parametrize(
    ("change", "at", "written"),
    [
        (6.234, 14, "6.23"),
        (-3.0, 14, "-3"),
        (-1e-9, 14, "0"),
        (math.inf, 14, ">14"),
        (math.inf, 28, ">0"),
        (-math.inf, 28, "<-21"),
        (-math.inf, 7, "<0"),
    ],
)
def test_amounts_are_written_and_read(change, at, written):
    amount = Amount.of(change, at, SIZES)
    assert amount.written == written
    read = Amount.read(written)
    assert read.beyond == amount.beyond and read.number == pytest.approx(amount.number, abs=0.01)


def test_what_lies_beyond_may_be_anything_there():
    assert (Amount(14, 1).least, Amount(14, 1).most) == (14, math.inf)
    assert (Amount(-7, -1).least, Amount(-7, -1).most) == (-math.inf, -7)
    assert (Amount(2).least, Amount(2).most) == (2, 2)


@pytest.mark.parametrize("text", ["", ">", "nan", "many", ">inf"])
def test_no_amount(text):
    assert Amount.read(text) is None


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        ("2", "5", True),
        ("-2", "5", False),
        ("0", "5", False),
        (">0", ">0", True),
        (">7", ">7", True),
        ("<-7", ">7", False),
        ("<-7", "-1", True),
        ("<0", "<0", True),
        ("<0", "0", False),
        ("", "", False),
    ],
)
def test_an_interval_without_nothing_tells(low, high, told):
    assert Worth(7, Amount(0), Amount.read(low), Amount.read(high)).told is told
