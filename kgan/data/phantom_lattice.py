"""Smooth fields in a volume: values at the nodes of an axis-aligned grid, read off at any other such grid.

Because both grids share their axes, reading is three small matrix products, whatever the number of points.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Positions along the three axes of a volume, in voxels; together they span a grid of points.
Axes = tuple[np.ndarray, np.ndarray, np.ndarray]

_LINEAR, _CUBIC = 1, 3


@dataclass(frozen=True)
class Lattice:
    """Values at nodes ``origin + spacing * (i, j, k)``; beyond the outer nodes the outermost values hold.

    Args:
        values: (channels, nx, ny, nz) float32.
        origin: (3,) position of the first node, in voxels.
        spacing: distance of the nodes, in voxels.
        degree: 1 interpolates linearly; 3 takes the values as coefficients of cubic B-splines, which gives
            fields with continuous curvature (Rueckert et al. 1999, IEEE TMI 18(8), section II.B).
    """

    values: np.ndarray
    origin: np.ndarray
    spacing: float
    degree: int = _LINEAR

    def at(self, axes: Axes) -> np.ndarray:
        """Return the field on a grid: (channels, len(x), len(y), len(z)) float32."""
        field = self.values
        # Shrinking axes first keeps the products small.
        order = sorted(range(3), key=lambda axis: len(axes[axis]) / self.values.shape[axis + 1])
        for axis in order:
            weights = self._weights(axis, axes[axis])
            field = np.moveaxis(np.tensordot(field, weights, axes=(axis + 1, 1)), -1, axis + 1)
        return np.ascontiguousarray(field)

    def nodes(self) -> Axes:
        """Return the nodes' positions along each axis, in voxels."""
        sizes = self.values.shape[1:]
        return tuple(self.origin[axis] + self.spacing * np.arange(sizes[axis]) for axis in range(3))

    def _weights(self, axis: int, positions: np.ndarray) -> np.ndarray:
        size = self.values.shape[axis + 1]
        place = np.clip((np.asarray(positions) - self.origin[axis]) / self.spacing, 0, size - 1)
        distance = np.abs(place[:, None] - np.arange(size)[None, :])
        kernel = np.maximum(1 - distance, 0) if self.degree == _LINEAR else _cubic_spline(distance)
        return (kernel / kernel.sum(axis=1, keepdims=True)).astype(np.float32)


def _cubic_spline(distance: np.ndarray) -> np.ndarray:
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.maximum(2 - distance, 0) ** 3 / 6
    return np.where(distance < 1, near, far)


def smooth_noise(
    generator: np.random.Generator, channels: int, bounds: Sequence[tuple[float, float]], scale: float
) -> Lattice:
    """Draw random fields of mean 0 and standard deviation about 1.

    Args:
        generator: where the numbers come from.
        channels: how many independent fields.
        bounds: (low, high) along each axis, in voxels, that the fields must cover.
        scale: distance over which they change, in voxels.

    Returns:
        Lattice: cubic, with ``channels`` channels.
    """
    sizes = [int(np.ceil((high - low) / scale)) + 3 for low, high in bounds]
    values = generator.standard_normal((channels, *sizes), dtype=np.float32)
    origin = np.array([low - scale for low, _ in bounds])
    return Lattice(values / _SPLINE_DEVIATION, origin, scale, _CUBIC)


def _spline_deviation() -> float:
    """Return the deviation of a 3-D cubic spline of white coefficients of deviation 1, over a cell."""
    places = np.linspace(0, 1, 64, endpoint=False)[:, None] - np.arange(-2, 4)[None, :]
    return float(np.mean(np.sum(_cubic_spline(np.abs(places)) ** 2, axis=1)) ** 1.5)


_SPLINE_DEVIATION = _spline_deviation()
