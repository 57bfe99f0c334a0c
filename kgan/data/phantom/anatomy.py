"""Anatomy of a phantom: the coordinates in the average brain of each voxel of a patient's scan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import ndimage

from kgan.data.phantom.lattice import Axes, Lattice, smooth_noise
from kgan.data.phantom.template import template

#: Voxels along each axis of every phantom's scan, as in BRATS, 1 mm each.
SHAPE = (240, 240, 155)

_MIDDLE = np.array([118.0, 130.0, 74.0])  # centre of the brain after the registration of BRATS
_BOUNDS = tuple((0.0, size - 1.0) for size in SHAPE)
_SPACING = 4.0  # mm between the nodes of the warp
_SPARSE = 2
_WHOLE, _FOLDS, _GRAIN = 36.0, 11.0, 7.0  # scales of the random fields, in mm
_SURFACE = 0.5  # level of the template's soft mask


@dataclass(frozen=True)
class Anatomy:
    """Deformation of the average brain to one patient's brain, without a tumour.

    Args:
        warp: 3 channels, voxel coordinates in the template at each point of the scan.
        grain: 3 channels of noise with standard deviation 1: tissue texture, and two fields whose common
            zeros are vessels.
        strip: 1 channel, skull-stripping offset added to the surface level; positive values remove more.
    """

    warp: Lattice
    grain: Lattice
    strip: Lattice

    @cached_property
    def bounds(self) -> np.ndarray:
        """Bounding box of the brain, (axis, low and high) in voxels of the scan."""
        nodes = tuple(axis[::_SPARSE] for axis in self.warp.nodes())
        inside = (
            _read(template().inside, self.warp.values[:, ::_SPARSE, ::_SPARSE, ::_SPARSE]) > 0.8 * _SURFACE
        )
        positions = [nodes[axis][part] for axis, part in enumerate(np.nonzero(inside))]
        # Structures between two nodes extend at most one node spacing beyond the outermost inside node.
        margin = _SPARSE * self.warp.spacing
        return np.array([(part.min() - margin, part.max() + margin) for part in positions])

    def tissue(self, axes: Axes) -> "Tissue":
        """Return the anatomy on a grid of points in the scan; each axis is ascending."""
        box = tuple(slice(*np.searchsorted(axis, part)) for axis, part in zip(axes, self.bounds, strict=True))
        axes = tuple(axis[part] for axis, part in zip(axes, box, strict=True))
        places = self.warp.at(axes)
        soft = _read(template().inside, places) - self.strip.at(axes)[0]
        inside = soft > _SURFACE
        places = places[:, inside]
        t1 = _read(template().t1, places)
        return Tissue(box, axes, inside, soft[inside], places, t1, self.grain.at(axes)[:, inside])


@dataclass(frozen=True)
class Tissue:
    """The anatomy at the m points of a grid inside the brain.

    Args:
        box: the part of the grid within the bounding box of the brain.
        axes: positions of that part.
        inside: (x, y, z) bool, brain mask of that part, with m true values.
        depth: (m,) float32 from 0.5 on the surface to 1 in the centre.
        places: (3, m) float32 voxel coordinates in the template.
        t1: (m,) float32 in [0, 1], the template's T1 contrast.
        grain: (3, m) float32, noise with standard deviation about 1.
    """

    box: tuple[slice, ...]
    axes: Axes
    inside: np.ndarray
    depth: np.ndarray
    places: np.ndarray
    t1: np.ndarray
    grain: np.ndarray

    def spread(self, values: np.ndarray, shape: Sequence[int], outside: float = 0.0) -> np.ndarray:
        """Return (m,) values on the full grid of ``shape``, float32."""
        grid = np.full(shape, outside, np.float32)
        grid[self.box][self.inside] = values
        return grid


def draw_anatomy(generator: np.random.Generator, faulty_stripping: bool = False) -> Anatomy:
    """Draw a patient's brain.

    Args:
        generator: random number generator.
        faulty_stripping: whether skull-stripping removed a part of the brain.
    """
    warp = Lattice(np.zeros((3, *(int(s // _SPACING) + 2 for s in SHAPE)), np.float32), np.zeros(3), _SPACING)
    axes = warp.nodes()
    away = np.stack(
        np.meshgrid(
            *(a - m for a, m in zip(axes, _MIDDLE + generator.normal(0, 1.5, 3), strict=True)), indexing="ij"
        )
    )
    values = np.tensordot(_affine(generator), away, axes=1) + template().centre[:, None, None, None]
    values += generator.uniform(1.5, 3.5) * smooth_noise(generator, 3, _BOUNDS, _WHOLE).at(axes)
    values += generator.uniform(0.8, 1.4) * smooth_noise(generator, 3, _BOUNDS, _FOLDS).at(axes)
    values += _ventricles(generator, values)
    grain = smooth_noise(generator, 3, _BOUNDS, _GRAIN)
    return Anatomy(
        replace(warp, values=values.astype(np.float32)), grain, _stripping(generator, faulty_stripping)
    )


def _affine(generator: np.random.Generator) -> np.ndarray:
    """Return the matrix from mm of the scan to mm of the template: rotation and scaling."""
    pitch, roll, yaw = np.deg2rad(generator.normal(0, (5.0, 2.0, 2.5)))
    turns = [((1, 2), pitch), ((0, 2), roll), ((0, 1), yaw)]
    matrix = np.diag(1 / (generator.uniform(0.84, 0.95) * generator.normal(1, 0.025, 3)))
    for (first, second), angle in turns:
        turn = np.eye(3)
        turn[[first, first, second, second], [first, second, first, second]] = (
            np.cos(angle),
            -np.sin(angle),
            np.sin(angle),
            np.cos(angle),
        )
        matrix = matrix @ turn
    return matrix


def _ventricles(generator: np.random.Generator, places: np.ndarray) -> np.ndarray:
    """Return the displacement that widens or narrows the ventricles, from or towards the midline."""
    middle = template().centre + np.array([0.0, 8.0, 4.0])
    away = places - middle[:, None, None, None]
    reach = np.array([18.0, 38.0, 18.0])[:, None, None, None]
    weight = np.exp(-0.5 * np.sum((away / reach) ** 2, axis=0))
    return -generator.uniform(-0.1, 0.45) * weight * away * np.array([1.0, 0.4, 0.6])[:, None, None, None]


def _stripping(generator: np.random.Generator, faulty: bool) -> Lattice:
    """Return the skull-stripping offset from the template's mask, in units of the soft mask."""
    noise = smooth_noise(generator, 1, _BOUNDS, 16.0)
    values = generator.normal(0.0, 0.06) + 0.07 * noise.values
    if faulty:
        direction = generator.normal(0, 1, 3)
        bite = _MIDDLE + np.array([62.0, 74.0, 60.0]) * direction / np.linalg.norm(direction)
        grid = np.meshgrid(*noise.nodes(), indexing="ij")
        distance = np.sqrt(sum((part - place) ** 2 for part, place in zip(grid, bite, strict=True)))
        values = values + 2.0 * np.clip((generator.uniform(28, 48) - distance) / 12.0, 0, 1)
    return replace(noise, values=values.astype(np.float32))


def _read(volume: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Interpolate a map of the template at (3, ...) voxel coordinates, in [0, 1]."""
    return ndimage.map_coordinates(volume, places, np.float32, order=1, mode="nearest") / np.float32(255)


def locate(anatomy: Anatomy, place: np.ndarray) -> np.ndarray:
    """Return the point of the scan (voxels) for a point of the template (voxels), to about a voxel."""
    guess = _MIDDLE.copy()
    for _ in range(12):
        here = anatomy.warp.at(tuple(np.array([part]) for part in guess))[:, 0, 0, 0]
        # Newton step: a scan has about 0.9 times the size of the template.
        guess = np.clip(guess + 0.9 * (place - here), 0, np.array(SHAPE) - 1.0)
    return guess


def apply_mass_effect(anatomy: Anatomy, centre: np.ndarray, radius: float, strength: float) -> Anatomy:
    """Apply the mass effect of a tumour at ``centre`` (voxels) to the brain around it.

    Args:
        anatomy: the brain without mass effect.
        centre: (3,) centre of the mass, in voxels.
        radius: of the mass, in mm.
        strength: 0 for no displacement; 0.5 moves the tissue at the edge of the mass by about a fifth of the
            radius.
    """
    warp = anatomy.warp
    nodes = warp.nodes()
    pull = [
        np.exp(-0.5 * ((axis - middle) / (1.2 * radius)) ** 2)
        for axis, middle in zip(nodes, centre, strict=True)
    ]
    weight = strength * pull[0][:, None, None] * pull[1][None, :, None] * pull[2][None, None, :]
    away = np.meshgrid(*(axis - middle for axis, middle in zip(nodes, centre, strict=True)), indexing="ij")
    jacobian = np.stack(np.gradient(warp.values, warp.spacing, axis=(1, 2, 3)), axis=1)
    moved = sum(jacobian[:, axis] * (weight * away[axis])[None] for axis in range(3))
    return replace(anatomy, warp=replace(warp, values=(warp.values - moved).astype(np.float32)))
