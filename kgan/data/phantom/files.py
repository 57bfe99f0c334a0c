"""Phantom patients as files: the folders, names, grid and labels of the BraTS data sets."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np

from kgan.data.phantom.anatomy import SHAPE
from kgan.data.phantom.contrast import SEQUENCES
from kgan.data.phantom.patient import Character, Phantom, draw_phantom, patient_name
from kgan.data.phantom.slices import Grid, scan, segment
from kgan.data.phantom.tumor import ENHANCING
from kgan.errors import DataError
from kgan.files.atomic import replacing_folder, write_text
from kgan.files.disk import explaining

#: From voxel indices to RAS+ mm, as in BraTS: the first axis points to the left, the second to the back.
AFFINE = np.array([[-1.0, 0, 0, 0], [0, -1, 0, 239], [0, 0, 1, 0], [0, 0, 0, 1]])

_NOTICE = """These are phantoms: simulated from an average brain (ICBM152 2009a), with simulated tumours.
No file shows a real patient. Written by `kgan data phantom`, in the layout of the BraTS data sets.
"""
_SLAB = 16  # slices computed at once, to limit memory
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Layout:
    """File names of one edition of BraTS.

    Args:
        suffixes: after the patient's name, by sequence and for ``"mask"``.
        enhancing: label of the enhancing tumour.
    """

    suffixes: Mapping[str, str]
    enhancing: int


LAYOUTS = {
    "brats2020": Layout(
        {"t1": "_t1", "t1c": "_t1ce", "t2": "_t2", "flair": "_flair", "mask": "_seg"}, enhancing=ENHANCING
    ),
    "brats2023": Layout(
        {"t1": "-t1n", "t1c": "-t1c", "t2": "-t2w", "flair": "-t2f", "mask": "-seg"}, enhancing=3
    ),
}


def write_patient(folder: Path, number: int, character: Character, layout: str = "brats2020") -> bool:
    """Write the five files of one patient, all or none.

    Args:
        folder: of the cohort; the patient gets a sub-folder.
        number: of the patient, from 1.
        character: of the cohort.
        layout: one of `LAYOUTS`.

    Returns:
        bool: False if the same patient already existed and was kept.

    Raises:
        DataError: other files exist under the patient's name.
        RunError: the folder is not writable.
    """
    name = patient_name(number)
    home, mark = folder / name, _mark(character, number)
    if home.exists():
        _check_same(home, name, mark, LAYOUTS[layout])
        return False
    with explaining(home):
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "PHANTOMS.txt").exists():
            write_text(folder / "PHANTOMS.txt", _NOTICE)
        with replacing_folder(home) as aside:
            for part, voxels in _volumes(draw_phantom(character, number), LAYOUTS[layout]):
                _save(aside / f"{name}{LAYOUTS[layout].suffixes[part]}.nii.gz", voxels, mark)
    return True


def _volumes(phantom: Phantom, layout: Layout) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the mask, uint8, and every sequence, int16, at 1 mm."""
    scans = np.zeros((len(SEQUENCES), *SHAPE), np.int16)
    mask = np.zeros(SHAPE, np.uint8)
    for first in range(0, SHAPE[2], _SLAB):
        slab = slice(first, min(first + _SLAB, SHAPE[2]))
        axes = (np.arange(SHAPE[0]), np.arange(SHAPE[1]), np.arange(slab.start, slab.stop))
        grid = Grid("axial", axes, (1.0, 1.0, 1.0))
        scans[..., slab] = np.rint(scan(phantom, grid, SEQUENCES))
        mask[..., slab] = segment(phantom, grid)
    mask[mask == ENHANCING] = layout.enhancing
    yield "mask", mask
    yield from zip(SEQUENCES, scans, strict=True)


def _save(path: Path, voxels: np.ndarray, mark: str) -> None:
    image = nibabel.Nifti1Image(voxels, AFFINE)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = mark.encode("ascii")
    image.to_filename(path)


def _mark(character: Character, number: int) -> str:
    """Return the origin for the headers of the files: at most 79 characters."""
    return f"kgan phantom {number}, seed {character.seed}, cohort {character.digest()}"[:79]


def _check_same(home: Path, name: str, mark: str, layout: Layout) -> None:
    for suffix in layout.suffixes.values():
        path = home / f"{name}{suffix}.nii.gz"
        description = _description(path)
        state = "is missing or damaged" if description is None else f"has the description {description!r}"
        if description != mark:
            raise DataError(
                f"{path} {state}; expected {mark!r}; remove {home} to write it again, or choose "
                "another folder"
            )


def _description(path: Path) -> str | None:
    """Return the description in the header of an intact file, or ``None``."""
    try:
        with gzip.open(path) as file:
            while file.read(_BLOCK):
                pass
        return (
            bytes(nibabel.Nifti1Image.from_filename(path).header["descrip"])
            .rstrip(b"\0")
            .decode("ascii", "replace")
        )
    except (OSError, EOFError, zlib.error, ValueError, KeyError, nibabel.filebasedimages.ImageFileError):
        return None
