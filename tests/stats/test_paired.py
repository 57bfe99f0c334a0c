import math

import numpy as np
import pytest
from fabricated.cohorts import exchangeable, skewed
from scipy import optimize, stats

from kgan.stats import paired, sign_flip
from kgan.stats.paired import Chance, paired_test


def whose(patients, slices):
    return np.repeat(np.arange(patients), slices)


def test_gain_interval_and_p_value_agree():
    outcomes = set()
    for seed in range(60):
        patients = (6, 8, 12, 22)[seed % 4]
        difference, owner = exchangeable(seed, patients, "1-150")
        test = paired_test(difference + 0.02 * (seed % 15), owner, alpha=0.05, seed=seed)
        low, high = test.interval.low, test.interval.high
        assert low <= test.gain <= high
        assert (test.p >= 0.05) == (low <= 0 <= high)
        outcomes.add(test.p < 0.05)
    assert outcomes == {True, False}


def test_patients_who_gain_alike_leave_an_interval():
    # Five of ten images gained by each of twelve patients: +50 points, but 120 images cannot say so exactly.
    difference = np.tile([1.0] * 5 + [0.0] * 5, 12)
    test = paired_test(difference, whose(12, 10))
    assert test.gain == 0.5 and test.p == pytest.approx(2 / 2**12)
    assert test.interval.low == pytest.approx(0.412, abs=0.01)
    assert test.interval.high == pytest.approx(0.588, abs=0.01)


@pytest.mark.parametrize(("patients", "there"), [(2, False), (5, False), (6, True)])
def test_no_interval_of_fewer_than_six_patients(patients, there):
    difference, owner = exchangeable(4, patients)
    test = paired_test(difference, owner)
    assert (test.interval.low is not None) == (test.interval.high is not None) == there
    assert test.interval.patients == patients
    assert test.p >= 2 / 2**patients


@pytest.mark.parametrize("patients", [6, 8, 12])
def test_the_interval_covers_no_gain_at_least_as_often_as_it_says(patients):
    covered = 0
    for seed in range(300):
        difference, owner = exchangeable(seed, patients)
        interval = paired_test(difference, owner).interval
        covered += interval.low <= 0 <= interval.high
    assert covered >= 274  # 95 % of 300, less three standard errors


def test_a_rare_loss_raises_fewer_false_alarms_than_sign_flips_do():
    # 44 patients of 100 slices: by 1,500 simulations 3.1 % with Hall's transformation, 8.5 % by flips alone.
    alarms, by_flips = 0, 0
    for seed in range(400):
        difference, owner = skewed(seed, 44, "100")
        alarms += paired_test(difference, owner).p < 0.05
        gains = np.bincount(owner, difference)
        lower, upper = sign_flip.typical_values(gains[None], np.ones((1, len(gains))), 0)
        by_flips += sign_flip.p_value(lower[0], upper[0]) < 0.05
    assert alarms <= 22  # 5.5 % of 400
    assert by_flips > 24


def independent_score(rate, better, worse, images):
    """The score statistic from a constrained maximum of the likelihood, found numerically."""
    alike = images - better - worse

    def loss(share):
        chances = (share + rate, share, 1 - 2 * share - rate)
        return -sum(
            count * math.log(max(chance, 1e-300))
            for count, chance in zip((better, worse, alike), chances, strict=True)
        )

    ends = max(0.0, -rate), (1 - rate) / 2
    share = optimize.minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
    variance = images * (2 * share + rate - rate**2)
    return (better - worse - images * rate) / math.sqrt(variance)


@pytest.mark.parametrize("counts", [(12, 2, 50), (5, 1, 20), (30, 45, 200)])
def test_the_score_test_of_slices_is_tangos(counts):
    for rate in (-0.3, -0.1, 0.05, 0.2):
        assert paired._score(rate, *counts) == pytest.approx(independent_score(rate, *counts), abs=1e-5)
    p, low, high = paired.slices_test(*counts, 0.05)
    better, worse, _ = counts
    assert p == pytest.approx(stats.chi2.sf((better - worse) ** 2 / (better + worse), 1))  # McNemar's
    assert abs(paired._score(low, *counts)) == pytest.approx(1.959964, abs=1e-5)
    assert abs(paired._score(high, *counts)) == pytest.approx(1.959964, abs=1e-5)


def test_the_score_interval_reaches_the_ends():
    assert paired.slices_test(20, 0, 20, 0.05)[2] == 1.0
    assert 0.6 < paired.slices_test(20, 0, 20, 0.05)[1] < 0.9
    p, low, high = paired.slices_test(0, 0, 20, 0.05)
    assert p == 1.0 and low == pytest.approx(-high) and 0.1 < high < 0.3


def test_halls_limits_undo_his_transformation():
    draws = np.random.default_rng(0)
    gains, counts = draws.exponential(3, 20), draws.integers(5, 40, 20).astype(float)
    value = gains.sum() / counts.sum()
    off = (gains - counts * value) * 20 / counts.sum()
    spread, skewness = off.std(ddof=1), (off**3).mean() / off.std(ddof=1) ** 3
    for alpha in (0.01, 0.05, 0.5):
        low, high = paired.hall(gains, counts)(alpha)
        for end, wanted in ((low, 1), (high, -1)):
            studentised = (value - end) / spread
            bend = skewness / 3
            cubic = studentised + bend * studentised**2 + bend**2 * studentised**3 / 3 + skewness / 120
            assert cubic * math.sqrt(20) == pytest.approx(wanted * stats.t.ppf(1 - alpha / 2, 19))


def test_few_patients_are_taken_for_symmetric():
    gains, counts = np.array([9.0, 1, 0, 2, 1, 0, 1, 30]), np.full(8, 40.0)
    low, high = paired.hall(gains, counts)(0.05)
    expected = stats.ttest_1samp(gains / 40, 0).confidence_interval(0.95)
    assert (low, high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_p_value_of_limits_is_students():
    chance = Chance(0.02, 11)
    p, low, high = paired.inverted(0.05, paired.student(0.05, chance), 0.05)
    assert p == pytest.approx(2 * stats.t.sf(2.5, 11), rel=1e-6)
    assert (low, high) == tuple(
        pytest.approx(0.05 + sign * stats.t.ppf(0.975, 11) * 0.02) for sign in (-1, 1)
    )
    assert paired.inverted(0.0, paired.student(0.0, chance), 0.05)[0] == 1.0
    assert paired.inverted(1.0, paired.student(1.0, Chance(1e-4, 1000)), 0.05)[0] < 1e-15


def test_chance_of_runs_and_of_splits_by_hand():
    runs = Chance.of_runs([0.8, 0.9], [0.7, 0.75, 0.8])
    assert runs.error == pytest.approx(math.sqrt(0.005 / 2 + 0.0025 / 3)) and runs.freedom == 3
    assert Chance.of_runs([0.8], [0.7, 0.9]) is None
    splits = Chance.of_splits([0.1, 0.3, 0.2], [10, 10, 10])
    assert splits.error == pytest.approx(0.1 / math.sqrt(3)) and splits.freedom == 2
    assert Chance.of_splits([0.1], [10]) is None


def trained(seed, patients, runs, spreads=(0.05, 0.05), splits=1):
    """Compare two equally good setups of several runs; what is made again is off in all patients alike.

    Made again are the runs of one split, or else the splits.
    """
    draws = np.random.default_rng(seed)
    again = (runs, 1, 1) if splits == 1 else (1, splits, 1)
    right = []
    for spread in spreads:
        rates = 0.75 + draws.normal(0, spread, again) + draws.normal(0, 0.08, (runs, splits, patients))
        right.append(draws.random((runs, splits, patients, 20)) < np.clip(rates, 0, 1)[..., None])
    difference = (right[1].mean(0) - right[0].mean(0)).reshape(-1)
    each = [of.mean(axis=(1, 2, 3)).tolist() for of in right]
    return difference, np.repeat(np.arange(splits * patients), 20), each


# Each number of runs and of patients, the fewest and the most of both together among them.
@pytest.mark.parametrize(("patients", "runs"), [(7, 2), (22, 2), (12, 3), (7, 5), (22, 5)])
def test_the_level_holds_where_runs_of_one_setup_differ(patients, runs):
    # Neither setup is better; a run moves the accuracy by five points, alike in all patients.
    alarms = 0
    for seed in range(200):
        difference, owner, each = trained(1000 * runs + seed, patients, runs)
        alarms += paired_test(difference, owner, seed=seed, runs=Chance.of_runs(*each)).p < 0.05
    assert alarms <= 17  # 5 % of 200 and 2.3 standard errors


def test_the_level_holds_where_runs_of_one_of_the_setups_differ():
    # What pairs runs by their seeds, or takes the two setups' spreads one by one, rejects in 9 to 12 %.
    alarms = 0
    for seed in range(300):
        difference, owner, each = trained(seed, 22, 2, spreads=(0.08, 0.0))
        alarms += paired_test(difference, owner, seed=seed, runs=Chance.of_runs(*each)).p < 0.05
    assert alarms <= 23  # 5 % of 300 and 2.3 standard errors


def test_patients_alone_cannot_tell_runs_from_setups():
    deaf = 0
    for seed in range(100):
        difference, owner, _ = trained(seed, 12, 2)
        deaf += paired_test(difference, owner, seed=seed).p < 0.05
    assert deaf > 12


@pytest.mark.parametrize("splits", [2, 3])
def test_the_level_holds_where_splits_differ(splits):
    # A split's GANs move all of its patients by five points. Patients alone reject in 20 to 35 %.
    alarms, deaf = 0, 0
    for seed in range(300):
        difference, owner, _ = trained(seed, 12, 2, splits=splits)
        gains = difference.reshape(splits, -1).mean(axis=1).tolist()
        chance = Chance.of_splits(gains, [12 * 20] * splits)
        alarms += paired_test(difference, owner, seed=seed, splits=chance).p < 0.05
        deaf += paired_test(difference, owner, seed=seed).p < 0.05
    assert alarms <= 23  # 5 % of 300 and 2.3 standard errors
    assert deaf > 40


def test_nothing_to_test_is_reported():
    names = np.array(["a", "a", "b", "b"])
    assert paired_test(np.zeros(4), names).p == 1.0
    assert (
        paired_test(np.array([1.0, -1, 0, 0]), names).note
        == "both judge as many images of each patient rightly"
    )
    assert paired_test(np.zeros(0), names[:0]).note == "no image of this class"
    assert "one patient" in paired_test(np.ones(2), names[:2]).note
