"""Slices of a phantom patient at the requested size, with noise, without computing the full scan."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kgan.contracts.reader import PatientSlices, SliceRequest
from kgan.data.phantom.anatomy import SHAPE
from kgan.data.phantom.contrast import SEQUENCES
from kgan.data.phantom.lattice import Axes
from kgan.data.phantom.patient import Phantom
from kgan.data.phantom.tumor import area
from kgan.data.resize import resize_intensities, resize_labels
from kgan.data.scans.slices import check_range, cut, plane_axis
from kgan.errors import DataError, did_you_mean
from kgan.random.streams import rng

_COARSE = 4.0  # mm between the samples for the intensity range
_WIDEST = 2.0  # maximum mm between samples that are averaged to a pixel


@dataclass(frozen=True)
class Grid:
    """Sampling points of slices.

    Args:
        plane: one of the planes of the contract.
        axes: positions along the axes of the scan, in voxels; along the axis of the plane, the slices.
        steps: (3,) mm between positions.
    """

    plane: str
    axes: Axes
    steps: tuple[float, ...]


def sample(phantom: Phantom, request: SliceRequest, name: str) -> PatientSlices:
    """Sample the requested slices.

    Intensities are mapped to [0, 1] by the requested percentiles of the patient's brain, measured at points 4
    mm apart over the full scan, so a slice does not depend on the other requested slices. Pixels larger than
    1 mm are averages of samples at most 2 mm apart.

    Args:
        phantom: the patient.
        request: the requested slices.
        name: of the patient.

    Raises:
        DataError: a requested sequence, plane, slice, size or percentile does not exist.
    """
    check(request)
    axis, indices = plane_axis(request.plane), request.indices()
    grid = _grid(request)
    every = tuple(range(len(indices)))
    images = [
        resize_intensities(cut(scaled, request.plane, every), request.image_size)
        for scaled in _scaled(phantom, grid, request)
    ]
    native = Grid(request.plane, _axes(axis, indices, SHAPE), (1.0, 1.0, 1.0))
    masks = cut(segment(phantom, native), request.plane, every)
    return PatientSlices(
        patient=name,
        images=np.stack(images, axis=-1),
        indices=np.array(indices, np.int64),
        tumor_area=area(phantom.tumor)[axis],
        masks=resize_labels(masks, request.image_size),
        facts=_facts(phantom),
    )


def check(request: SliceRequest) -> None:
    """Refuse requests that no phantom can fulfil.

    Raises:
        DataError: an unknown sequence or plane, a slice beyond the scan, a size below 1, or percentiles that
            do not rise from 0 to 100.
    """
    if not request.sequences:
        raise DataError(f"no sequence requested; expected some of {', '.join(SEQUENCES)}")
    for sequence in request.sequences:
        if sequence not in SEQUENCES:
            raise DataError(
                f"phantoms have no sequence {sequence!r}; expected some of {', '.join(SEQUENCES)}"
                f"{did_you_mean(sequence, SEQUENCES)}"
            )
    if request.step < 1:
        raise DataError(f"every {request.step}-th slice requested; expected a step of at least 1")
    check_range(request, SHAPE[plane_axis(request.plane)])
    size = request.image_size
    if size is not None and (len(size) != 2 or min(size) < 1):
        raise DataError(
            f"images of {list(size)} requested; expected (height, width) of at least 1 pixel each"
        )
    low, high = request.percentiles
    if not 0 <= low < high <= 100:
        raise DataError(f"percentiles {low:g} and {high:g} requested; expected 0 <= low < high <= 100")


def scan(phantom: Phantom, grid: Grid, sequences: Sequence[str]) -> np.ndarray:
    """Return sequences on a grid with noise, in scanner units.

    Noise is a function of (seed, patient, sequence, plane, slice), independent of the other requested slices.

    Returns:
        ndarray (sequences, x, y, z) float32, 0 outside the brain and at least 1 inside.
    """
    images = phantom.scan(grid.axes, sequences)
    axis = plane_axis(grid.plane)
    across = [step for other, step in enumerate(grid.steps) if other != axis]
    for image, sequence in zip(images, sequences, strict=True):
        contrast = phantom.contrasts[sequence]
        # A sample represents all 1 mm voxels of its pixel, whose noise is averaged.
        deviation = contrast.noise * contrast.unit / np.sqrt(across[0] * across[1])
        stream = (phantom.number, SEQUENCES.index(sequence), axis)
        for part, place in zip(np.moveaxis(image, axis, 0), grid.axes[axis], strict=True):
            generator = rng(phantom.seed, "phantom.noise", *stream, int(place))
            noise = generator.standard_normal(part.shape, dtype=np.float32)
            part[...] = _soften(part, part + deviation * noise, contrast.blur / max(across))
    return images


def segment(phantom: Phantom, grid: Grid) -> np.ndarray:
    """Return the labels of the tumour on a grid, uint8."""
    labels = np.zeros(tuple(len(axis) for axis in grid.axes), np.uint8)
    box = phantom.tumor.box(grid.axes)
    labels[box] = phantom.tumor.labels(tuple(axis[part] for axis, part in zip(grid.axes, box, strict=True)))
    return labels


def _soften(clean: np.ndarray, noisy: np.ndarray, blur: float) -> np.ndarray:
    """Blur the brain (``clean`` > 0) without mixing in the air around it; ``blur`` in samples."""
    inside = clean > 0
    if blur > 0.3:
        weight = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), blur)
        noisy = cv2.GaussianBlur(np.where(inside, noisy, 0), (0, 0), blur) / np.maximum(weight, 1e-3)
    return np.where(inside, np.maximum(noisy, 1), 0)


def _scaled(phantom: Phantom, grid: Grid, request: SliceRequest) -> np.ndarray:
    """Return the sequences on a grid in [0, 1]: (sequences, x, y, z) float32."""
    coarse = tuple(np.arange(0, size, _COARSE) for size in SHAPE)
    # The samples represent single voxels, the basis of the percentiles of a full scan.
    voxels = scan(phantom, Grid("axial", coarse, (1.0, 1.0, _COARSE)), request.sequences)
    images = scan(phantom, grid, request.sequences)
    for image, sequence in zip(images, voxels, strict=True):
        low, high = np.percentile(sequence[sequence > 0], request.percentiles)
        image[...] = np.where(image > 0, np.clip((image - low) / max(high - low, 1), 0, 1), 0)
    return images


def _grid(request: SliceRequest) -> Grid:
    """Return the sampling points: at least the requested pixels, at most the voxels of the scan."""
    axis = plane_axis(request.plane)
    shape = list(SHAPE)
    height, width = request.image_size or (0, 0)
    across = [other for other in range(3) if other != axis]
    for other, pixels in zip(across, (width, height), strict=True):
        if 0 < pixels < SHAPE[other]:
            shape[other] = min(pixels * _samples(SHAPE[other] / pixels), SHAPE[other])
    steps = tuple(whole / part for whole, part in zip(SHAPE, shape, strict=True))
    return Grid(request.plane, _axes(axis, request.indices(), tuple(shape)), steps)


def _samples(pixel: float) -> int:
    """Return the number of samples per pixel side for a pixel size in mm."""
    return max(2, int(np.ceil(pixel / _WIDEST)))


def _axes(axis: int, indices: tuple[int, ...], shape: tuple[int, ...]) -> Axes:
    axes = [(np.arange(part) + 0.5) * (whole / part) - 0.5 for whole, part in zip(SHAPE, shape, strict=True)]
    axes[axis] = np.array(indices, np.float64)
    return tuple(axes)


def _facts(phantom: Phantom) -> dict[str, object]:
    tumor = phantom.tumor
    return {
        "phantom": True,
        "seed": phantom.seed,
        "number": phantom.number,
        "shape": list(SHAPE),
        "spacing": [1.0, 1.0, 1.0],
        "tumor_diameter_mm": round(tumor.diameter, 1),
        "faint_enhancement": tumor.faint,
    }
