"""Scans as volumes in one canonical frame: reoriented, checked, their intensities mapped to [0, 1]."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from nibabel import orientations

from kgan.data.scans.files import read_header, read_scan
from kgan.errors import DataError

CANONICAL = ("L", "P", "S")
MASK_LABELS = (0, 1, 2, 3, 4)
#: How far, in voxels, the corners of two volumes on one grid may lie apart (headers round).
GRID_TOLERANCE = 0.2


@dataclass(frozen=True)
class Volume:
    """One scan in the canonical frame: axis 0 to the patient's left, 1 to the back, 2 to the head.

    Args:
        voxels: (x, y, z) float32 intensities, or uint8 labels of a mask.
        affine: (4, 4) float64 from canonical voxel indices to RAS+ mm.
        orientation: axis codes of the file before reorienting, such as ``"LPS"``.
        name: the file's name, for messages.
    """

    voxels: np.ndarray
    affine: np.ndarray
    orientation: str
    name: str

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Voxel edges in mm along the three canonical axes."""
        return spacing_of(self.affine)


def load_volume(path: Path, axes: str = "") -> Volume:
    """Read a scan's intensities.

    Args:
        path: NIfTI (``.nii``, ``.nii.gz``), MetaImage (``.mha``) or Analyze (``.img``) file in any
            orientation.
        axes: where the three array axes run to, such as ``"ASL"`` (front, head, left), instead of what the
            file says; empty to believe the file.

    Raises:
        DataError: the file cannot be read, or holds NaN, infinity, or one value everywhere.
    """
    raw, affine = read_scan(path)
    with np.errstate(over="ignore"):
        voxels = raw.astype(np.float32, copy=False)
    bad = voxels.size - int(np.count_nonzero(np.isfinite(voxels)))
    if bad:
        raise DataError(f"{path.name}: {bad} of {voxels.size} voxels are NaN or infinite")
    if voxels.size == 0 or voxels.min() == voxels.max():
        value = f"{voxels.flat[0]:g}" if voxels.size else "nothing"
        raise DataError(f"{path.name}: every voxel is {value}; expected a scan")
    return _canonical(voxels, _lying(affine, axes), path.name)


def load_mask(path: Path) -> Volume:
    """Read a segmentation's labels.

    The labels are kept as the data set wrote them. 1 is the necrotic core and 2 the oedema everywhere; the
    enhancing tumour is 4, but 3 in BraTS 2023, while 3 in BRATS 2015 and 2016 is the non-enhancing core.
    Whatever is not 0 is tumour. A label may be absent.

    Raises:
        DataError: the file cannot be read, or holds values other than `MASK_LABELS`.
    """
    raw, affine = read_scan(path)
    with np.errstate(invalid="ignore"):
        voxels = raw.astype(np.uint8)
    wrong = (voxels != raw) | (voxels > max(MASK_LABELS))
    if wrong.any():
        values = np.unique(raw[wrong])[:5].tolist()
        raise DataError(
            f"{path.name}: unknown labels {', '.join(f'{value:g}' for value in values)} in the mask; "
            "expected 0 to 4 (1 necrotic core, 2 oedema, 4 enhancing; 3 is enhancing in BraTS 2023 and "
            "non-enhancing core in BRATS 2015 and 2016)"
        )
    return _canonical(voxels, affine, path.name)


def inspect_header(path: Path, axes: str = "") -> tuple[tuple[int, ...], tuple[float, float, float], str]:
    """Return the shape and spacing (mm) in the canonical frame, and the file's own orientation.

    Args:
        path: as for `load_volume`.
        axes: as for `load_volume`.

    Raises:
        DataError: the file cannot be read.
    """
    shape, affine = read_header(path)
    affine = _lying(affine, axes)
    transform, codes = _reorientation(affine, path.name)
    order = np.argsort(transform[:, 0])
    canonical = tuple(int(shape[axis]) for axis in order) if len(shape) >= 3 else tuple(shape)
    edges = spacing_of(affine[:, [*order, 3]])
    return canonical, edges, codes


def check_same_grid(first: Volume, other: Volume) -> None:
    """Refuse two volumes of one patient that do not lie on the same voxels.

    Raises:
        DataError: their shapes differ, or their corners lie more than `GRID_TOLERANCE` voxels apart.
    """
    if first.voxels.shape != other.voxels.shape:
        raise DataError(
            f"{other.name} has shape {other.voxels.shape}, unlike {first.voxels.shape} of {first.name}"
        )
    corners = np.array(list(np.ndindex(2, 2, 2))) * (np.array(first.voxels.shape) - 1)
    apart = nibabel.affines.apply_affine(first.affine, corners) - nibabel.affines.apply_affine(
        other.affine, corners
    )
    distance = float(np.linalg.norm(apart, axis=1).max())
    if distance > GRID_TOLERANCE * min(first.spacing):
        raise DataError(
            f"{other.name} lies up to {distance:.1f} mm off {first.name} (their affines differ); expected "
            "one grid for all of a patient's files: register and resample them first"
        )


def foreground(voxels: np.ndarray, axes: Sequence[int] = (0, 1, 2)) -> np.ndarray:
    """Separate the head from the background.

    The background is the value that fills most of the volume's six faces (0 after skull-stripping; also where
    intensities of the brain dip below 0, or a scaling moved the background elsewhere); 0 where no value does.

    Args:
        voxels: (x, y, z) float32.
        axes: at whose two ends there is background: (1, 2) for images stacked along axis 0.

    Returns:
        (x, y, z) bool, True where a voxel is not background.
    """
    faces = [voxels.take(end, axis).ravel() for axis in axes for end in (0, -1)]
    values, counts = np.unique(np.concatenate(faces), return_counts=True)
    commonest = counts.argmax()
    return voxels != (values[commonest] if 2 * counts[commonest] >= counts.sum() else 0)


def rescale(voxels: np.ndarray, percentiles: tuple[float, float]) -> np.ndarray:
    """Map intensities to [0, 1] by percentiles of the foreground, so that hot voxels squash nothing.

    Args:
        voxels: (x, y, z) float32 in file units.
        percentiles: (low, high) in [0, 100], mapped to 0 and 1 and clipped outside.

    Returns:
        (x, y, z) float32 in [0, 1]; the background is 0. A foreground of one value only becomes 1.
    """
    inside = foreground(voxels)
    if not inside.any():
        return np.zeros(voxels.shape, np.float32)
    low, high = np.percentile(voxels[inside], percentiles).tolist()
    if high <= low:
        return inside.astype(np.float32)
    scaled = (voxels - np.float32(low)) / np.float32(high - low)
    np.clip(scaled, 0, 1, out=scaled)
    scaled[~inside] = 0
    return scaled


def spacing_of(affine: np.ndarray) -> tuple[float, float, float]:
    """Return the voxel edges in mm of an affine's three axes."""
    edges = np.linalg.norm(affine[:3, :3], axis=0)
    return float(edges[0]), float(edges[1]), float(edges[2])


def _lying(affine: np.ndarray, axes: str) -> np.ndarray:
    """Return an affine of the same voxel edges whose axes have the given directions."""
    if not axes:
        return affine
    reoriented = np.eye(4)
    reoriented[:3, :3] = 0
    for axis, (direction, sign) in enumerate(orientations.axcodes2ornt(tuple(axes))):
        reoriented[int(direction), axis] = sign * spacing_of(affine)[axis]
    return reoriented


def _canonical(voxels: np.ndarray, affine: np.ndarray, name: str) -> Volume:
    transform, codes = _reorientation(affine, name)
    moved = affine @ orientations.inv_ornt_aff(transform, voxels.shape)
    return Volume(orientations.apply_orientation(voxels, transform), moved, codes, name)


def _reorientation(affine: np.ndarray, name: str) -> tuple[np.ndarray, str]:
    usable = np.isfinite(affine).all() and abs(np.linalg.det(affine[:3, :3])) > 1e-9
    axes = orientations.io_orientation(affine) if usable else np.full((3, 2), np.nan)
    if not np.isfinite(axes).all():
        raise DataError(f"{name}: the affine {affine[:3].tolist()} does not say how the volume lies in space")
    transform = orientations.ornt_transform(axes, orientations.axcodes2ornt(CANONICAL))
    return transform, "".join(orientations.ornt2axcodes(axes))
