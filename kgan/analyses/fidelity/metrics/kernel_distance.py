"""The kernel distance (KID) between two sets of images, unbiased however few the images and patients are.

The estimate leaves out pairs of images of one patient, so it is 0 on average of any two sets of one
distribution: halves of the real patients, or real images and those of a perfect generator.

Reference: Bińkowski et al., Demystifying MMD GANs, 2018, arXiv:1801.01401, section 4; the unbiased estimate
is that of Gretton et al., A Kernel Two-Sample Test, JMLR 13, 2012, lemma 6.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kgan.analyses.fidelity.metrics.metric import Metric, MetricFamily
from kgan.features.feature_set import FeatureSet

#: Images of each set in a subset, at most, as in the reference.
SUBSET = 1000


def squared_mmd(first: FeatureSet, second: FeatureSet) -> float:
    """Return the unbiased estimate of the squared maximum mean discrepancy, which may be below 0.

    The kernel is (x·y / d + 1)³. Pairs of images of one owner do not count: slices of a patient are alike,
    and would add to the distance what is no distance. NaN where a side has fewer than two owners.

    Args:
        first: (m, d) float64.
        second: (n, d) float64.
    """
    return mmd_and_variance(first, second)[0]


def mmd_and_variance(first: FeatureSet, second: FeatureSet) -> tuple[float, float]:
    """Return the squared MMD and its variance by leaving each owner out once (NaN of fewer than three)."""
    between = _kernel(first.points, second.points)
    sides = [_Side.of(first, between.sum(axis=1)), _Side.of(second, between.sum(axis=0))]
    value = sum(side.within() for side in sides) - 2.0 * between.mean()
    variance = sum(side.variance(other.images) for side, other in zip(sides, reversed(sides), strict=True))
    return float(value), float(variance)


@dataclass(frozen=True, eq=False)
class _Side:
    """Sums over the kernel, by owner.

    Args:
        counts: (groups,) images of each owner.
        pairs: (groups, groups) sums over pairs of their images.
        crossing: (groups,) sums over pairs with the other set.
    """

    counts: np.ndarray
    pairs: np.ndarray
    crossing: np.ndarray

    @classmethod
    def of(cls, sample: FeatureSet, crossing: np.ndarray) -> "_Side":
        _, owner, counts = np.unique(sample.owners, return_inverse=True, return_counts=True)
        order = np.argsort(owner, kind="stable")
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        kernel = _kernel(sample.points[order], sample.points[order])
        pairs = np.add.reduceat(np.add.reduceat(kernel, starts, axis=0), starts, axis=1)
        np.fill_diagonal(pairs, 0.0)
        return cls(counts.astype(np.float64), pairs, np.bincount(owner, crossing))

    @property
    def images(self) -> float:
        return float(self.counts.sum())

    def within(self) -> float:
        """Mean over pairs of images of different owners; NaN where there is none."""
        number = self.images**2 - np.square(self.counts).sum()
        return float(self.pairs.sum() / number) if number else math.nan

    def variance(self, others: float) -> float:
        """Jackknife variance of what depends on this side: within less twice across."""
        groups = len(self.counts)
        if groups < 3:
            return math.nan
        left = self.images - self.counts
        number = left**2 - (np.square(self.counts).sum() - np.square(self.counts))
        own = (self.pairs.sum() - 2.0 * self.pairs.sum(axis=1)) / number
        cross = (self.crossing.sum() - self.crossing) / (left * others)
        return (groups - 1) * float(np.var(own - 2.0 * cross))


def _kernel(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    product = left @ right.T / left.shape[1] + 1.0
    return product * product * product


class KernelDistances(MetricFamily):
    """KID, the mean over pairs of subsets that share no image."""

    metrics = (
        Metric(
            "kid",
            "KID",
            "kernel distance; 0 for equal distributions",
            "distance",
            low=-math.inf,
            baseline=0.0,
            undefined="kid: images of one patient, so there is no pair of images of two",
        ),
    )

    def values(self, real: FeatureSet, synthetic: FeatureSet, neighbours: int) -> Mapping[str, float]:
        """Return the mean squared MMD."""
        number = max(1, min(len(real), len(synthetic)) // SUBSET)
        parts = [np.array_split(np.arange(len(side)), number) for side in (real, synthetic)]
        distances = [
            squared_mmd(real[first], synthetic[second]) for first, second in zip(*parts, strict=True)
        ]
        return {"kid": float(np.mean(distances))}
