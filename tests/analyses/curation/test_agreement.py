import dataclasses

import numpy as np
import pytest

from kgan.analyses.curation.agreement import agreement, merged
from kgan.analyses.curation.decisions import ClusterDecision, Decisions, FeaturesMark, PoolMark
from kgan.errors import DataError

POOL = PoolMark("pggan", ("a",), (8, 8, 1), 100, "a" * 64)


def made(letters, exceptions=(), by="", at=""):
    """``letters``: a letter for each cluster: k(eep), d(iscard), o(pen, kept by the rule)."""
    clusters = tuple(
        ClusterDecision(i, "a", letter != "d", 5, 1.0, open=letter == "o") for i, letter in enumerate(letters)
    )
    centroids = np.arange(2.0 * len(letters)).reshape(-1, 2).astype(np.float32)
    features = FeaturesMark("pixels", "b" * 64)
    return Decisions(POOL, features, clusters, centroids, dict(exceptions), "a person", by, at)


def test_kappa_by_hand():
    # 20 both keep, 15 both discard, 5 and 10 disputed: the example of Cohen's kappa at 0.4.
    first = made("k" * 25 + "d" * 25)
    second = made("k" * 20 + "d" * 5 + "k" * 10 + "d" * 15)
    result = agreement(first, second)
    assert (result.clusters, result.both_keep, result.both_discard) == (50, 20, 15)
    assert result.disputed == tuple(range(20, 35))
    assert result.kappa == pytest.approx(0.4)
    assert -1 <= result.low < 0.4 < result.high <= 1


def test_open_clusters_do_not_count():
    result = agreement(made("kdokd"), made("kdkok"))
    assert (result.clusters, result.disputed) == (3, (4,))


@pytest.mark.parametrize("letters", ["kkk", "ddd", "ooo"])
def test_kappa_is_undefined_where_nothing_differs(letters):
    assert agreement(made(letters), made(letters)).kappa is None


def test_disputed_clusters_go_as_the_option_says():
    first, second = made("kkdo", by="B", at="2026-02"), made("kddk", by="A", at="2026-01")
    by_default = merged(first, second)
    assert [c.keep for c in by_default.clusters] == [True, False, False, True]
    assert [c.keep for c in merged(first, second, "keep").clusters] == [True, True, False, True]
    assert (by_default.decided_by, by_default.decided_at) == ("A and B", "2026-02")
    assert not any(c.open for c in by_default.clusters)
    assert merged(made("o"), made("o")).clusters[0].open


def test_single_images_are_merged_too():
    first, second = made("k", {1: False, 2: True, 3: False}), made("k", {2: False, 3: False, 4: True})
    assert merged(first, second).exceptions == {1: False, 2: False, 3: False, 4: True}
    assert merged(first, second, "keep").exceptions[2] is True


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pool": dataclasses.replace(POOL, digest="c" * 64)}, "different pools: aaaaaaaa and cccccccc"),
        ({"features": FeaturesMark("x", "c" * 64)}, "different features"),
        ({"clusters": (), "centroids": np.empty((0, 2))}, "different numbers of clusters: 2 and 0"),
        ({"centroids": np.ones((2, 2))}, "different clusters"),
    ],
)
def test_other_clusters_cannot_be_compared(change, says):
    for compare in (agreement, merged):
        with pytest.raises(DataError, match=says):
            compare(made("kd"), dataclasses.replace(made("kd"), **change))
