import itertools

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from kgan.evaluation import clustered
from kgan.evaluation.clustered import auroc_interval, paired_test, rate_interval
from kgan.evaluation.predictions import Predictions
from kgan.evaluation.rates import rate


def cohort(patients, slices, spread, seed):
    """Answers whose chance of being right varies among patients with the given spread."""
    draws = np.random.default_rng(seed)
    chance = np.clip(0.7 + spread * draws.standard_normal(patients), 0.02, 0.98)
    owner = np.repeat(np.arange(patients), slices)
    return draws.random(len(owner)) < chance[owner], owner.astype(str)


def test_slices_that_agree_within_a_patient_are_one_witness():
    right = np.repeat([True, True, True, False, True, False, True, True], 25)
    patients = np.repeat(np.arange(8).astype(str), 25)
    clustered_by_patient = rate_interval(right, patients)
    assert clustered_by_patient.patients == 8
    # Six of eight: as wide as eight answers make it, not two hundred.
    naive = rate(150, 200)
    width = clustered_by_patient.high - clustered_by_patient.low
    assert width > 3 * (naive.high - naive.low)
    assert clustered_by_patient.low < 0.45 and clustered_by_patient.high > 0.9


def test_independent_slices_of_many_patients_give_wilsons_interval():
    right, patients = cohort(400, 5, 0.0, 3)
    found, expected = rate_interval(right, patients), rate(int(right.sum()), len(right))
    assert found.low == pytest.approx(expected.low, abs=0.006)
    assert found.high == pytest.approx(expected.high, abs=0.006)


@pytest.mark.parametrize(
    ("patients", "slices", "beta"),
    [(12, 20, (4, 2)), (22, 100, (1.94, 0.06)), (22, 100, (9.7, 0.3)), (12, 20, (9.7, 0.3)), (6, 20, (9, 1))],
)
def test_the_interval_covers_the_truth_at_least_as_often_as_it_says(patients, slices, beta):
    covered = 0
    for seed in range(300):
        draws = np.random.default_rng(seed)
        right = np.concatenate([draws.random(slices) < one for one in draws.beta(*beta, patients)])
        found = rate_interval(right, np.repeat(np.arange(patients).astype(str), slices))
        covered += found.low <= beta[0] / sum(beta) <= found.high
    assert covered >= 274  # 95 % of 300, less three standard errors


def test_one_mistake_does_not_make_an_interval_narrower_than_none():
    patients = np.repeat(np.arange(22).astype(str), 100)
    none = rate_interval(np.ones(2200, bool), patients)
    one = rate_interval(np.arange(2200) > 0, patients)
    assert none.high == 1.0 and none.low == pytest.approx(rate(22, 22).low, abs=0.03)
    assert one.low <= none.low + 0.03


def test_one_patient_gives_no_interval():
    assert rate_interval(np.array([True, False]), np.array(["a", "a"])).low is None


def test_a_paired_test_of_few_patients_tries_every_flip():
    # Per patient, images gained: 3, 1, -1, 2, 0; by hand over all signs of the four that are not 0.
    gained = [3, 1, -1, 2, 0]
    first, second, patients = [], [], []
    for name, gain in enumerate(gained):
        first += [gain < 0] * 4
        second += [gain > 0] * abs(gain) + [gain < 0] * (4 - abs(gain))
        first[-4:] = [gain < 0] * 4
        patients += [str(name)] * 4
    first, second = np.array(first), np.array(second)
    assert (second.astype(int) - first).reshape(5, 4).sum(1).tolist() == gained
    signs = np.array(list(itertools.product([1, -1], repeat=4)))
    expected = np.mean(np.abs(signs @ [3, 1, -1, 2]) >= 5)
    found = paired_test(first, second, np.array(patients))
    assert found.p == pytest.approx(expected)
    assert found.gain == pytest.approx(5 / 20)
    assert found.interval.low < 0.25 < found.interval.high


def test_random_flips_agree_with_all_of_them(monkeypatch):
    first, patients = cohort(14, 10, 0.2, 1)
    second = cohort(14, 10, 0.2, 2)[0] | (np.random.default_rng(5).random(140) < 0.2)
    exact = paired_test(first, second, patients)
    monkeypatch.setattr(clustered, "ENUMERATED", 5)
    assert paired_test(first, second, patients).p == pytest.approx(exact.p, abs=0.015)


def test_the_paired_test_keeps_its_level_where_slices_of_a_patient_agree():
    # Each classifier has its own good and bad patients; neither is better. McNemar's test does not keep it.
    alarms = 0
    for seed in range(300):
        first, patients = cohort(12, 20, 0.25, 2 * seed)
        second, _ = cohort(12, 20, 0.25, 2 * seed + 1)
        owner = np.unique(patients, return_inverse=True)[1]
        gains = np.bincount(owner, second.astype(float) - first)
        alarms += clustered.flip_test(gains, 0) < 0.05
    assert alarms <= 28  # 5 % of 300, and three and a half standard errors


@pytest.mark.parametrize("trainings", [2, 3])
def test_the_paired_test_keeps_its_level_where_trainings_of_one_setup_differ(trainings):
    # Neither setup is better; a training moves the accuracy by five points, alike in all patients.
    alarms, deaf = 0, 0
    for seed in range(150):
        draws = np.random.default_rng(seed)
        patients = np.repeat(np.arange(12).astype(str), 20)
        shifts = draws.normal(0, 0.05, (2, trainings, 1)) + draws.normal(0, 0.08, (2, trainings, 12))
        right = draws.random((2, trainings, 240)) < 0.75 + np.repeat(shifts, 20, axis=2)
        first, second = right.mean(1)
        each = (right[1].mean(1) - right[0].mean(1)).tolist()
        alarms += paired_test(first, second, patients, seed=seed, trainings=each).p < 0.05
        deaf += paired_test(first, second, patients, seed=seed).p < 0.05
    assert alarms <= 17  # 5 % of 150, and three and a half standard errors
    assert deaf > 30, "which the patients alone do not tell"


def test_a_difference_of_the_detectable_size_is_found_four_times_of_five():
    found = 0
    sizes = []
    for seed in range(200):
        draws = np.random.default_rng(seed)
        patients = np.repeat(np.arange(30).astype(str), 20)
        shift = np.repeat(0.12 + 0.2 * draws.standard_normal(30), 20)
        first = draws.random(600) < 0.5
        second = draws.random(600) < np.clip(0.5 + shift, 0, 1)
        owner = np.repeat(np.arange(30), 20)
        gains, counts = np.bincount(owner, second.astype(float) - first), np.full(30, 20.0)
        found += clustered.flip_test(gains, seed) < 0.05
        sizes.append(clustered._Error.of(gains, counts, ()).detectable(0.05))
        assert len(np.unique(patients)) == 30
    # The power at the true difference of 0.12, by the normal distribution that `detectable` stands for.
    from scipy import stats

    error = np.mean(sizes) / (stats.t.ppf(0.975, 29) + stats.t.ppf(0.8, 29))
    expected = stats.t.sf(stats.t.ppf(0.975, 29) - 0.12 / error, 29)
    assert found / 200 == pytest.approx(expected, abs=0.1)


def test_nothing_to_tell_apart_is_said():
    right = np.array([True, False, True, True])
    names = np.array(["a", "a", "b", "b"])
    assert paired_test(right, right, names).p == 1.0
    assert paired_test(right, right, names).interval.low is None
    assert "as many images" in paired_test(right, right, names).note
    assert paired_test(right[:0], right[:0], names[:0]).note == "no image of this class"
    assert "one patient" in paired_test(right[:2], ~right[:2], names[:2]).note


def table(scores, truth, patients):
    return Predictions(np.array(patients), np.arange(len(truth)), np.array(truth), np.array(scores))


def test_auroc_of_a_resample_is_scikit_learns(monkeypatch):
    draws = np.random.default_rng(0)
    truth = draws.integers(0, 2, 60)
    scores = np.round(np.clip(0.5 + 0.2 * (truth - 0.5) + 0.2 * draws.standard_normal(60), 0, 1), 1)
    patients = np.repeat(np.arange(6).astype(str), 10)
    weights = np.array([[2.0, 0, 1, 1, 2, 0], [1, 1, 1, 1, 1, 1]])
    monkeypatch.setattr(clustered, "_weights", lambda *_: iter([weights]))
    kept = []
    monkeypatch.setattr(clustered, "_percentiles", lambda values, *_: kept.append(values))
    auroc_interval([table(scores, truth, patients)])
    expected = [roc_auc_score(truth, scores, sample_weight=np.repeat(row, 10)) for row in weights]
    np.testing.assert_allclose(kept[0], expected)


def test_auroc_without_a_class_has_no_interval():
    assert auroc_interval([table([0.1, 0.2], [1, 1], ["a", "b"])]).low is None
