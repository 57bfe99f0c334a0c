import math

import pytest

from kgan.analyses.patient_equivalence.quantity import CensoredCount, EquivalentPatients

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
def test_counts_are_written_and_read(change, at, written):
    count = CensoredCount.of(change, at, SIZES)
    assert count.written == written
    read = CensoredCount.read(written)
    assert read.beyond == count.beyond and read.number == pytest.approx(count.number, abs=0.01)


def test_what_lies_beyond_may_be_anything_there():
    assert (CensoredCount(14, 1).least, CensoredCount(14, 1).most) == (14, math.inf)
    assert (CensoredCount(-7, -1).least, CensoredCount(-7, -1).most) == (-math.inf, -7)
    assert (CensoredCount(2).least, CensoredCount(2).most) == (2, 2)


@pytest.mark.parametrize("text", ["", ">", "nan", "many", ">inf"])
def test_no_count(text):
    assert CensoredCount.read(text) is None


@pytest.mark.parametrize(
    ("low", "high", "excludes_zero"),
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
def test_an_interval_may_exclude_zero(low, high, excludes_zero):
    estimate = EquivalentPatients(7, CensoredCount(0), CensoredCount.read(low), CensoredCount.read(high))
    assert estimate.excludes_zero is excludes_zero
