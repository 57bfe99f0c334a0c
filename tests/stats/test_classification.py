import numpy as np
import pytest

from kgan.errors import DataError
from kgan.stats.classification import classification
from kgan.stats.predictions import Predictions

Z = 1.959963984540054


def table(truth, scores):
    n = len(truth)
    return Predictions(np.array(["P"] * n), np.arange(n), np.array(truth, int), np.array(scores, float))


def test_figures_counted_by_hand():
    truth = [1, 1, 1, 1, 0, 0, 0]
    scores = [0.9, 0.8, 0.4, 0.6, 0.1, 0.7, 0.3]
    got = classification(table(truth, scores))
    assert got.counts == {"tp": 3, "fn": 1, "tn": 2, "fp": 1, "n": 7}
    assert (got.accuracy.value, got.sensitivity.value, got.specificity.value) == (5 / 7, 3 / 4, 2 / 3)
    assert (got.accuracy.n, got.sensitivity.n, got.specificity.n) == (7, 4, 3)
    # Of the 12 pairs the positive has the higher score in 3 + 3 + 2 + 2.
    assert got.auroc == pytest.approx(10 / 12)
    assert got.note == ""


@pytest.mark.parametrize(
    ("truth", "absent", "lost", "kept"),
    [(0, "positive", "sensitivity", "specificity"), (1, "negative", "specificity", "sensitivity")],
)
def test_an_absent_class_is_stated_in_words(truth, absent, lost, kept):
    got = classification(table([truth] * 3, [0.1, 0.2, 0.9]))
    none = getattr(got, lost)
    assert (none.value, none.low, none.high, none.n) == (None, None, None, 0)
    assert getattr(got, kept).value == got.accuracy.value
    assert got.auroc is None
    assert got.note == f"no image of the {absent} class: {lost} and AUROC are undefined"


def test_no_image_is_refused():
    with pytest.raises(DataError, match="holds no image"):
        classification(table([], []))


def test_the_interval_among_patients_is_the_wider_one_where_their_slices_agree():
    right = np.repeat([1, 1, 0, 1, 1, 0, 1, 1], 20)
    truth = np.tile([0, 1], 80)
    table = Predictions(
        np.repeat(list("abcdefgh"), 20), np.tile(np.arange(20), 8), truth, np.where(right, truth, 1.0 - truth)
    )
    result = classification(table)
    among = result.by_patient["accuracy"]
    assert among.patients == 8
    assert among.low < result.accuracy.low and among.high > result.accuracy.high
    assert set(result.by_patient) == {"accuracy", "sensitivity", "specificity", "auroc"}
    assert result.by_patient["auroc"].low < result.auroc < result.by_patient["auroc"].high
