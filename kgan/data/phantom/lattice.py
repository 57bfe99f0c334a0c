"""Smooth fields in a volume: values at the nodes of an axis-aligned grid, interpolated on any other grid.

The interpolation is separable: it runs along one axis after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Positions along the three axes of a volume, in voxels; together they span a grid of points.
Axes = tuple[np.ndarray, ...]

_LINEAR, _CUBIC = 1, 3


@dataclass(frozen=True)
class Lattice:
    """Values at nodes ``origin + spacing * (i, j, k)``; constant beyond the outer nodes.

    Args:
        values: (channels, nx, ny, nz) float32.
        origin: (3,) position of the first node, in voxels.
        spacing: of the nodes, in voxels.
        degree: 1 for linear interpolation; 3 for cubic B-splines with the values as coefficients, which gives
            fields with continuous curvature (Rueckert et al. 1999, IEEE TMI 18(8), section II.B).
    """

    values: np.ndarray
    origin: np.ndarray
    spacing: float
    degree: int = _LINEAR

    def at(self, axes: Axes) -> np.ndarray:
        """Return the field on a grid: (channels, len(x), len(y), len(z)) float32."""
        field = self.values
        # Explicit sums in a fixed order of axes: the rounding of a matrix product depends on the size of the
        # matrices, and a slice must not depend on the other requested slices.
        for axis in (2, 1, 0):
            nodes, weights = self._weights(axis, axes[axis])
            shape = [-1 if other == axis else 1 for other in range(3)]
            terms = zip(nodes, weights, strict=True)
            field = sum(field.take(node, axis + 1) * weight.reshape(shape) for node, weight in terms)
        return field

    def nodes(self) -> Axes:
        """Return the positions of the nodes along each axis, in voxels."""
        sizes = self.values.shape[1:]
        return tuple(self.origin[axis] + self.spacing * np.arange(sizes[axis]) for axis in range(3))

    def _weights(self, axis: int, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the nodes and weights for each position, both (nodes, positions)."""
        last = self.values.shape[axis + 1] - 1
        place = np.clip((np.asarray(positions) - self.origin[axis]) / self.spacing, 0, last)
        near = np.minimum(place.astype(np.int64), max(last - 1, 0))
        offsets = np.array([0, 1] if self.degree == _LINEAR else [-1, 0, 1, 2])[:, None]
        distance = np.abs(place - near - offsets)
        weights = np.maximum(1 - distance, 0) if self.degree == _LINEAR else _cubic_spline(distance)
        return np.clip(near + offsets, 0, last), weights.astype(np.float32)


def _cubic_spline(distance: np.ndarray) -> np.ndarray:
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.maximum(2 - distance, 0) ** 3 / 6
    return np.where(distance < 1, near, far)


def smooth_noise(
    generator: np.random.Generator, channels: int, bounds: Sequence[tuple[float, float]], scale: float
) -> Lattice:
    """Draw random fields of mean 0 and standard deviation about 1.

    Args:
        generator: random number generator.
        channels: number of independent fields.
        bounds: (low, high) along each axis, in voxels, that the fields must cover.
        scale: correlation length, in voxels.

    Returns:
        Lattice: cubic, with ``channels`` channels.
    """
    sizes = [int(np.ceil((high - low) / scale)) + 3 for low, high in bounds]
    values = generator.standard_normal((channels, *sizes), dtype=np.float32)
    origin = np.array([low - scale for low, _ in bounds])
    return Lattice(values / _SPLINE_DEVIATION, origin, scale, _CUBIC)


def _spline_deviation() -> float:
    """Return the standard deviation of a 3-D cubic spline with standard normal coefficients, over a cell."""
    places = np.linspace(0, 1, 64, endpoint=False)[:, None] - np.arange(-2, 4)[None, :]
    return float(np.mean(np.sum(_cubic_spline(np.abs(places)) ** 2, axis=1)) ** 1.5)


_SPLINE_DEVIATION = _spline_deviation()
