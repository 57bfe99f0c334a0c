"""The Fréchet distance (FID) between two sets of images, in float64 and by eigenvalues.

It compares two Gaussians, |m₁ - m₂|² + tr(C₁ + C₂ - 2 √(C₁ C₂)). The covariance of fewer images than features
is singular, and the distance of such sets is mostly that of their numbers: 500 images lie hundreds away from
500 others of the same kind. So it is refused there. The shrunk form draws each covariance towards a multiple
of the unit matrix by as much as Ledoit and Wolf's closed form says; it is biased too, but much less, and is
to be read beside that of real images from real ones.

Reference: Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017, arXiv:1706.08500, equation 6;
O. Ledoit, M. Wolf, J. Multivar. Anal. 88, 2004, 365–411, section 3; on its bias: Chong & Forsyth, 2020,
arXiv:1911.07023.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kgan.analyses.fidelity.metrics.metric import Metric, MetricFamily
from kgan.errors import DataError
from kgan.features.feature_set import FeatureSet


@dataclass(frozen=True, eq=False)
class _Moments:
    """Mean and covariance of a set: ``scale`` · rowsᵀ rows + ``ridge`` · 1, of d dimensions.

    Args:
        mean: (d,) float64.
        rows: (n, d) float64, the set less its mean.
        scale: of the rows' products.
        ridge: of the unit matrix.
    """

    mean: np.ndarray
    rows: np.ndarray
    scale: float
    ridge: float


_TOO_FEW = (
    "no bare FID: expected more than {features} images of each set, the number of features; see KID and the "
    "shrunk FID"
)


class FrechetDistances(MetricFamily):
    """FID with shrunk covariances, and bare where there are enough images."""

    metrics = (
        Metric(
            "fid_shrunk",
            "FID, shrunk",
            "Fréchet distance, shrinkage covariance; lower is better",
            "distance",
            undefined=_TOO_FEW,
        ),
        Metric(
            "fid",
            "FID",
            "Fréchet distance; lower is better",
            "distance",
            undefined=_TOO_FEW,
        ),
    )

    def values(self, real: FeatureSet, synthetic: FeatureSet, neighbours: int) -> Mapping[str, float]:
        """Return both distances."""
        points = real.points, synthetic.points
        fewer = min(map(len, points))
        return {
            "fid_shrunk": shrunk_frechet_distance(*points) if fewer > 1 else math.nan,
            "fid": frechet_distance(*points) if fewer > points[0].shape[1] else math.nan,
        }


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Return the Fréchet distance of two sets of features; 0 for sets of equal mean and covariance.

    Args:
        first: (m, d) float64, more rows than columns.
        second: (n, d) float64, more rows than columns.

    Raises:
        DataError: fewer images than features, or the sets' features are of different length.
    """
    dimension = _dimension(first, second)
    fewer = min(len(first), len(second))
    if fewer <= dimension:
        raise DataError(
            f"a bare FID of {fewer} images by {dimension} features; expected more images than features, as "
            "their covariance is singular: take KID, the FID of shrunk covariances, or more images"
        )
    return _distance(_moments(first, 0.0), _moments(second, 0.0))


def shrunk_frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Return the Fréchet distance with covariances shrunk by Ledoit and Wolf's formula, of few images too.

    Args:
        first: (m, d) float64, two rows or more.
        second: (n, d) float64, two rows or more.

    Raises:
        DataError: fewer than two images, or the sets' features are of different length.
    """
    _dimension(first, second)
    fewer = min(len(first), len(second))
    if fewer < 2:
        raise DataError(f"a Fréchet distance of {fewer} images; expected two images or more of each set")
    return _distance(_moments(first, _shrinkage(first)), _moments(second, _shrinkage(second)))


def gaussian_distance(
    first_mean: np.ndarray,
    first_covariance: np.ndarray,
    second_mean: np.ndarray,
    second_covariance: np.ndarray,
) -> float:
    """Return the Fréchet distance of two Gaussians.

    Args:
        first_mean: (d,) float64.
        first_covariance: (d, d) float64, symmetric, no eigenvalue below 0.
        second_mean: (d,) float64.
        second_covariance: (d, d) float64, as the first.
    """
    values, vectors = np.linalg.eigh(first_covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    product = root @ second_covariance @ root
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh((product + product.T) / 2), 0.0)).sum()
    between = float(np.square(first_mean - second_mean).sum())
    rest = float(np.trace(first_covariance) + np.trace(second_covariance) - 2 * shared)
    return between + max(0.0, rest)


def _dimension(first: np.ndarray, second: np.ndarray) -> int:
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise DataError(
            f"a Fréchet distance of features {first.shape} and {second.shape}; expected (images, features), "
            "of one length"
        )
    return first.shape[1]


def _shrinkage(points: np.ndarray) -> float:
    """Return Ledoit and Wolf's shrinkage, in [0, 1], of the maximum-likelihood covariance.

    Of the covariance it needs sums of squares alone, which the products of images give as well as those of
    features: the fewer are taken.
    """
    images, dimension = points.shape
    rows = points - points.mean(axis=0)
    products = rows @ rows.T if images < dimension else rows.T @ rows
    lengths = np.square(rows).sum(axis=1)
    squares = float(np.square(products).sum()) / images**2
    dispersion = squares / dimension - (float(lengths.sum()) / (images * dimension)) ** 2
    noise = (float(np.square(lengths).sum()) / images - squares) / (images * dimension)
    return min(1.0, max(0.0, noise / dispersion)) if dispersion > 0 else 0.0


def _moments(points: np.ndarray, shrinkage: float) -> _Moments:
    mean = points.mean(axis=0)
    rows = points - mean
    scale = 1.0 / (len(points) - 1)
    average = float(np.square(rows).sum()) * scale / points.shape[1]
    return _Moments(mean, rows, (1 - shrinkage) * scale, shrinkage * average)


def _distance(first: _Moments, second: _Moments) -> float:
    """Compare within the space that the rows span; outside it both covariances are multiples of 1."""
    dimension = len(first.mean)
    rows = np.concatenate([first.rows, second.rows])
    within = min(dimension, len(rows))
    if within < dimension:
        rows = np.asarray(np.linalg.qr(rows.T, mode="r")).T  # rowsᵀ = Q R: the rows by the basis Q are Rᵀ
    sides = rows[: len(first.rows)], rows[len(first.rows) :]
    covariances = [_covariance(side, part) for side, part in zip((first, second), sides, strict=True)]
    nothing = np.zeros(within)
    inside = gaussian_distance(nothing, covariances[0], nothing, covariances[1])
    outside = (dimension - within) * (np.sqrt(first.ridge) - np.sqrt(second.ridge)) ** 2
    return float(np.square(first.mean - second.mean).sum()) + inside + float(outside)


def _covariance(side: _Moments, rows: np.ndarray) -> np.ndarray:
    return side.scale * (rows.T @ rows) + side.ridge * np.eye(rows.shape[1])
