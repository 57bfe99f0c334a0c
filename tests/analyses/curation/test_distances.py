import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.analyses.curation import distances as curation
from kgan.errors import DataError
from kgan.features.fixed import PixelFeatures
from kgan.features.kmeans import nearest_centroid

FEATURES = PixelFeatures((8, 8))


def images(levels, each=10, seed=0):
    draws = np.random.default_rng(seed)
    grey = np.repeat(levels, each)[:, None, None, None]
    return ArrayImages((grey + draws.integers(0, 8, (len(grey), 8, 8, 1))).astype(np.uint8))


def real():
    return curation.vectors_of(images([60, 70], seed=5), FEATURES)


def test_vectors_are_those_of_the_whole(monkeypatch):
    monkeypatch.setattr(curation, "CHUNK", 7)
    done = []
    some = images([10, 200])
    grouped = curation.vectors_of(some, FEATURES, done.append)
    np.testing.assert_allclose(grouped, FEATURES(some.array), rtol=1e-6)
    assert done == [7, 7, 6]


def test_groups_are_found_and_the_unlike_one_is_farthest():
    pool = images([60, 70, 230])
    grouped = curation.group(pool, real(), FEATURES, 3, seed=0)
    assert grouped.sizes.tolist() == [10, 10, 10]
    outliers = grouped.assigned[-1]
    assert np.argmax(grouped.mean_distances) == outliers
    # By hand: pixels in [-1, 1] about 160 grey levels away in each of 64, from five neighbours or from one.
    assert grouped.mean_distances[outliers] == pytest.approx(8 * 160 / 127.5, rel=0.05)
    assert grouped.mean_distances.mean() == pytest.approx(grouped.distances.mean())


def test_large_pools_are_clustered_by_a_part_and_the_rest_goes_to_the_nearest(monkeypatch):
    pool = images([20, 60, 120, 230], each=30)
    whole = curation.group(pool, real(), FEATURES, 4, seed=0)
    monkeypatch.setattr(curation, "FITTED", 50)
    part = curation.group(pool, real(), FEATURES, 4, seed=0)
    pairs = {(a, b) for a, b in zip(whole.assigned.tolist(), part.assigned.tolist(), strict=True)}
    assert len(pairs) == 4
    np.testing.assert_allclose(part.distances, whole.distances, rtol=1e-5)


def test_replay_gives_the_very_clusters():
    pool = images([20, 60, 120, 230])
    grouped = curation.group(pool, real(), FEATURES, 8, seed=0)
    again, distances = curation.replay(
        pool, real(), FEATURES, lambda v: nearest_centroid(v, grouped.centroids)
    )
    np.testing.assert_array_equal(again, grouped.assigned)
    np.testing.assert_array_equal(distances, grouped.distances)


def test_without_real_images_there_is_no_distance():
    with pytest.raises(DataError, match="no real image to compare the pool with"):
        curation.group(images([20]), np.empty((0, 64)), FEATURES, 2, seed=0)


@pytest.mark.parametrize(
    ("share", "kept"),
    [
        (0.25, [True, False, True, True]),
        (0.29, [True, False, True, True]),
        (0.3, [True, False, True, False]),
        (0.2, [True, False, True, True]),
        (0.1, [True, True, True, True]),
        (0.0, [True, True, True, True]),
    ],
)
def test_whole_clusters_go_while_they_hold_no_more_than_the_share(share, kept):
    sizes, far = np.array([40, 20, 30, 10]), np.array([1.0, 9.0, 2.0, 5.0])
    assert curation.nearest_kept(sizes, far, share).tolist() == kept


def test_a_far_cluster_that_is_too_large_keeps_nearer_ones_too():
    assert curation.nearest_kept(np.array([50, 10]), np.array([9.0, 5.0]), 0.25).all()


def test_the_baseline_is_the_distance_to_images_of_other_patients():
    vectors = np.array([[0.0], [0.0], [3.0], [3.0]])
    assert curation.real_distance(vectors, np.array(["a", "a", "b", "b"])) == 3.0
    assert curation.real_distance(vectors, np.array(["a"] * 4)) is None
