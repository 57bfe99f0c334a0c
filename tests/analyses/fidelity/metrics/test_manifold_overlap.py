import math

import numpy as np

from kgan.analyses.fidelity.metrics.manifold_overlap import ManifoldOverlap
from kgan.features.feature_set import FeatureSet


def test_a_copy_overlaps_wholly_and_a_distant_set_not_at_all():
    points = np.random.default_rng(0).normal(size=(30, 3))
    real = FeatureSet.of(points)
    copy = ManifoldOverlap().values(real, real, 3)
    assert (copy["precision"], copy["recall"], copy["coverage"]) == (1, 1, 1)
    distant = ManifoldOverlap().values(real, FeatureSet.of(points + 99), 3)
    assert set(distant.values()) == {0}


def test_of_no_more_images_than_neighbours_it_is_undefined():
    few = FeatureSet.of(np.eye(3))
    values = ManifoldOverlap().values(few, few, 3)
    assert list(values) == [metric.name for metric in ManifoldOverlap.metrics]
    assert all(math.isnan(value) for value in values.values())
