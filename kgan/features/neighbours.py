"""Nearest neighbours among the features of images, and the measures that are made of them.

Each image stands for an open ball that reaches to its k-th nearest neighbour in its own set, which is on its
edge and not in it; the balls together are the set's manifold. Precision is the share of synthetic images
within the real ones' manifold, recall that of real images within the synthetic ones'. Density counts in how
many real balls a synthetic image lies, and coverage the real balls that hold a synthetic image: one far-off
real image, whose ball is large, spoils them less. Balls are open as in the code of Naeem et al. (prdc), so a
pool of copies of the real images has a density of 1.

Distances are computed a few rows at a time, so memory grows with the number of images, not with its square.

Reference: Kynkäänniemi et al., Improved Precision and Recall Metric, 2019, arXiv:1904.06991, section 2;
Naeem et al., Reliable Fidelity and Diversity Metrics for Generative Models, 2020, arXiv:2002.09797, section
3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kgan.errors import DataError

#: Neighbours that a ball reaches to, as in Naeem et al.; Kynkäänniemi et al. take 3.
NEIGHBOURS = 5

_CHUNK_NUMBERS = 4_000_000
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
    inside, balls, recalled, covered = 0, 0, 0, np.zeros(len(real), bool)
    for _, distances in _squared(synthetic, real):
        within = distances < real_radii - slack
        inside += int(within.any(axis=1).sum())
        balls += int(within.sum())
        covered |= within.any(axis=0)
    for _, distances in _squared(real, synthetic):
        recalled += int((distances < synthetic_radii - slack).any(axis=1).sum())
    return PRDC(
        precision=inside / len(synthetic),
        recall=recalled / len(real),
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
    found = np.empty(len(points))
    for here, distances in _squared(points, points):
        distances[np.arange(here.stop - here.start), np.arange(here.start, here.stop)] = np.inf
        found[here] = np.partition(distances, neighbours - 1, axis=1)[:, neighbours - 1]
    return found


def nearest_neighbour(points: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance of each point to the nearest of others, and which it is.

    Args:
        points: (n, d) float64.
        among: (m, d) float64, one row or more.

    Returns:
        (n,) float64 Euclidean distances and (n,) int64 indices into ``among``, the first of equal ones.

    Raises:
        DataError: there are no others.
    """
    if not len(among):
        raise DataError("nearest neighbours among no image; expected at least one")
    lengths, which = np.empty(len(points)), np.empty(len(points), np.int64)
    for here, distances in _squared(points, among):
        which[here] = distances.argmin(axis=1)
    # The differences themselves: of near copies the expanded square keeps no digit.
    for start in range(0, len(points), 1024):
        part = slice(start, start + 1024)
        lengths[part] = np.linalg.norm(points[part] - among[which[part]], axis=1)
    return lengths, which


def _squared(points: np.ndarray, others: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield squared distances (k, others) of k points at a time."""
    middle = others.mean(axis=0)
    others = others - middle
    squares = np.square(others).sum(axis=1)
    length = max(1, _CHUNK_NUMBERS // len(others))
    for start in range(0, len(points), length):
        here = slice(start, min(start + length, len(points)))
        part = points[here] - middle
        distances = np.square(part).sum(axis=1)[:, None] + squares - 2.0 * (part @ others.T)
        yield here, np.maximum(distances, 0.0)


def _slack(first: np.ndarray, second: np.ndarray) -> float:
    everything = (first - first.mean(axis=0), second - first.mean(axis=0))
    return _ROUNDING * float(np.mean([np.square(side).sum(axis=1).mean() for side in everything]))
