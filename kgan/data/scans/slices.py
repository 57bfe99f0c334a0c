"""Images cut from volumes along a plane, and what class their mask gives them."""

import numpy as np

from kgan.contracts.reader import PLANES, SliceRequest
from kgan.errors import DataError

NON_TUMOR, TUMOR = 0, 1
#: The class of a slice between the two: too little tumour, or none but too near to some.
BORDERLINE = -1

_AXES = {"sagittal": 0, "coronal": 1, "axial": 2}


def plane_axis(plane: str) -> int:
    """Return the canonical array axis that slices of a plane are counted along."""
    if plane not in _AXES:
        raise DataError(f"unknown plane {plane!r}; expected one of {', '.join(PLANES)}")
    return _AXES[plane]


def check_range(request: SliceRequest, length: int) -> None:
    """Refuse slices beyond the volume.

    Args:
        request: the requested slices.
        length: number of slices of the volume along the plane's axis.

    Raises:
        DataError: a requested slice does not exist.
    """
    indices = request.indices()
    if not indices or indices[0] < 0 or indices[-1] >= length:
        raise DataError(
            f"slices {request.first} to {request.last} requested; the volume has {request.plane} slices "
            f"0 to {length - 1}"
        )


def cut(volume: np.ndarray, plane: str, indices: tuple[int, ...]) -> np.ndarray:
    """Cut slices from a volume, turned as a radiologist looks at them.

    Axial images have the front at the top, coronal and sagittal ones the head; the patient's left is on the
    right of axial and coronal images, the front on the left of sagittal ones.

    Args:
        volume: (x, y, z) array in the canonical frame.
        plane: one of `PLANES`.
        indices: n slice indices along the plane's axis.

    Returns:
        (n, height, width) array of the same dtype.
    """
    stack = np.moveaxis(volume, plane_axis(plane), 0)[list(indices)].transpose(0, 2, 1)
    return stack if plane == "axial" else stack[:, ::-1]


def tumor_areas(mask: np.ndarray, plane: str, spacing: tuple[float, float, float]) -> np.ndarray:
    """Measure the tumour in every slice of a mask.

    Args:
        mask: (x, y, z) uint8 labels; whatever is not 0 is tumour.
        plane: one of `PLANES`.
        spacing: voxel edges in mm.

    Returns:
        (slices along the plane's axis,) float32 area in mm².
    """
    axis = plane_axis(plane)
    across = tuple(other for other in range(3) if other != axis)
    pixel = spacing[across[0]] * spacing[across[1]]
    return (np.count_nonzero(mask, axis=across) * pixel).astype(np.float32)


def centre(images: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    """Keep the central part of images.

    Args:
        images: (n, height, width, channels).
        size: (height, width) kept, or ``None`` for all.

    Raises:
        DataError: the images are smaller.
    """
    if size is None:
        return images
    top, left = ((whole - part) // 2 for whole, part in zip(images.shape[1:3], size, strict=True))
    if top < 0 or left < 0:
        raise DataError(f"center_crop {list(size)} of images of {list(images.shape[1:3])}; expected no more")
    return images[:, top : top + size[0], left : left + size[1]]


def classify(tumor_area: np.ndarray, indices: np.ndarray, min_tumor_area: float, margin: int) -> np.ndarray:
    """Give slices their class by the tumour in them and near them.

    A slice with at least ``min_tumor_area`` is `TUMOR`; one without any tumour, and none within ``margin``
    slices on either side, is `NON_TUMOR`; all others are `BORDERLINE`.

    Args:
        tumor_area: (slices along the whole axis,) float, mm².
        indices: (n,) int slices to classify.
        min_tumor_area: mm².
        margin: slices, 0 to look at the slice alone.

    Returns:
        (n,) int64 classes.

    Raises:
        DataError: a slice lies outside the areas.
    """
    indices = np.asarray(indices, np.int64)
    if len(indices) and not 0 <= indices.min() <= indices.max() < len(tumor_area):
        raise DataError(f"slices {indices.min()} to {indices.max()} in a mask of {len(tumor_area)} slices")
    has_tumor = np.pad(np.asarray(tumor_area) > 0, margin)
    near = np.lib.stride_tricks.sliding_window_view(has_tumor, 2 * margin + 1).any(axis=1)
    classes = np.where(near, BORDERLINE, NON_TUMOR)
    classes[(np.asarray(tumor_area) > 0) & (np.asarray(tumor_area) >= min_tumor_area)] = TUMOR
    return classes[indices].astype(np.int64)
