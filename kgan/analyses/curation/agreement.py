"""Decisions of two people on the same clusters: how far they agree, and one decision of both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kgan.analyses.curation.decisions import ClusterDecision, Decisions
from kgan.errors import DataError
from kgan.stats.kappa import cohen_kappa

Disputed = Literal["keep", "discard"]


@dataclass(frozen=True)
class Agreement:
    """How far two people agree.

    Args:
        clusters: that both decided on.
        both_keep: of these, how many both keep.
        both_discard: how many both discard.
        disputed: numbers of those that one of them alone discards.
        kappa: Cohen's; ``None`` where it is undefined: both gave everything one and the same decision, or
            there is nothing that both decided on.
        low: of its 95 % interval, by its asymptotic standard error; ``None`` where there is none (see
            `kgan.stats.kappa`).
        high: of the same.
    """

    clusters: int
    both_keep: int
    both_discard: int
    disputed: tuple[int, ...]
    kappa: float | None
    low: float | None
    high: float | None


def agreement(first: Decisions, second: Decisions) -> Agreement:
    """Compare two people's decisions, a cluster being one item whatever its size.

    Clusters that one of them left open are left out.

    Raises:
        DataError: they decided on different clusters.

    Reference:
        Cohen, A Coefficient of Agreement for Nominal Scales, 1960; the standard error is that of Fleiss,
        Cohen and Everitt, 1969.
    """
    _check_same(first, second)
    pairs = [
        (own, other)
        for own, other in zip(first.clusters, second.clusters, strict=True)
        if not (own.open or other.open)
    ]
    table = np.zeros((2, 2), int)
    for own, other in pairs:
        table[int(own.keep), int(other.keep)] += 1
    disputed = tuple(own.id for own, other in pairs if own.keep != other.keep)
    both = (len(pairs), int(table[1, 1]), int(table[0, 0]), disputed)
    if np.count_nonzero(table) == 0 or max(table[0, 0], table[1, 1]) == len(pairs):
        return Agreement(*both, None, None, None)
    kappa = cohen_kappa(table)
    return Agreement(*both, kappa.value, kappa.low, kappa.high)


def merged(first: Decisions, second: Decisions, disputed: Disputed = "discard") -> Decisions:
    """Make one decision of two people's.

    Where one left a cluster open, the other's counts; where both did, the rule's stays. The same goes for
    single images: where one alone decided on an image, that counts.

    Args:
        first: of one.
        second: of the other, on the same clusters.
        disputed: what becomes of clusters and images on which they differ.

    Raises:
        DataError: they decided on different clusters.
    """
    _check_same(first, second)
    keep = disputed == "keep"
    clusters = tuple(
        _merged_cluster(own, other, keep) for own, other in zip(first.clusters, second.clusters, strict=True)
    )
    return replace(
        first,
        clusters=clusters,
        exceptions=_both(first.exceptions, second.exceptions, keep),
        rule="two people",
        decided_by=" and ".join(sorted({name for name in (first.decided_by, second.decided_by) if name})),
        decided_at=max(first.decided_at, second.decided_at),
    )


def _merged_cluster(first: ClusterDecision, second: ClusterDecision, disputed: bool) -> ClusterDecision:
    if first.open or second.open:
        return second if first.open else first
    return replace(first, keep=first.keep if first.keep == second.keep else disputed)


def _both(first: Mapping[int, bool], second: Mapping[int, bool], disputed: bool) -> dict[int, bool]:
    whole = {**first, **second}
    for number in set(first) & set(second):
        if first[number] != second[number]:
            whole[number] = disputed
    return whole


def _check_same(first: Decisions, second: Decisions) -> None:
    for what, own, other in (
        ("pools", first.pool.digest[:8], second.pool.digest[:8]),
        ("features", first.features.digest[:8], second.features.digest[:8]),
        ("numbers of clusters", len(first.clusters), len(second.clusters)),
    ):
        if own != other:
            raise DataError(
                f"the two files are of different {what}: {own} and {other}; expected decisions of two people "
                "on one page"
            )
    if not np.array_equal(first.centroids, second.centroids):
        raise DataError(
            "the two files are of different clusters; expected decisions of two people on one page"
        )
