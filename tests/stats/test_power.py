import numpy as np
import pytest
from fabricated.cohorts import areas, exchangeable
from scipy import stats

from kgan.stats.auroc import area_difference
from kgan.stats.paired import Chance, paired_test
from kgan.stats.power import can_be_significant, detectable_area, detectable_difference, never_significant


@pytest.mark.parametrize(("patients", "comparisons"), [(6, 1), (8, 1), (12, 1), (12, 9), (22, 1), (22, 9)])
def test_a_difference_of_the_stated_size_is_found_four_times_of_five(patients, comparisons):
    alpha = 0.05 / comparisons
    assert can_be_significant(patients, comparisons, 0.05)
    stated = [detectable_difference(*exchangeable(seed, patients), alpha, seed=seed) for seed in range(24)]
    middle = float(np.median(stated))
    detected = 0
    for seed in range(1000, 1200):
        difference, owner = exchangeable(seed, patients)
        test = paired_test(difference + middle, owner, seed=seed)
        detected += test.p < alpha and test.gain > 0
    # Three and a half standard errors of a share of 200.
    assert detected / 200 == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize(("patients", "comparisons"), [(4, 1), (5, 1), (6, 2), (8, 9), (12, 124)])
def test_what_can_never_be_found_is_reported(patients, comparisons):
    assert not can_be_significant(patients, comparisons, 0.05)
    # Twelve patients, all with the largest gain: 2 / 2^12 times 124 is 0.06.
    p = paired_test(np.ones(patients * 9), np.repeat(np.arange(patients), 9)).p
    assert min(1, p * comparisons) >= 0.05
    assert never_significant(patients, comparisons).startswith(
        f"no difference can be detected with {patients} patients"
    )


def test_words_for_one_and_for_many():
    assert never_significant(1, 1) == "no difference can be detected with 1 patient and 1 comparison"
    assert never_significant(5, 9) == "no difference can be detected with 5 patients and 9 comparisons"
    assert can_be_significant(12, 102, 0.05) and not can_be_significant(12, 103, 0.05)


def test_more_patients_find_less_and_more_comparisons_need_more():
    sizes = [
        detectable_difference(*exchangeable(2, patients), 0.05 / comparisons)
        for patients, comparisons in ((12, 1), (44, 1), (44, 9))
    ]
    assert sizes[1] < sizes[2] < sizes[0]


def test_nothing_above_a_hundred_points_is_stated():
    difference = np.r_[np.ones(10), -np.ones(10), np.zeros(40)]
    assert detectable_difference(difference, np.repeat(np.arange(6), 10), 0.05) is None


def test_chance_of_runs_and_splits_makes_the_stated_difference_larger():
    cohort = exchangeable(5, 22)
    alone = detectable_difference(*cohort, 0.05)
    assert detectable_difference(*cohort, 0.05, runs=Chance(0.03, 2)) > 1.2 * alone
    assert detectable_difference(*cohort, 0.05, splits=Chance(0.03, 2)) > 1.2 * alone


def test_power_of_students_t_is_that_of_the_noncentral_distribution():
    # With many degrees of freedom the standard error is known; near areas of a half it hardly changes.
    size = detectable_area((0.5, 0.5), Chance(0.01, 5000), 0.05)
    assert stats.nct.sf(stats.t.ppf(0.975, 5000), 5000, size / 0.01) == pytest.approx(0.8, abs=0.05)
    assert detectable_area((0.5, 0.5), Chance(0.01, 5000), 0.05, runs=Chance(0.02, 2)) > 2 * size


def test_nothing_is_stated_where_the_first_area_is_perfect():
    assert detectable_area((1.0, 0.96), Chance(0.03, 11), 0.05) is None


def test_no_less_is_stated_than_slices_as_witnesses_would_find():
    """In each of 12 patients 3 of 20 images are better and 2 worse: 5 points, and not significant."""
    patients = np.repeat(np.arange(12).astype(str), 20)
    difference = np.tile([1.0] * 3 + [-1.0] * 2 + [0.0] * 15, 12)
    assert paired_test(difference, patients).p > 0.05
    # (1.96 + 0.84) standard errors of 60 discordant images of 240.
    assert detectable_difference(difference, patients, 0.05) == pytest.approx(
        2.80159 * 60**0.5 / 240, rel=1e-4
    )


def test_a_gain_in_area_has_no_more_room_than_there_is():
    wide = Chance(0.1, 11)
    assert 0.2 < detectable_area((0.55, 0.55), wide, 0.05) < 0.3
    assert detectable_area((0.9, 0.9), wide, 0.05) is None
    # Towards 1 an area varies less, so the gain is smaller than the spread of today's areas makes it.
    assert detectable_area((0.8, 0.8), Chance(0.05, 21), 0.05) < 0.05 * 2.8
    assert detectable_area((1.0, 1.0), wide, 0.05) is None


@pytest.mark.parametrize(("patients", "alpha"), [(12, 0.05), (22, 0.05 / 9)])
def test_a_gain_in_area_of_the_stated_size_is_found_four_times_of_five(patients, alpha):
    def found(seed, gain):
        return area_difference(*areas(seed, patients, 20, areas=(0.75, 0.75 + gain)))

    stated = []
    for seed in range(24):
        of = found(seed, 0.0)
        stated.append(detectable_area(of.areas, of.error, alpha, seed=seed) or 1 - of.areas[0])
    tests = [found(seed, float(np.median(stated))).test() for seed in range(1000, 1150)]
    assert np.mean([test.p < alpha and test.gain > 0 for test in tests]) == pytest.approx(0.8, abs=0.12)
