import numpy as np
import pytest

from kgan.analyses.comparison.significance_tests import compare
from kgan.errors import DataError
from kgan.stats.classification import classification
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import as_replicates, group_by_split


def table(right, patients, truth=None, order=None):
    right, patients = np.array(right, bool), np.array(patients)
    truth = np.arange(len(right)) % 2 if truth is None else np.array(truth)
    scores = np.where(right, truth, 1 - truth).astype(float)
    order = np.arange(len(right)) if order is None else np.array(order)
    return Predictions(patients[order], np.arange(len(right))[order], truth[order], scores[order])


def test_runs_on_one_split_are_averaged_image_by_image():
    first = table([1, 1, 0, 0], list("aabb"))
    again = table([1, 0, 0, 1], list("aabb"), order=[3, 2, 1, 0])
    replicates = group_by_split([(1, first), (1, again)])
    assert replicates.right.tolist() == [1, 0.5, 0, 0.5]
    judged = classification(replicates)
    assert judged.accuracy.value == 0.5 and judged.accuracy.n == 4
    assert judged.counts == {"tp": 1, "fn": 1, "tn": 1, "fp": 1, "n": 4}


def test_splits_are_put_together():
    replicates = group_by_split([(2, table([0, 0], list("cc"))), (1, table([1, 1, 1, 0], list("aabb")))])
    assert replicates.first.patients.tolist() == list("aabbcc")
    assert replicates.right.tolist() == [1, 1, 1, 0, 0, 0]


def test_mean_of_the_areas_not_area_of_the_mixture():
    # Either ranks perfectly, on a scale of its own; scores thrown together would not.
    low = Predictions(np.array(list("ab")), np.arange(2), np.array([0, 1]), np.array([0.1, 0.2]))
    high = Predictions(np.array(list("cd")), np.arange(2), np.array([0, 1]), np.array([0.8, 0.9]))
    assert classification(group_by_split([(1, low), (2, high)])).auroc == 1.0


def test_a_patient_tested_on_two_splits_is_refused():
    with pytest.raises(DataError, match="patient 'a' is tested on splits 1 and 2"):
        group_by_split([(1, table([1, 1], list("aa"))), (2, table([1, 1], list("ab")))])


def test_runs_on_other_images_are_refused():
    replicates = group_by_split([(1, table([1, 1], list("aa"))), (1, table([1, 1], list("ab")))])
    with pytest.raises(DataError, match="runs 1 and 2 were not tested on the same images"):
        classification(replicates)


@pytest.mark.parametrize("other", ["A", "a\u200b"], ids=ascii)
def test_another_spelling_of_a_patient_is_reported(other):
    tables = {"first": table([1, 1], list("ab")), "second": table([1, 1], [other, "b"])}
    with pytest.raises(DataError, match="patient 'a' of the first is .* in the second; expected one name"):
        compare(tables, [("first", "second")], 0.05)
    with pytest.raises(DataError, match="is tested on splits 1 and 2"):
        group_by_split([(1, tables["first"]), (2, table([1, 1], [other, "c"]))])


def test_a_lucky_training_alone_does_not_make_a_gain():
    # Eight patients of ten images. One training of the second is better everywhere, the other worse: by the
    # first run alone it is better, by both nothing is gained.
    patients = np.repeat(list("abcdefgh"), 10)
    middling = np.tile([1] * 5 + [0] * 5, 8)
    better, worse = np.tile([1] * 8 + [0] * 2, 8), np.tile([1] * 2 + [0] * 8, 8)
    base = group_by_split([(1, table(middling, patients)), (1, table(middling, patients))])
    lucky = {"base": base, "other": as_replicates(table(better, patients))}
    both = {
        "base": base,
        "other": group_by_split([(1, table(better, patients)), (1, table(worse, patients))]),
    }
    assert compare(lucky, [("base", "other")])[0].conclusion == "better"
    both = compare(both, [("base", "other")])[0]
    assert both.by_patient.gain == 0 and both.conclusion == "inconclusive"
    # McNemar's takes the first run of each.
    assert both.second_only_right == 24


def test_a_run_that_calls_everything_the_same_has_no_other_note():
    blind = Predictions(np.array(list("aabb")), np.arange(4), np.arange(4) % 2, np.ones(4))
    seeing = table([1, 1, 1, 0], list("aabb"))
    assert classification(group_by_split([(1, blind), (1, seeing)])).note == (
        "1 of 2 runs call every image positive"
    )
    assert "calls every image positive" in classification(group_by_split([(1, blind), (1, blind)])).note


def test_a_split_of_one_class_alone_is_reported():
    result = classification(
        group_by_split([(1, table([1, 0], list("ab"), [1, 1])), (2, table([1, 0], list("cd")))])
    )
    assert result.auroc is None and result.sensitivity.n == 3
    assert "a split tests images of one class alone: AUROC is undefined" in result.note


def test_splits_whose_gains_contradict_each_other_show_nothing():
    # Ten patients a split gain a lot on the one and lose as much, but for a little, on the other.
    patients = np.repeat([f"p{number}" for number in range(20)], 10)
    middling, better, worse = (np.tile([1] * right + [0] * (10 - right), 10) for right in (5, 9, 2))
    base = group_by_split([(1, table(middling, patients[:100])), (2, table(middling, patients[100:]))])
    other = group_by_split([(1, table(better, patients[:100])), (2, table(worse, patients[100:]))])
    comparison = compare({"base": base, "other": other}, [("base", "other")])[0]
    assert comparison.by_patient.gain == pytest.approx(0.05)
    assert comparison.conclusion == "inconclusive"
    assert comparison.by_patient.interval.low < -0.3 and comparison.by_patient.interval.high > 0.4
