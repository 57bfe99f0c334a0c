"""What a folder of scans holds, patient by patient, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.contracts.reader import Reader, SliceRequest
from kgan.data.patient import only_file
from kgan.data.volumes import Volume, check_same_grid, inspect_header, load_mask, load_volume
from kgan.errors import DataError


@dataclass(frozen=True)
class Inspection:
    """One patient's scans.

    Args:
        patient: identifier.
        sequences: names of the sequences found.
        shape: (x, y, z) voxels in the canonical frame; ``None`` if no file could be read.
        spacing: voxel edges in mm.
        orientations: axis codes of the files as stored, each once.
        labels: values of the mask; ``None`` without a mask, or where only headers were read.
        problems: one line each; empty for a patient that can be used.
    """

    patient: str
    sequences: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None
    spacing: tuple[float, ...] | None = None
    orientations: tuple[str, ...] = ()
    labels: tuple[int, ...] | None = None
    problems: tuple[str, ...] = ()


def inspect_patient(reader: Reader, patient: str, headers_only: bool = False) -> Inspection:
    """Look at all of one patient's files if the reader tells which they are, else at one slice of it.

    Args:
        reader: one with a method ``files(patient)`` (sequence name, or ``"mask"``, to paths), or any other.
        patient: one of ``reader.patients()``.
        headers_only: read no voxels: fast, but damage and labels stay unseen.
    """
    files = getattr(reader, "files", None)
    if files is not None:
        return _inspect_files(patient, files(patient), headers_only)
    try:
        read = reader.read(patient, SliceRequest(first=75, last=75))
    except DataError as error:
        return Inspection(patient, problems=(str(error),))
    return Inspection(patient, ("t1c",), shape=read.images.shape[1:3])


def inspect_all(reader: Reader, headers_only: bool = False) -> Iterator[Inspection]:
    """Inspect every patient of a reader, one at a time.

    Raises:
        DataError: the folder is missing or holds no patient.
    """
    for patient in reader.patients():
        yield inspect_patient(reader, patient, headers_only)


def _inspect_files(patient: str, files: Mapping[str, Sequence[Path]], headers_only: bool) -> Inspection:
    sequences = tuple(sorted(set(files) - {"mask"}))
    look = _Headers() if headers_only else _Voxels()
    problems = [] if sequences else ["no sequence found"]
    for name in (*sequences, "mask"):
        if name == "mask" and "mask" not in files:
            problems.append("no segmentation mask: its slices cannot be labelled")
            continue
        try:
            look.at(name, only_file(name, files))
        except DataError as error:
            problems.append(str(error))
    return Inspection(
        patient,
        sequences,
        look.shape,
        look.spacing,
        tuple(dict.fromkeys(look.orientations)),
        look.labels,
        tuple(problems),
    )


class _Look:
    """What has been seen of a patient's files so far."""

    def __init__(self) -> None:
        self.shape: tuple[int, ...] | None = None
        self.spacing: tuple[float, ...] | None = None
        self.orientations: list[str] = []
        self.labels: tuple[int, ...] | None = None


class _Headers(_Look):
    def at(self, name: str, path: Path) -> None:
        shape, spacing, orientation = inspect_header(path)
        self.orientations.append(orientation)
        if self.shape is None:
            self.shape, self.spacing = shape, spacing
        elif shape != self.shape:
            raise DataError(f"{path.name} has shape {shape}, unlike {self.shape} of the others")


class _Voxels(_Look):
    def __init__(self) -> None:
        super().__init__()
        self._grid: Volume | None = None

    def at(self, name: str, path: Path) -> None:
        volume = load_mask(path) if name == "mask" else load_volume(path)
        self.orientations.append(volume.orientation)
        if name == "mask":
            self.labels = tuple(int(label) for label in np.unique(volume.voxels))
        if self._grid is None:
            self._grid, self.shape, self.spacing = volume, volume.voxels.shape, volume.spacing
        check_same_grid(self._grid, volume)
