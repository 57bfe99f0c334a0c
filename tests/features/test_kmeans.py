import numpy as np
import pytest

from kgan.errors import DataError
from kgan.features.kmeans import k_means, nearest_centroid


def blobs(seed=0, each=40, dimension=100, groups=6):
    draws = np.random.default_rng(seed)
    centres = draws.normal(0, 10, (groups, dimension))
    truth = np.repeat(np.arange(groups), each)
    return centres[truth] + draws.normal(0, 1, (len(truth), dimension)), truth, centres


def test_well_separated_groups_are_found():
    vectors, truth, centres = blobs()
    clusters = k_means(vectors, 6, seed=1)
    pairs = {(int(a), int(b)) for a, b in zip(clusters.assigned, truth, strict=True)}
    assert len(pairs) == 6
    for cluster, group in pairs:
        np.testing.assert_allclose(clusters.centroids[cluster], vectors[truth == group].mean(0), rtol=1e-3)
    residue = vectors - np.stack([vectors[truth == group].mean(0) for group in range(6)])[truth]
    assert clusters.inertia == pytest.approx(np.square(residue).sum(), rel=1e-3)


def test_equal_seeds_give_equal_clusters():
    vectors, _, _ = blobs(groups=3)
    first, again, other = (k_means(vectors, 20, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.centroids, again.centroids)
    assert not np.array_equal(first.assigned, other.assigned)


def test_new_vectors_go_to_the_nearest_centroid():
    vectors, truth, centres = blobs()
    np.testing.assert_array_equal(nearest_centroid(vectors, centres), truth)


def test_inertia_is_near_scikit_learn_s():
    from sklearn.cluster import KMeans

    draws = np.random.default_rng(3)
    vectors = draws.normal(0, 1, (600, 12)) @ draws.normal(0, 1, (12, 200)) + draws.normal(0, 0.3, (600, 200))
    theirs = np.mean([KMeans(30, n_init=1, random_state=s, tol=0).fit(vectors).inertia_ for s in range(4)])
    ours = np.mean([k_means(vectors, 30, s).inertia for s in range(4)])
    assert ours < 1.02 * theirs


def test_fewer_differing_vectors_make_fewer_clusters():
    vectors = np.repeat(np.eye(3), 5, axis=0)
    clusters = k_means(vectors, 7, seed=0)
    assert len(clusters.centroids) == 3
    assert clusters.inertia == pytest.approx(0, abs=1e-6)
    np.testing.assert_array_equal(np.bincount(clusters.assigned), [5, 5, 5])


def test_more_clusters_than_vectors_are_refused():
    with pytest.raises(DataError, match="5 clusters of 4 images"):
        k_means(np.eye(4), 5, seed=0)
