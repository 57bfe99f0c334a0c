"""The kernel distance (KID) between two sets of images, unbiased however few the images are.

Reference: Bińkowski et al., Demystifying MMD GANs, 2018, arXiv:1801.01401, section 4; the unbiased estimate
is that of Gretton et al., A Kernel Two-Sample Test, JMLR 13, 2012, lemma 6.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgan.data.randomness import rng
from kgan.errors import DataError
from kgan.evaluation.features import Features
from kgan.evaluation.images import ChosenImages, Images

#: Images of each set in a subset, at most, as in the reference.
SUBSET = 1000

_AT_ONCE = 64


@dataclass(frozen=True)
class KernelDistance:
    """A kernel distance; around 0, on either side of it, where both sets are of one distribution.

    Args:
        value: mean of the unbiased squared MMDs of the subsets.
        standard_error: of the value, by the jackknife over images, which errs to the larger side where the
            value is near 0; ``None`` of sets of two. Slices of one patient are more alike than it reckons
            with.
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
    first: Images, second: Images, features: Features, *, size: int = SUBSET, seed: int = 0
) -> KernelDistance:
    """Return the kernel distance between two sets.

    Sets of less than two subsets are compared as they are, up to ``size`` images of each. Larger ones are
    cut into subsets that share no image, in a seeded order; the larger set's surplus is left out. Memory
    holds the features of two subsets and their kernels, however large the sets are.

    Args:
        first: two images or more.
        second: two images or more.
        features: what images are compared by.
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
        left = _vectors(first, one[number * sizes[0] : (number + 1) * sizes[0]], features)
        right = _vectors(second, other[number * sizes[1] : (number + 1) * sizes[1]], features)
        found.append(_mmd_and_variance(left, right))
    values, variances = np.array(found).T
    error = math.sqrt(variances.sum()) / subsets
    known = None if math.isnan(error) else error
    return KernelDistance(float(values.mean()), known, subsets, sizes, features.name)


def squared_mmd(first: np.ndarray, second: np.ndarray) -> float:
    """Return the unbiased estimate of the squared maximum mean discrepancy, which may be below 0.

    The kernel is (x·y / d + 1)³.

    Args:
        first: (m, d) float64, m at least 2.
        second: (n, d) float64, n at least 2.
    """
    return _mmd_and_variance(first, second)[0]


def halves(patients: Sequence[str] | np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Share images between two halves of the patients, for the distance of real images from real ones.

    Args:
        patients: (n,) str, whose each image is.
        seed: of the choice.

    Returns:
        (k,) and (n - k,) int64 indices, ascending.

    Raises:
        DataError: fewer than two patients.
    """
    names = np.unique(np.asarray(patients))
    if len(names) < 2:
        raise DataError(f"images of {len(names)} patients cannot be halved; expected two patients or more")
    chosen = rng(seed, "kernel_distance/halves").permutation(names)[: len(names) // 2]
    within = np.isin(np.asarray(patients), chosen)
    return np.flatnonzero(within), np.flatnonzero(~within)


def real_floor(
    real: Images, patients: Sequence[str] | np.ndarray, features: Features, *, seed: int = 0
) -> KernelDistance:
    """Return the kernel distance of real images of half of the patients from those of the other half.

    No generator needs to come nearer than patients are to each other.

    Args:
        real: images of two patients or more.
        patients: (n,) str, whose each image is.
        features: what images are compared by.
        seed: of the halves and the order.
    """
    one, other = halves(patients, seed)
    return kernel_distance(ChosenImages(real, one), ChosenImages(real, other), features, seed=seed)


def _order(seed: int, side: int, count: int) -> np.ndarray:
    return rng(seed, "kernel_distance/order", side).permutation(count)


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


def _mmd_and_variance(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return the squared MMD and its variance by leaving each image out once (NaN of fewer than three)."""
    between = _kernel(first, second)
    within = [_without_diagonal(_kernel(side, side)) for side in (first, second)]
    value = sum(_pair_mean(kernel.sum(), len(kernel)) for kernel in within) - 2.0 * between.mean()
    if min(len(first), len(second)) < 3:
        return float(value), math.nan
    variance = 0.0
    for kernel, crossing in zip(within, (between, between.T), strict=True):
        n = len(kernel)
        own = _pair_mean(kernel.sum() - 2.0 * kernel.sum(axis=1), n - 1)
        cross = (between.sum() - crossing.sum(axis=1)) / ((n - 1) * crossing.shape[1])
        variance += (n - 1) * float(np.var(own - 2.0 * cross))
    return float(value), variance


def _kernel(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    product = left @ right.T / left.shape[1] + 1.0
    return product * product * product


def _without_diagonal(kernel: np.ndarray) -> np.ndarray:
    np.fill_diagonal(kernel, 0.0)
    return kernel


def _pair_mean(total: np.ndarray, n: int) -> np.ndarray:
    return total / (n * (n - 1))
