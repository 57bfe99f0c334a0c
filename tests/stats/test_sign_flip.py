import itertools

import numpy as np
import pytest
from fabricated.cohorts import exchangeable

from kgan.stats import sign_flip


def by_hand(gains, counts, rate):
    """The p-value from the definition: all signs of the gains less what the rate would give."""
    off = np.asarray(gains, float) - rate * np.asarray(counts, float)
    signs = np.array(list(itertools.product([1, -1], repeat=len(off))))
    return np.mean(np.abs(signs @ off) >= abs(off.sum()) - 1e-9)


def flip_test(gains):
    """The two-sided p-value of no gain."""
    lower, upper = sign_flip.typical_values(gains[None], np.ones((1, len(gains))), 0)
    return sign_flip.p_value(lower[0], upper[0])


def test_all_flips_of_few_patients_are_tried():
    gains = np.array([3.0, 1, -1, 2, 0])
    assert flip_test(gains) == pytest.approx(by_hand(gains, np.ones(5), 0))
    assert flip_test(np.array([1.0])) == 1.0
    assert flip_test(np.zeros(4)) == 1.0


def test_drawn_flips_agree_with_all_of_them(monkeypatch):
    difference, owner = exchangeable(1, 14)
    gains = np.bincount(owner, difference + 0.15)
    exact = flip_test(gains)
    assert 0.001 < exact < 0.5
    monkeypatch.setattr(sign_flip, "ENUMERATED", 5)
    assert flip_test(gains) == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize(
    ("patients", "smallest"), [(0, 1), (1, 1), (5, 1 / 16), (6, 1 / 32), (14, 1 / 8192), (22, 1 / 10001)]
)
def test_the_smallest_p_value_is_that_of_gains_in_every_patient(patients, smallest):
    assert sign_flip.smallest_p_value(patients) == smallest
    if patients:
        assert flip_test(np.ones(patients)) == pytest.approx(smallest, rel=1e-9, abs=2e-4)


def test_limits_hold_the_rates_that_the_test_does_not_reject():
    draws = np.random.default_rng(3)
    for _ in range(5):
        gains, counts = draws.integers(-4, 8, 7).astype(float), draws.integers(5, 30, 7).astype(float)
        lower, upper = sign_flip.typical_values(gains[None], counts[None], 0)
        low, high = sign_flip.lower_limits(lower, 0.05)[0], -sign_flip.lower_limits(-upper, 0.05)[0]
        assert low < gains.sum() / counts.sum() < high
        for rate in (low + 1e-6, high - 1e-6, (low + high) / 2):
            assert by_hand(gains, counts, rate) >= 0.05
            assert sign_flip.p_value(lower[0], upper[0], rate) == pytest.approx(by_hand(gains, counts, rate))
        for rate in (low - 1e-6, high + 1e-6):
            assert by_hand(gains, counts, rate) < 0.05


def test_no_limit_where_nothing_can_be_rejected():
    lower, _ = sign_flip.typical_values(np.ones((1, 5)), np.ones((1, 5)), 0)
    assert sign_flip.lower_limits(lower, 0.05)[0] == -np.inf
    assert sign_flip.lower_limits(lower, 0.0626)[0] == 1.0


def test_the_level_is_exact_where_patients_are_exchangeable():
    # Of seven patients the p-values below 0.05 are those up to 3/64: the level is at most 4.7 %.
    alarms = 0
    for seed in range(600):
        difference, owner = exchangeable(seed, 7)
        alarms += flip_test(np.bincount(owner, difference)) < 0.05
    assert 10 <= alarms <= 44  # 4.7 % of 600 are 28, three standard errors 16
