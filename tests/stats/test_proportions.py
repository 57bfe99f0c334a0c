import math

import pytest

from kgan.stats.proportions import Proportion, proportion

Z = 1.959963984540054


@pytest.mark.parametrize(("right", "n"), [(8, 10), (0, 7), (7, 7), (1147, 1232)])
def test_interval_is_wilsons_closed_form(right, n):
    share, odds = right / n, Z**2 / n
    middle = (share + odds / 2) / (1 + odds)
    half = Z * math.sqrt(share * (1 - share) / n + odds / (4 * n)) / (1 + odds)
    got = proportion(right, n)
    assert got.value == share
    assert (got.low, got.high) == pytest.approx((middle - half, middle + half), abs=1e-12)


def test_interval_of_eight_in_ten_is_the_textbook_one():
    got = proportion(8, 10)
    assert (round(got.low, 4), round(got.high, 4)) == (0.4902, 0.9433)


def test_without_an_image_nothing_is_known():
    assert proportion(0, 0) == Proportion(value=None, low=None, high=None, right=0, n=0)


def test_the_mean_of_several_runs_may_lie_between_two_numbers():
    mean = proportion(7.5, 10)
    assert proportion(7, 10).low < mean.low < proportion(8, 10).low
    assert (mean.value, mean.right) == (0.75, 7.5)


def test_a_higher_confidence_needs_a_wider_interval():
    narrow, wide = proportion(8, 10, 0.9), proportion(8, 10, 0.99)
    assert wide.low < narrow.low < 0.8 < narrow.high < wide.high
