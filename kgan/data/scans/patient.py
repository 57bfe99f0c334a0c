"""One patient's files to one patient's slices: what readers of volumes share."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from kgan.contracts.reader import PatientSlices, SliceRequest
from kgan.data.resize import resize_intensities, resize_labels
from kgan.data.scans.slices import check_range, cut, plane_axis, tumor_areas
from kgan.data.scans.volumes import Volume, check_same_grid, load_mask, load_volume, rescale
from kgan.errors import DataError


def only_file(name: str, files: Mapping[str, Sequence[Path]]) -> Path:
    """Return the one file that holds a sequence or the mask.

    Args:
        name: such as ``"t1c"`` or ``"mask"``.
        files: what was found for the patient, by name.

    Raises:
        DataError: there is none, or there are several.
    """
    paths = files.get(name, ())
    if not paths:
        there = ", ".join(sorted(files)) or "nothing"
        raise DataError(f"no {name} file; found {there}")
    if len(paths) > 1:
        names = ", ".join(sorted(path.name for path in paths))
        raise DataError(f"{len(paths)} files claim to be {name} ({names}); keep one of them")
    return paths[0]


def read_patient(
    patient: str,
    files: Mapping[str, Sequence[Path]],
    request: SliceRequest,
    mask_name: str = "mask",
    axes: Callable[[Path], str] = lambda _: "",
) -> PatientSlices:
    """Read the requested sequences, and the mask if there is one, and nothing else.

    Args:
        patient: identifier.
        files: the patient's files by sequence name, and by ``mask_name``.
        request: the slices wanted.
        mask_name: the key of the segmentation in ``files``.
        axes: gives for a sequence's file where its axes run to, as `load_volume` takes it; empty for a file
            that is believed.

    Raises:
        DataError: a file is missing, ambiguous, damaged, or unlike the others' grid.
    """
    channels: list[np.ndarray] = []
    grid: Volume | None = None
    orientations: dict[str, str] = {}
    for sequence in request.sequences:
        path = only_file(sequence, files)
        volume = load_volume(path, axes(path))
        grid = grid or volume
        check_same_grid(grid, volume)
        orientations[sequence] = volume.orientation
        channels.append(_images(volume, request))
    if grid is None:
        raise DataError("no sequence requested; expected at least one, such as t1c")
    facts: dict[str, object] = {
        "shape": list(grid.voxels.shape),
        "spacing": [round(edge, 4) for edge in grid.spacing],
        "orientations": orientations,
    }
    area, masks = None, None
    if files.get(mask_name):
        mask = load_mask(only_file(mask_name, files))
        check_same_grid(grid, mask)
        area = tumor_areas(mask.voxels, request.plane, mask.spacing)
        masks = resize_labels(cut(mask.voxels, request.plane, request.indices()), request.image_size)
        facts["mask_labels"] = np.unique(mask.voxels).tolist()
    return PatientSlices(
        patient=patient,
        images=np.stack(channels, axis=-1),
        indices=np.array(request.indices(), np.int64),
        tumor_area=area,
        masks=masks,
        facts=facts,
    )


def _images(volume: Volume, request: SliceRequest) -> np.ndarray:
    check_range(request, volume.voxels.shape[plane_axis(request.plane)])
    scaled = rescale(volume.voxels, request.percentiles)
    images = resize_intensities(cut(scaled, request.plane, request.indices()), request.image_size)
    return np.clip(images, 0, 1)
