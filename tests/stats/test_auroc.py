import numpy as np
import pytest
from fabricated.cohorts import areas as cohort
from fabricated.cohorts import table
from scipy import stats
from sklearn.metrics import roc_auc_score

from kgan.stats.auroc import area_difference, auroc_interval, mean_auroc
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import Replicates, as_replicates


def delong(first, second, truth):
    """Standard error of the difference of two areas, one image a patient, from the definition."""
    parts = []
    for scores in (first, second):
        pairs = scores[truth == 1][:, None] - scores[truth == 0][None]
        wins = (pairs > 0) + 0.5 * (pairs == 0)
        parts.append((wins.mean(axis=1), wins.mean(axis=0)))
    variance = 0.0
    for first_side, other in zip(*parts, strict=True):
        covariance = np.cov(first_side, other)
        variance += (covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]) / len(first_side)
    return np.sqrt(variance)


def test_the_area_is_scikit_learns():
    draws = np.random.default_rng(0)
    truth = draws.integers(0, 2, 60)
    scores = np.round(np.clip(0.5 + 0.2 * (truth - 0.5) + 0.2 * draws.standard_normal(60), 0, 1), 1)
    area = mean_auroc(as_replicates(table(scores, truth, np.repeat(np.arange(6), 10))))
    assert area == pytest.approx(roc_auc_score(truth, scores))


def test_the_standard_error_is_delongs_where_each_patient_has_one_image():
    draws = np.random.default_rng(1)
    truth = draws.integers(0, 2, 90)
    first = np.round(np.clip(0.5 + 0.3 * (truth - 0.5) + 0.2 * draws.standard_normal(90), 0, 1), 2)
    second = np.round(np.clip(first + 0.3 * (truth - 0.5) + 0.15 * draws.standard_normal(90), 0, 1), 2)
    sides = [as_replicates(table(scores, truth, np.arange(90))) for scores in (first, second)]
    difference = area_difference(*sides)
    expected = roc_auc_score(truth, second) - roc_auc_score(truth, first)
    assert difference.value == pytest.approx(expected) and difference.value > 0.05
    assert difference.error.error == pytest.approx(delong(first, second, truth), rel=1e-12)
    # DeLong's normal p-value, but for Student's t.
    normal = 2 * stats.norm.sf(expected / difference.error.error)
    assert difference.test().p == pytest.approx(normal, abs=0.004)
    assert (difference.test().p < 0.05) == (difference.test().interval.low > 0)


def test_images_of_a_patient_are_one_witness():
    first, second = cohort(3, 60, 1, areas=(0.7, 0.8), positives=30)
    once = area_difference(first, second)
    again = []
    for side in (first, second):
        of = side.first
        columns = (np.repeat(column, 5) for column in (of.scores, of.truth, of.patients))
        again.append(as_replicates(table(*columns)))
    assert area_difference(*again).value == pytest.approx(once.value)
    assert area_difference(*again).error.error == pytest.approx(once.error.error)


def test_the_second_tables_order_is_no_matter():
    first, second = cohort(4, 12, 20, areas=(0.7, 0.8))
    order = np.random.default_rng(0).permutation(len(second.first))
    columns = ("patients", "slices", "truth", "scores")
    shuffled = as_replicates(Predictions(*(getattr(second.first, name)[order] for name in columns)))
    assert area_difference(first, shuffled).test().p == pytest.approx(area_difference(first, second).test().p)


def test_a_table_is_no_better_than_itself_in_another_order():
    for seed in range(20):
        first = cohort(seed, 12, 13)[0]
        order = np.random.default_rng(seed).permutation(len(first.first))
        columns = ("patients", "slices", "truth", "scores")
        same = as_replicates(Predictions(*(getattr(first.first, name)[order] for name in columns)))
        test = area_difference(first, same).test()
        assert (test.gain, test.p) == (0.0, 1.0)


def test_patients_who_gain_alike_have_no_interval_of_a_point():
    """Of each patient's 10 images of a class 3 are ranked better and 2 worse: 5 points, in everyone."""
    truth = np.tile(np.arange(20) % 2, 12)
    rank = np.tile(np.arange(20) // 2, 12)
    patients = np.repeat([f"p{number}" for number in range(12)], 20)
    sides = [np.where((rank < wrong) == (truth == 1), 0.1, 0.9) for wrong in (3, 2)]
    test = area_difference(*(as_replicates(table(side, truth, patients)) for side in sides)).test()
    assert test.gain == pytest.approx(0.1)
    assert test.interval.low < 0.09 and test.interval.high > 0.11


@pytest.mark.parametrize("positives", [2, 3, 6])
def test_the_interval_covers_the_area_where_few_patients_carry_a_class(positives):
    covered = []
    for seed in range(250):
        interval = auroc_interval(cohort(seed, 12, 20, positives)[0])
        covered.append(interval.low <= 0.8 <= interval.high)
    assert np.mean(covered) >= 0.91  # 95 % less three standard errors


def test_one_patient_of_a_class_gives_no_interval():
    assert auroc_interval(cohort(0, 12, 20, 1)[0]).low is None
    assert auroc_interval(as_replicates(table([0.1, 0.2], [1, 1], ["a", "b"]))).low is None
    assert area_difference(*cohort(0, 12, 20, 1, areas=(0.7, 0.8))) is None


def test_a_perfect_separation_of_few_patients_is_not_surely_perfect():
    truth = np.repeat([0, 1] * 6, 10)
    interval = auroc_interval(as_replicates(table(truth, truth, np.repeat(np.arange(12), 10))))
    assert interval.high == 1.0 and 0.4 < interval.low < 0.8
    many = np.repeat([0, 1] * 60, 10)
    assert auroc_interval(as_replicates(table(many, many, np.repeat(np.arange(120), 10)))).low > 0.9


def test_a_wide_interval_where_one_class_has_few_patients():
    def width(positives):
        widths = []
        for seed in range(20):
            interval = auroc_interval(cohort(seed, 12, 20, positives)[0])
            widths.append(interval.high - interval.low)
        return np.mean(widths)

    assert width(2) > 1.3 * width(6)


@pytest.mark.parametrize(("patients", "positives"), [(12, None), (22, None), (12, 6)])
def test_equal_areas_are_found_different_as_rarely_as_stated(patients, positives):
    alarms = sum(
        area_difference(*cohort(seed, patients, 20, positives, areas=(0.8, 0.8))).test().p < 0.05
        for seed in range(300)
    )
    assert alarms <= 26  # 5 % of 300 and three standard errors


def test_no_conclusion_of_fewer_than_six_patients_of_a_class():
    test = area_difference(*cohort(1, 5, 40, areas=(0.55, 0.99))).test()
    assert test.p == 1 / 16 and test.interval.low is None and test.interval.patients == 5


def test_rankings_that_differ_nowhere_are_reported_so():
    first, _ = cohort(2, 12, 20, areas=(0.8, 0.8))
    test = area_difference(first, first).test()
    assert (test.gain, test.p, test.note) == (0.0, 1.0, "both rank the images of each patient alike")
    truth = np.repeat([0, 1] * 6, 10)
    owner = np.repeat(np.arange(12), 10)
    blind, perfect = (as_replicates(table(scores, truth, owner)) for scores in (np.full(120, 0.5), truth))
    test = area_difference(blind, perfect).test()
    assert (test.gain, test.p, test.interval.low) == (0.5, 1 / 32, None)


def test_runs_and_splits_enter():
    first, second, third = (side.first for side in cohort(6, 22, 20, areas=(0.8, 0.8, 0.9)))
    base, mixed = Replicates(((first, first),)), Replicates(((second, third),))
    difference = area_difference(base, mixed)
    middle = np.mean([mean_auroc(as_replicates(run)) for run in (second, third)])
    assert difference.value == pytest.approx(middle - mean_auroc(as_replicates(first)))
    assert difference.runs.error > 0.02 and difference.runs.freedom == 2 and difference.splits is None
    assert difference.test().p > area_difference(as_replicates(first), as_replicates(third)).test().p
    other = [side.first for side in cohort(7, 22, 20, areas=(0.8, 0.8))]
    other = [
        Predictions(np.char.add("x", side.patients), side.slices, side.truth, side.scores) for side in other
    ]
    two = area_difference(Replicates(((first,), (other[0],))), Replicates(((third,), (other[1],))))
    assert two.splits.freedom == 1 and two.patients == 44 and two.runs is None
