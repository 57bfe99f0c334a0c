import numpy as np

from kgan.features.feature_set import FeatureSet

POINTS = np.arange(10.0).reshape(5, 2)


def test_owners_are_numbered_in_the_order_of_their_names():
    features = FeatureSet.of(POINTS, np.array(["p2", "p1", "p2", "p3", "p1"]))
    np.testing.assert_array_equal(features.owners, [1, 0, 1, 2, 0])
    assert (len(features), features.groups) == (5, 3)


def test_without_owners_each_image_is_independent():
    features = FeatureSet.of(POINTS)
    np.testing.assert_array_equal(features.owners, range(5))
    assert features.groups == 5


def test_a_part_keeps_points_and_numbers():
    features = FeatureSet.of(POINTS, np.array(list("bacba")))
    part = features[np.array([3, 2])]
    np.testing.assert_array_equal(part.points, POINTS[[3, 2]])
    np.testing.assert_array_equal(part.owners, [1, 2])
    assert part.groups == 2
    assert len(features[features.owners == 0]) == 2
