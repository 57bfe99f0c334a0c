"""A tumour in white matter: necrotic core, enhancing rim, and oedema that follows the white matter."""

from dataclasses import dataclass

import numpy as np

from kgan.data.phantom.anatomy import SHAPE, Anatomy
from kgan.data.phantom.lattice import Axes, Lattice, smooth_noise

NECROSIS, OEDEMA, ENHANCING = 1, 2, 4

_CORE, _NECROTIC, _SWOLLEN, _TEXTURE = range(4)
_FADES = np.array([1.8, 3.5, 5.0], np.float32)[
    :, None, None, None
]  # width in mm of the boundaries of core, necrosis and oedema
_MAX_NODES, _MIN_NODES, _MIN_SPACING = 40, 14, 1.0
_FAR = 99.0


@dataclass(frozen=True)
class Tumor:
    """The regions of a tumour as smooth fields, positive inside, approximately in mm.

    Args:
        fields: 4 channels: the core with its rim; its non-enhancing part; the oedema including the core;
            noise with standard deviation 1.
        centre: (3,) in voxels of the scan.
        diameter: of the core, in mm.
        faint: whether the rim enhances only faintly.
    """

    fields: Lattice
    centre: np.ndarray
    diameter: float
    faint: bool

    def box(self, axes: Axes) -> tuple[slice, ...]:
        """Return the part of the axes (ascending) of a grid that can contain the tumour."""
        nodes = self.fields.nodes()
        return tuple(
            slice(*np.searchsorted(axis, (part[0], part[-1]), side="left"))
            for axis, part in zip(axes, nodes, strict=True)
        )

    def weights(self, axes: Axes) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the membership of each point of a grid in oedema, rim and necrosis, and the noise."""
        fields = self.fields.at(axes)
        core, necrosis, swollen = np.clip(fields[:_TEXTURE] / _FADES + 0.5, 0, 1)
        return swollen * (1 - core), core * (1 - necrosis), core * necrosis, fields[_TEXTURE]

    def labels(self, axes: Axes) -> np.ndarray:
        """Return the labels of BRATS on a grid, uint8: 0 none, 1 necrotic core, 2 oedema, 4 enhancing."""
        core, necrosis, swollen = self.fields.at(axes)[:_TEXTURE] > 0
        labels = np.where(swollen, OEDEMA, 0).astype(np.uint8)
        labels[core] = ENHANCING
        labels[core & necrosis] = NECROSIS
        return labels


@dataclass(frozen=True)
class TumorParameters:
    """Parameters of a tumour.

    Args:
        centre: (3,) in voxels of the scan.
        radius: of the core with its rim, in mm.
        swelling: width of the oedema around the core, in mm; 0 for none.
        kind: ``"ring"`` around a necrotic core, ``"solid"``, or ``"patchy"``.
        faint: whether it enhances only faintly.
    """

    centre: np.ndarray
    radius: float
    swelling: float
    kind: str
    faint: bool


def grow(generator: np.random.Generator, anatomy: Anatomy, parameters: TumorParameters) -> Tumor:
    """Grow a tumour in a brain.

    Args:
        generator: random number generator.
        anatomy: the brain, including mass effect.
        parameters: of the tumour.
    """
    reach = 1.45 * parameters.radius + 1.8 * parameters.swelling + 5.0
    count = int(np.clip(2 * reach / _MIN_SPACING, _MIN_NODES, _MAX_NODES))
    spacing = 2 * reach / (count - 1)
    grid = Lattice(np.zeros((4, count, count, count), np.float32), parameters.centre - reach, spacing)
    axes = grid.nodes()
    depth, white, fluid = _surroundings(anatomy, axes)
    core = _blob(generator, parameters, axes) - 0.7 * parameters.radius * fluid
    core = np.minimum(core, 20.0 * depth)
    grid.values[_CORE] = core
    grid.values[_NECROTIC] = _necrosis(generator, parameters, core, axes)
    uneven = np.exp(0.7 * smooth_noise(generator, 1, _bounds(axes), 6.0).at(axes)[0])
    open_to_water = (depth > 0) * np.minimum(white * uneven, 1) * (1 - fluid) * _ball(parameters.centre, axes)
    grid.values[_SWOLLEN] = np.minimum(_oedema(parameters, core, open_to_water, spacing), 20.0 * depth)
    grid.values[_TEXTURE] = smooth_noise(generator, 1, _bounds(axes), 4.0).at(axes)[0]
    return Tumor(grid, parameters.centre, 2 * parameters.radius, parameters.faint)


def area(tumor: Tumor) -> tuple[np.ndarray, ...]:
    """Return the tumour area in mm² in every slice along each axis of the scan, float32."""
    voxels = tuple(np.arange(size, dtype=np.float64) for size in SHAPE)
    box = tumor.box(voxels)
    mask = tumor.labels(tuple(axis[part] for axis, part in zip(voxels, box, strict=True))) > 0
    areas = tuple(np.zeros(size, np.float32) for size in SHAPE)
    for axis, (line, part) in enumerate(zip(areas, box, strict=True)):
        line[part] = mask.sum(axis=tuple(other for other in range(3) if other != axis))
    return areas


def _bounds(axes: Axes) -> list[tuple[float, float]]:
    return [(axis[0], axis[-1]) for axis in axes]


def _surroundings(anatomy: Anatomy, axes: Axes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return depth below the surface (0 to 0.5, negative outside), white matter and fluid, each 0 to 1."""
    tissue = anatomy.tissue(axes)
    shape = [len(axis) for axis in axes]
    depth = tissue.spread(tissue.depth - 0.5, shape, outside=-0.5)
    t1 = tissue.spread(tissue.t1, shape)
    return depth, np.clip((t1 - 0.66) / 0.14, 0.12, 1), np.clip((0.5 - t1) / 0.15, 0, 1)


def _ball(centre: np.ndarray, axes: Axes) -> np.ndarray:
    """Return 1 inside the largest ball of a grid, decreasing to 0, to hide the corners of the grid."""
    away = [((axis - middle) / (axis[-1] - middle)) ** 2 for axis, middle in zip(axes, centre, strict=True)]
    radius = np.sqrt(away[0][:, None, None] + away[1][None, :, None] + away[2][None, None, :])
    return np.clip((1 - radius) / 0.15, 0, 1)


def _blob(generator: np.random.Generator, parameters: TumorParameters, axes: Axes) -> np.ndarray:
    """Return the approximate depth in mm of each point below the surface of an irregular ellipsoid."""
    turn = np.linalg.qr(generator.normal(0, 1, (3, 3)))[0]
    stretch = np.exp(generator.normal(0, 0.18, 3))
    shape = (turn / (stretch / np.cbrt(stretch.prod()))) @ turn.T
    grid = np.meshgrid(
        *(axis - middle for axis, middle in zip(axes, parameters.centre, strict=True)), indexing="ij"
    )
    distance = np.linalg.norm(np.tensordot(shape, np.stack(grid), axes=1), axis=0)
    depth = parameters.radius - distance
    for amplitude, scale in ((0.17, 0.65), (0.12, 0.35)):
        noise = smooth_noise(generator, 1, _bounds(axes), scale * parameters.radius + 1)
        depth += amplitude * parameters.radius * noise.at(axes)[0]
    return depth + 0.9 * smooth_noise(generator, 1, _bounds(axes), 4.0).at(axes)[0]


def _necrosis(
    generator: np.random.Generator, parameters: TumorParameters, core: np.ndarray, axes: Axes
) -> np.ndarray:
    """Return the field of the non-enhancing part."""
    noise = smooth_noise(generator, 1, _bounds(axes), max(0.45 * parameters.radius, 3.0)).at(axes)[0]
    if parameters.kind == "ring":
        rim = max(parameters.radius * generator.uniform(0.16, 0.38), 1.5)
        return core - np.maximum(rim * (1 + 0.65 * noise), 0.8)
    scale = 0.2 * parameters.radius
    return scale * (noise - (1.4 if parameters.kind == "solid" else generator.uniform(-0.6, 0.3)))


def _oedema(
    parameters: TumorParameters, core: np.ndarray, conductance: np.ndarray, spacing: float
) -> np.ndarray:
    """Spread from the core along white matter up to the volume given by the swelling.

    Reference: Swanson et al., "A quantitative model for differential motility of gliomas in grey and white
    matter", Cell Proliferation 33, 2000: diffusion several times faster in white matter.
    """
    source = core > -0.5 * spacing
    if parameters.swelling < 1 or not source.any():
        return np.full_like(core, -_FAR)
    cells = np.where(source, 1.0, 0.0).astype(np.float32)
    # A diffusion front moves by about the square root of the number of steps, in nodes.
    for _ in range(int(np.clip(2.5 * (parameters.swelling / spacing) ** 2, 8, 60))):
        cells = np.where(source, 1.0, cells + 0.16 * _inflow(cells, conductance))
    level = np.log(np.maximum(cells, 1e-9))
    shell = 4 / 3 * np.pi * ((parameters.radius + parameters.swelling) ** 3 - parameters.radius**3)
    outside = np.sort(level[~source & (conductance > 0)])[::-1]
    volume = int(np.clip(0.6 * shell / spacing**3, 1, 0.8 * outside.size))
    gradient = np.max([np.abs(part) for part in np.gradient(level, spacing)], axis=0)
    near = gradient[~source & (level > outside[volume - 1] - 1) & (level < outside[volume - 1] + 1)]
    scale = max(float(np.median(near)), 0.05) if near.size else 0.3
    return np.maximum(np.clip((level - outside[volume - 1]) / scale, -_FAR, _FAR), core)


def _inflow(cells: np.ndarray, conductance: np.ndarray) -> np.ndarray:
    """Return the net inflow into each node from its six neighbours."""
    total = np.zeros_like(cells)
    for axis in range(3):
        low = tuple(slice(None, -1) if other == axis else slice(None) for other in range(3))
        high = tuple(slice(1, None) if other == axis else slice(None) for other in range(3))
        flow = np.minimum(conductance[low], conductance[high]) * (cells[high] - cells[low])
        total[low] += flow
        total[high] -= flow
    return total
