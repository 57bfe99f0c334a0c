"""The kernel distance (KID) between two sets of images, unbiased however few the images and patients are.

The estimate leaves out pairs of images of one patient, so it is 0 on average of any two sets of one
distribution: halves of the real patients, or real images and those of a perfect generator.

Reference: Bińkowski et al., Demystifying MMD GANs, 2018, arXiv:1801.01401, section 4; the unbiased estimate
is that of Gretton et al., A Kernel Two-Sample Test, JMLR 13, 2012, lemma 6.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgan.errors import DataError
from kgan.features.feature_set import FeatureSet
from kgan.features.fixed import Features
from kgan.features.image_set import Images
from kgan.random.streams import rng

#: Images of each set in a subset, at most, as in the reference.
SUBSET = 1000

_AT_ONCE = 64


@dataclass(frozen=True)
class KernelDistance:
    """A kernel distance; around 0, on either side of it, where both sets are of one distribution.

    Args:
        value: mean of the unbiased squared MMDs of the subsets.
        standard_error: of the value, by the jackknife over owners, which errs to the larger side where the
            value is near 0; ``None`` of sets of two.
        subsets: pairs of subsets.
        sizes: images of the first and of the second set in a subset.
        features: name of what was compared.
    """

    value: float
    standard_error: float | None
    subsets: int
    sizes: tuple[int, int]
    features: str


def kernel_distance(
    first: Images,
    second: Images,
    features: Features,
    *,
    owners: Sequence[np.ndarray | None] = (None, None),
    size: int = SUBSET,
    seed: int = 0,
) -> KernelDistance:
    """Return the kernel distance between two sets.

    Sets of less than two subsets are compared as they are, up to ``size`` images of each. Larger ones are
    cut into subsets that share no image, in a seeded order; the larger set's surplus is left out. Memory
    holds the features of two subsets and their kernels, however large the sets are.

    Args:
        first: two images or more.
        second: two images or more.
        features: what images are compared by.
        owners: of each set's images, (n,) names; ``None`` where each is its own.
        size: images of each set in a subset, at most; 2 or more.
        seed: of the order.

    Raises:
        DataError: too few images, or features that are not finite.
    """
    fewer = min(len(first), len(second))
    if fewer < 2 or size < 2:
        raise DataError(
            f"a kernel distance of {len(first)} and {len(second)} images in subsets of {size}; expected two "
            "images or more of each, and subsets of two or more"
        )
    subsets = max(1, fewer // size)
    sizes = min(size, len(first)), min(size, len(second))
    one, other = _order(seed, 0, len(first)), _order(seed, 1, len(second))
    found = []
    for number in range(subsets):
        left = _sample(first, owners[0], one[number * sizes[0] : (number + 1) * sizes[0]], features)
        right = _sample(second, owners[1], other[number * sizes[1] : (number + 1) * sizes[1]], features)
        found.append(_mmd_and_variance(left, right))
    values, variances = np.array(found).T
    error = math.sqrt(variances.sum()) / subsets
    known = None if math.isnan(error) else error
    return KernelDistance(float(values.mean()), known, subsets, sizes, features.name)


def squared_mmd(first: FeatureSet, second: FeatureSet) -> float:
    """Return the unbiased estimate of the squared maximum mean discrepancy, which may be below 0.

    The kernel is (x·y / d + 1)³. Pairs of images of one owner do not count: slices of a patient are alike,
    and would add to the distance what is no distance. NaN where a side has fewer than two owners.

    Args:
        first: (m, d) float64.
        second: (n, d) float64.
    """
    return _mmd_and_variance(first, second)[0]


def _order(seed: int, side: int, count: int) -> np.ndarray:
    return rng(seed, "kernel_distance/order", side).permutation(count)


def _sample(images: Images, owners: np.ndarray | None, indices: np.ndarray, features: Features) -> FeatureSet:
    points = _vectors(images, indices, features)
    return FeatureSet.of(points, None if owners is None else np.asarray(owners)[indices])


def _vectors(images: Images, indices: np.ndarray, features: Features) -> np.ndarray:
    vectors = np.empty((len(indices), features.dimension))
    for start in range(0, len(indices), _AT_ONCE):
        here = slice(start, start + _AT_ONCE)
        vectors[here] = features(images.images(indices[here]))
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        bad = int(indices[np.argmin(finite)])
        raise DataError(f"{features.name}: features of image {bad} are not finite; expected numbers")
    return vectors


def _mmd_and_variance(first: FeatureSet, second: FeatureSet) -> tuple[float, float]:
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
