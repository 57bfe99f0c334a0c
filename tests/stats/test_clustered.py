import numpy as np
import pytest
from fabricated.cohorts import SIZES
from scipy import stats

from kgan.stats.clustered import normal_tail, proportion_interval
from kgan.stats.proportions import proportion


def cohort(patients, slices, spread, seed):
    """Answers whose chance of being right varies among patients with the given spread."""
    draws = np.random.default_rng(seed)
    chance = np.clip(0.7 + spread * draws.standard_normal(patients), 0.02, 0.98)
    owner = np.repeat(np.arange(patients), slices)
    return draws.random(len(owner)) < chance[owner], owner.astype(str)


def test_slices_that_agree_within_a_patient_are_one_witness():
    right = np.repeat([True, True, True, False, True, False, True, True], 25)
    patients = np.repeat(np.arange(8).astype(str), 25)
    clustered_by_patient = proportion_interval(right, patients)
    assert clustered_by_patient.patients == 8
    # Six of eight: as wide as eight answers make it, not two hundred.
    naive = proportion(150, 200)
    width = clustered_by_patient.high - clustered_by_patient.low
    assert width > 3 * (naive.high - naive.low)
    assert clustered_by_patient.low < 0.45 and clustered_by_patient.high > 0.9


def test_independent_slices_of_many_patients_give_wilsons_interval():
    right, patients = cohort(400, 5, 0.0, 3)
    interval, expected = proportion_interval(right, patients), proportion(int(right.sum()), len(right))
    assert interval.low == pytest.approx(expected.low, abs=0.006)
    assert interval.high == pytest.approx(expected.high, abs=0.006)


@pytest.mark.parametrize(
    ("patients", "slices", "beta"),
    [(12, 20, (4, 2)), (22, 100, (1.94, 0.06)), (22, 100, (9.7, 0.3)), (12, 20, (9.7, 0.3)), (6, 20, (9, 1))],
)
def test_the_interval_covers_the_truth_at_least_as_often_as_it_says(patients, slices, beta):
    covered = 0
    for seed in range(300):
        draws = np.random.default_rng(seed)
        right = np.concatenate([draws.random(slices) < chance for chance in draws.beta(*beta, patients)])
        interval = proportion_interval(right, np.repeat(np.arange(patients).astype(str), slices))
        covered += interval.low <= beta[0] / sum(beta) <= interval.high
    assert covered >= 274  # 95 % of 300, less three standard errors


@pytest.mark.parametrize("patients", [6, 12, 22])
@pytest.mark.parametrize("slices", ["unequal", "one large"])
@pytest.mark.parametrize("beta", [(4, 2), (9, 1), (9.7, 0.3)])
def test_the_interval_covers_the_truth_of_very_unequal_patients(patients, slices, beta):
    # Korn and Graubard's effective size alone, with the plain variance, covers 77 to 97 %.
    covered = 0
    for seed in range(300):
        draws = np.random.default_rng(seed)
        counts = SIZES[slices](draws, patients)
        owner = np.repeat(np.arange(patients), counts)
        interval = proportion_interval(draws.random(len(owner)) < draws.beta(*beta, patients)[owner], owner)
        covered += interval.low <= beta[0] / sum(beta) <= interval.high
    assert covered >= 274  # 95 % of 300, less three standard errors


def test_the_effective_size_of_the_design_effect_by_hand():
    # Two patients of one slice, one of four; the larger agrees within itself. One-way ANOVA by hand.
    right, owner = np.array([1.0, 0, 1, 1, 1, 1]), np.array([0, 1, 2, 2, 2, 2])
    from kgan.stats.clustered import _design_effect, sums_by_patient

    sums, counts = sums_by_patient(right, owner)
    among = (1 * (1 - 5 / 6) ** 2 + 1 * (0 - 5 / 6) ** 2 + 4 * (1 - 5 / 6) ** 2) / 2
    correlation = among / among  # nothing varies within
    assert _design_effect(sums, sums, counts) == pytest.approx(6 / (1 + (18 / 6 - 1) * correlation))
    mixed = np.array([1.0, 0, 1, 0, 1, 0])
    sums, counts = sums_by_patient(mixed, owner)
    among, within = (0.5**2 + 0.5**2) / 2, 4 * 0.25 / 3
    assert among < within  # a negative correlation counts as none
    assert _design_effect(sums, sums, counts) == pytest.approx(6)


def test_students_quantile_as_a_normal_one():
    assert stats.norm.isf(normal_tail(0.95, 11) / 2) == pytest.approx(stats.t.ppf(0.975, 11))


def test_one_mistake_does_not_make_an_interval_narrower_than_none():
    patients = np.repeat(np.arange(22).astype(str), 100)
    none = proportion_interval(np.ones(2200, bool), patients)
    single = proportion_interval(np.arange(2200) > 0, patients)
    assert none.high == 1.0 and none.low == pytest.approx(proportion(22, 22).low, abs=0.03)
    assert single.low <= none.low + 0.03


def test_one_patient_gives_no_interval():
    assert proportion_interval(np.array([True, False]), np.array(["a", "a"])).low is None
