import math

import pytest

from kgan.report import formatting as words

N = words.SPACE


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (words.count, 8429, "8,429"),
        (words.count, 2, "2"),
        (words.count, 0.5, "0.5"),
        (words.count, 77.777, "77.8"),
        (words.count, None, "–"),
        (words.percent, 0.9314, "93.1"),
        (words.percent, math.nan, "–"),
        (words.points, 0.018, "+1.8"),
        (words.points, -0.05, "−5.0"),
        (words.points, -0.0001, "0.0"),
        (words.p_value, 0.00001, f"<{N}0.001"),
        (words.p_value, 0.0312, "0.031"),
        (words.p_value, 1.0, "1.00"),
        (words.duration, 3.21, "3.2 s"),
        (words.duration, 59.4, "59 s"),
        (words.duration, 200, "3 min 20 s"),
        (words.duration, 4320, "1 h 12 min"),
        (words.memory, 0, "–"),
        (words.memory, 512, "512 MiB"),
        (words.memory, 1434, "1.4 GiB"),
        (words.title, "non_tumor", "non-tumor"),
        (words.title, "flair_only", "flair only"),
        (words.listing, ["a", "b", "c"], "a, b and c"),
        (words.listing, ["a"], "a"),
        (words.listing, [], ""),
    ],
)
def test_figures_as_people_read_them(function, value, expected):
    assert function(value) == expected


@pytest.mark.parametrize("seconds", [59.96, 119.9, 3599.9, 7199.9])
def test_durations_never_show_sixty(seconds):
    assert words.duration(seconds) in ("1 min 0 s", "2 min 0 s", "1 h 0 min", "2 h 0 min")
