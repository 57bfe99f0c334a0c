import dataclasses

import numpy as np
import pytest

from kgan.analyses.curation.decisions import (
    ClusterDecision,
    Decisions,
    FeaturesMark,
    PoolMark,
    check_fits,
    rounded,
)
from kgan.errors import DataError

POOL = PoolMark("pggan", ("non_tumor", "tumor"), (16, 16, 1), 30, "a" * 64)
FEATURES = FeaturesMark("pixels", "b" * 64)


def made(**changes):
    centroids = rounded(np.array([[0, 70_000.0], [3, 1e-3], [40, 5]]))
    clusters = (
        ClusterDecision(0, "tumor", True, 10, 1.5),
        ClusterDecision(1, "tumor", False, 8, 9.25),
        ClusterDecision(2, "non_tumor", True, 12, 2.0, open=True),
    )
    return dataclasses.replace(Decisions(POOL, FEATURES, clusters, centroids), **changes)


def test_rounding_is_near_and_done_once():
    centroids = np.random.default_rng(0).normal(0, 1e5, (20, 30)).astype(np.float32)
    once = rounded(centroids)
    np.testing.assert_allclose(once, centroids, rtol=1e-3, atol=1e-1)
    np.testing.assert_array_equal(rounded(once), once)


def test_images_go_to_the_nearest_cluster_of_their_class():
    decisions = made(exceptions={5: True, 6: False})
    vectors = np.array([[2.9, 0], [0, 69_000], [3.1, 0], [39, 5]])
    assigned = decisions.assign(vectors, "tumor")
    assert assigned.tolist() == [1, 0, 1, 1]
    assert decisions.assign(vectors, "non_tumor").tolist() == [2, 2, 2, 2]
    assert decisions.kept(assigned, np.array([4, 6, 5, 8])).tolist() == [False, False, True, False]
    with pytest.raises(DataError, match="no cluster of class None"):
        decisions.assign(vectors, None)


@pytest.mark.parametrize(
    ("pool", "features", "says"),
    [
        ({"source": "dcgan"}, {}, "another pool: its maker: pggan; this pool's: dcgan"),
        ({"classes": ("a", "b")}, {}, "another pool: its classes: non_tumor, tumor; this pool's: a, b"),
        ({"image_shape": (32, 32, 1)}, {}, "images: 16x16 of 1 channel; this pool's: 32x32 of 1 channel"),
        ({}, {"digest": "c" * 64}, r"other features: pixels \(bbbbbbbb\); this run's: pixels \(cccccccc\)"),
        ({"digest": "c" * 64}, {}, "decides on 1 single images of another pool"),
    ],
)
def test_decisions_of_another_pool_are_refused(pool, features, says, tmp_path):
    decisions = made(exceptions={3: False})
    path = tmp_path / "d.json"
    check_fits(decisions, path, POOL, FEATURES)
    with pytest.raises(DataError, match=says) as caught:
        check_fits(
            decisions, path, dataclasses.replace(POOL, **pool), dataclasses.replace(FEATURES, **features)
        )
    assert "d.json" in str(caught.value)


def test_a_later_pool_takes_decisions_on_clusters():
    check_fits(made(), None, dataclasses.replace(POOL, digest="c" * 64, images=999), FEATURES)
