"""The template of all phantoms: the ICBM152 T1 and white-matter maps in the wheel of nilearn."""

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nibabel
import numpy as np
from scipy import ndimage

from kgan.errors import DataError

_FILE = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
_MARGIN = 8  # voxels kept around the brain
_BLUR = 2.0  # mm
_SHARPEN = 0.65
_BYTE = 255.0
_ORIGIN = np.array([98, 98, 72]) + _MARGIN  # the voxel, in LPS order, at the MNI space's origin


@dataclass(frozen=True)
class Template:
    """The average brain, 1 mm voxels, axes to the left, the back and the head (LPS).

    Args:
        t1: (x, y, z) uint8, T1 contrast with sharpened folds, extrapolated beyond the surface; about 70 in
            cerebrospinal fluid, 165 in grey matter, 220 in white matter.
        inside: (x, y, z) uint8, 255 deep inside, 0 far outside, 128 on the brain's surface.
        white: (n, 3) float32, voxels of mostly cerebral white matter, the origins of tumours.
        centre: (3,) float64, centre of the bounding box of the brain, in voxels.
    """

    t1: np.ndarray
    inside: np.ndarray
    white: np.ndarray
    centre: np.ndarray


@lru_cache(maxsize=1)
def template() -> Template:
    """Load the maps, once per process (about a second).

    Raises:
        DataError: nilearn is not installed or its maps are not readable.

    Reference: Fonov et al., "Unbiased average age-appropriate atlases for pediatric studies", NeuroImage 54,
    2011 (ICBM152 2009a nonlinear symmetric).
    """
    t1, white = _load("t1"), _load("wm")
    brain = ndimage.binary_fill_holes(t1 > 0)
    box = tuple(
        slice(part.start - _MARGIN, part.stop + _MARGIN)
        for part in ndimage.find_objects(brain.astype(np.uint8))[0]
    )
    t1, white, brain = t1[box], white[box], brain[box]
    inside = ndimage.gaussian_filter(brain.astype(np.float32), _BLUR)
    around = ndimage.gaussian_filter(t1 * brain.astype(np.float32), _BLUR) / np.maximum(inside, 1e-3)
    sharp = np.where(brain, t1 + _SHARPEN * (t1 - around), around)
    extent = np.argwhere(brain)
    return Template(
        t1=np.clip(sharp, 0, _BYTE).astype(np.uint8),
        inside=np.rint(inside * _BYTE).astype(np.uint8),
        white=_starts(white, np.array([part.start for part in box])),
        centre=(extent.min(axis=0) + extent.max(axis=0)) / 2,
    )


def _load(tissue: str) -> np.ndarray:
    """Return one map in [0, 255], reoriented from RAS to LPS."""
    # Importing nilearn takes seconds and its loaders resample; only the files are needed.
    nilearn = importlib.util.find_spec("nilearn")
    if nilearn is None or nilearn.origin is None:
        raise DataError(
            "the phantom needs the atlas of nilearn, which is not installed; run: pip install nilearn"
        )
    path = Path(nilearn.origin).parent / "datasets" / "data" / _FILE.format(tissue)
    try:
        voxels = np.asarray(nibabel.Nifti1Image.from_filename(path).dataobj, dtype=np.float32)
    except (OSError, EOFError, ValueError, nibabel.filebasedimages.ImageFileError) as error:
        raise DataError(
            f"{path}: the atlas is not readable ({error}); expected the map of nilearn 0.11 or later;"
            " run: pip install --force-reinstall nilearn"
        ) from error
    return np.pad(voxels[::-1, ::-1], _MARGIN)  # the brain stem of the map ends at its lowest slice


def _starts(white: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Return every second voxel of cerebral white matter."""
    places = 2 * np.argwhere((white > 0.55 * _BYTE)[::2, ::2, ::2])
    # MNI coordinates in mm: right, anterior and superior are positive.
    x, y, z = (_ORIGIN - corner - places).T * np.array([1, 1, -1])[:, None]
    below_tentorium = (z < -12) & (y < -40)
    brain_stem = (z < 2) & (np.abs(x) < 20) & (y > -50) & (y < 5)
    return places[~(below_tentorium | brain_stem)].astype(np.float32)
