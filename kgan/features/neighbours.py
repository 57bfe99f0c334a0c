"""Nearest neighbours among the features of images, and the measures that are made of them.

Each image stands for an open ball that reaches to its k-th nearest neighbour in its own set, which is on its
edge and not in it; the balls together are the set's manifold. Precision is the share of synthetic images
within the real ones' manifold, recall that of real images within the synthetic ones'. Density counts in how
many real balls a synthetic image lies, and coverage the real balls that hold a synthetic image: one far-off
real image, whose ball is large, spoils them less. Balls are open as in the code of Naeem et al. (prdc), so a
pool of copies of the real images has a density of 1.

Distances are scikit-learn's, computed a few rows at a time, so memory grows with the number of images, not
with its square.

Reference: Kynkäänniemi et al., Improved Precision and Recall Metric, 2019, arXiv:1904.06991, section 2;
Naeem et al., Reliable Fidelity and Diversity Metrics for Generative Models, 2020, arXiv:2002.09797, section
3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances, paired_distances

from kgan.errors import DataError

#: Neighbours that a ball reaches to, as in Naeem et al.; Kynkäänniemi et al. take 3.
NEIGHBOURS = 5

#: Distances that a chunk holds.
CHUNK_NUMBERS = 4_000_000

# Squared distances of this share of the points' mean square are rounding errors.
_ROUNDING = 1e-10


@dataclass(frozen=True)
class PRDC:
    """How much two sets of images cover each other.

    Args:
        precision: share of synthetic images within the real manifold, in [0, 1].
        recall: share of real images within the synthetic manifold, in [0, 1].
        density: real balls that hold a synthetic image, on average, over k; 1 of copies of the real images.
        coverage: share of real balls that hold a synthetic image, in [0, 1].
    """

    precision: float
    recall: float
    density: float
    coverage: float


def prdc(real: np.ndarray, synthetic: np.ndarray, neighbours: int = NEIGHBOURS) -> PRDC:
    """Return precision, recall, density and coverage of synthetic images.

    Args:
        real: (m, d) float64, more rows than ``neighbours``.
        synthetic: (n, d) float64, more rows than ``neighbours``.
        neighbours: k, 1 or more.

    Raises:
        DataError: too few images.
    """
    real_radii = radii(real, neighbours, "real")
    synthetic_radii = radii(synthetic, neighbours, "synthetic")
    slack = _slack(real, synthetic)  # what lies on a ball's edge but for rounding is not in it
    inside, balls = 0, 0
    covered, recalled = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, distances in _squared_distances(synthetic, real):
        within = distances < real_radii - slack
        inside += int(within.any(axis=1).sum())
        balls += int(within.sum())
        covered |= within.any(axis=0)
        recalled |= (distances < synthetic_radii[rows, None] - slack).any(axis=0)
    return PRDC(
        precision=inside / len(synthetic),
        recall=float(recalled.mean()),
        density=balls / (neighbours * len(synthetic)),
        coverage=float(covered.mean()),
    )


def radii(points: np.ndarray, neighbours: int, name: str = "these") -> np.ndarray:
    """Return the squared distance of each point to its k-th nearest other: (n,) float64.

    Args:
        points: (n, d) float64.
        neighbours: k, from 1 to n - 1.
        name: of the set, for the message.

    Raises:
        DataError: too few points.
    """
    if not 1 <= neighbours < len(points):
        raise DataError(
            f"{neighbours} nearest neighbours of each of {len(points)} {name} images; expected 1 or more, "
            "and at least one image more than neighbours: take more images or fewer neighbours"
        )
    squares = np.empty(len(points))
    for rows, distances in _squared_distances(points, points):
        distances[np.arange(len(distances)), np.arange(rows.start, rows.stop)] = np.inf
        squares[rows] = np.partition(distances, neighbours - 1, axis=1)[:, neighbours - 1]
    return squares


def nearest_neighbour(points: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance of each point to the nearest of others, and which it is.

    Args:
        points: (n, d) float32 or float64.
        among: (m, d), of the same type, one row or more.

    Returns:
        (n,) Euclidean distances and (n,) int64 indices into ``among``, the first of equal ones.

    Raises:
        DataError: there are no others.
    """
    if not len(among):
        raise DataError("nearest neighbours among no image; expected at least one")
    which = np.empty(len(points), np.int64)
    for rows, distances in _squared_distances(points, among):
        which[rows] = distances.argmin(axis=1)
    # The differences themselves: of near copies the expanded square keeps no digit.
    return paired_distances(points, among[which]), which


def neighbour_distance(points: np.ndarray, others: np.ndarray, neighbours: int = NEIGHBOURS) -> np.ndarray:
    """Return each point's mean Euclidean distance to its nearest others.

    Args:
        points: (n, d) float.
        others: (m, d) float, one row or more.
        neighbours: how many of the others count; all of them where they are fewer.

    Returns:
        (n,) float64.
    """
    points, others = np.asarray(points, np.float64), np.asarray(others, np.float64)
    count = min(neighbours, len(others))
    means = np.empty(len(points))
    for rows, distances in _squared_distances(points, others):
        means[rows] = np.sqrt(np.partition(distances, count - 1, axis=1)[:, :count]).mean(axis=1)
    return means


def _squared_distances(points: np.ndarray, others: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield squared distances (k, others) of k points at a time."""
    middle = others.mean(axis=0)  # far from the origin, products would keep few digits
    others = others - middle
    size = max(1, CHUNK_NUMBERS // len(others))
    for start in range(0, len(points), size):
        rows = slice(start, min(start + size, len(points)))
        yield rows, _expanded(points[rows] - middle, others)


def _expanded(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return scikit-learn's squared distances, to the same bits; float64 without its checks.

    Of 80 images of 1,024 features they take as long as the distances, of 4 features ten times as long. In
    float32, scikit-learn has the products in float64, a part of ``others`` at a time.
    """
    if points.dtype != np.float64 or others.dtype != np.float64:
        return euclidean_distances(points, others, squared=True)
    squares = -2 * (points @ others.T)
    squares += np.einsum("ij,ij->i", points, points)[:, None]
    squares += np.einsum("ij,ij->i", others, others)[None]
    return np.maximum(squares, 0, out=squares)


def _slack(first: np.ndarray, second: np.ndarray) -> float:
    everything = (first - first.mean(axis=0), second - first.mean(axis=0))
    return _ROUNDING * float(np.mean([np.square(side).sum(axis=1).mean() for side in everything]))
