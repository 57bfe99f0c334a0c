import numpy as np
import pytest

from kgan.analyses.comparison.classifier_pairs import Pairing
from kgan.errors import DataError
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import Replicates

TRUTH = np.array([1, 1, 1, 0, 0, 0, 0, 1])
SLICES = np.arange(8)
PATIENTS = np.array(list("aabbccdd"))


def classifier(right, order=slice(None)):
    """Return one run of predictions that are correct where ``right`` is 1, rows in some order."""
    scores = np.where(np.array(right, bool), TRUTH, 1 - TRUTH).astype(float)
    return Replicates(((Predictions(PATIENTS[order], SLICES[order], TRUTH[order], scores[order]),),))


FIRST = classifier([1, 1, 0, 1, 1, 0, 0, 1])
SECOND = [0, 0, 1, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("order", [SLICES, SLICES[::-1], np.array([3, 1, 7, 0, 2, 6, 5, 4])])
def test_images_are_paired_by_name_in_whatever_order_they_are(order):
    pairing = Pairing.of(FIRST, classifier(SECOND, order), "a and b")
    counts = {metric: pairing.discordant(metric) for metric in ("accuracy", "sensitivity", "specificity")}
    assert counts == {"accuracy": (3, 2), "sensitivity": (2, 1), "specificity": (1, 1)}


def test_a_metric_is_of_its_own_images():
    pairing = Pairing.of(FIRST, FIRST, "a and b")
    np.testing.assert_array_equal(pairing.images("sensitivity"), TRUTH == 1)
    np.testing.assert_array_equal(pairing.images("specificity"), TRUTH == 0)
    assert pairing.images("accuracy").all() and pairing.images("auroc").all()


def test_other_images_are_refused():
    with pytest.raises(DataError, match="a and b"):
        Pairing.of(FIRST, classifier(SECOND, slice(0, 7)), "a and b")


def test_patients_are_the_units_of_a_test():
    test = Pairing.of(FIRST, classifier(SECOND), "a and b").test("accuracy", 0.05, seed=1)
    assert test.interval.patients == 4


def test_equal_classifiers_differ_by_nothing():
    test = Pairing.of(FIRST, FIRST, "a and b").test("accuracy", 0.05, seed=1)
    assert test.gain == 0
