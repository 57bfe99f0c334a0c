"""What a folder of scans holds, patient by patient, and what is wrong with it."""

import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kgan.contracts.reader import Reader, SliceRequest
from kgan.data.cohort import near_duplicates
from kgan.data.pictures.files import Picture, read_picture
from kgan.data.scans.patient import only_file
from kgan.data.scans.volumes import Volume, check_same_grid, inspect_header, load_mask, load_volume
from kgan.data.store.pixels import pixel_digests
from kgan.errors import DataError

_MASK = "mask"
#: Patient, index (``None`` for a volume) and name of a file.
_Key = tuple[str, int | None, str]


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
        digests: of the pixels of each file that was read, by (slice index or ``None``, name): equal for exact
            copies alone.
        looks: hashes of what these files show (of a volume, its middle axial slice), under the same keys:
            near for near copies.
        kinds: how many images there are of each (sub-folder, height x width, depth); empty for volumes.
    """

    patient: str
    sequences: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None
    spacing: tuple[float, ...] | None = None
    orientations: tuple[str, ...] = ()
    labels: tuple[int, ...] | None = None
    problems: tuple[str, ...] = ()
    digests: Mapping[tuple[int | None, str], bytes] = field(default_factory=dict)
    looks: Mapping[tuple[int | None, str], bytes] = field(default_factory=dict)
    kinds: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


def inspect_patient(reader: Reader, patient: str, headers_only: bool = False) -> Inspection:
    """Look at all of one patient's files if the reader lists them, else at one slice of it.

    Args:
        reader: one with a method ``files(patient)`` (sequence name, or ``"mask"``, to paths), and perhaps
            ``axes(path)``, or with one ``pictures(patient)`` (`kgan.data.pictures.files.Picture`), or any
            other.
        patient: one of ``reader.patients()``.
        headers_only: read no voxels: fast, but damage and labels stay unseen.
    """
    try:
        if pictures := _listed(reader, "pictures", patient):
            return _inspect_pictures(patient, pictures)
        if (files := _listed(reader, "files", patient)) is not None:
            return _inspect_files(reader, patient, files, headers_only)
        sequences = reader.sequences[:1] or SliceRequest.sequences
        read = reader.read(patient, SliceRequest(sequences, first=75, last=75))
    except DataError as error:
        return Inspection(patient, problems=(str(error),))
    return Inspection(patient, sequences, shape=read.images.shape[1:3])


def _listed(reader: Reader, method: str, patient: str) -> Any:
    return getattr(reader, method)(patient) if hasattr(reader, method) else None


def _inspect_pictures(patient: str, pictures: Sequence[Picture]) -> Inspection:
    problems: list[str] = []
    digests: dict[tuple[int | None, str], bytes] = {}
    looks: dict[tuple[int | None, str], bytes] = {}
    kinds: Counter[tuple[str, str, str]] = Counter()
    for picture in pictures:
        try:
            pixels = read_picture(picture.path, colour=True)
        except DataError as error:
            problems.append(f"{picture.name}: {error}" if len(pictures) > 1 else str(error))
            continue
        grey = bool((pixels[..., :1] == pixels).all())
        depth = f"{'8' if pixels.dtype == np.uint8 else '16'}-bit {'grey' if grey else 'colour'}"
        kinds[picture.group, f"{pixels.shape[0]}x{pixels.shape[1]}", depth] += 1
        if digest := pixel_digests(pixels[None])[0]:
            digests[picture.index, picture.name] = digest
            looks[picture.index, picture.name] = _looks(pixels)
    return Inspection(patient, problems=tuple(problems), digests=digests, looks=looks, kinds=kinds)


def _inspect_files(
    reader: Reader, patient: str, files: Mapping[str, Sequence[Path]], headers_only: bool
) -> Inspection:
    sequences = tuple(sorted(set(files) - {_MASK}))
    look = _Headers(reader) if headers_only else _Voxels(reader)
    problems = [] if sequences else ["no sequence found"]
    for name in sequences + (_MASK,) * (reader.masks or _MASK in files):
        if name == _MASK and _MASK not in files:
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
        look.digests,
        look.looks,
    )


class _Look:
    """What has been seen of a patient's files so far."""

    def __init__(self, reader: Reader) -> None:
        self.axes = getattr(reader, "axes", lambda _: "")
        self.shape: tuple[int, ...] | None = None
        self.spacing: tuple[float, ...] | None = None
        self.orientations: list[str] = []
        self.labels: tuple[int, ...] | None = None
        self.digests: dict[tuple[int | None, str], bytes] = {}
        self.looks: dict[tuple[int | None, str], bytes] = {}


class _Headers(_Look):
    def at(self, name: str, path: Path) -> None:
        shape, spacing, orientation = inspect_header(path, self.axes(path))
        self.orientations.append(orientation)
        if self.shape is None:
            self.shape, self.spacing = shape, spacing
        elif shape != self.shape:
            raise DataError(f"{path.name} has shape {shape}, unlike {self.shape} of the others")


class _Voxels(_Look):
    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._grid: Volume | None = None

    def at(self, name: str, path: Path) -> None:
        volume = load_mask(path) if name == _MASK else load_volume(path, self.axes(path))
        self.orientations.append(volume.orientation)
        if name == _MASK:
            self.labels = tuple(int(label) for label in np.unique(volume.voxels))
        elif digest := pixel_digests(volume.voxels[None])[0]:
            self.digests[None, path.name] = digest
            self.looks[None, path.name] = _looks(_middle(volume.voxels))
        if self._grid is None:
            self._grid, self.shape, self.spacing = volume, volume.voxels.shape, volume.spacing
        check_same_grid(self._grid, volume)


def _looks(image: np.ndarray) -> bytes:
    return near_duplicates.hashes(image[None])[0].tobytes()


def _middle(voxels: np.ndarray) -> np.ndarray:
    """Return the middle axial slice of a volume, (x, y, 1)."""
    return voxels[:, :, voxels.shape[2] // 2, None]


@dataclass(frozen=True)
class Duplicate:
    """A file that is another one, pixel for pixel or but for small changes.

    Args:
        patient: whose it is.
        index: of an image among its patient's; ``None`` for a volume.
        name: of the file.
        first_patient: whose the other is.
        first_index: of the other.
        first_name: of the other.
        similarity: correlation of the details of near copies; 1 for equal pixels.
        change: what was done to a near copy, in words; empty where it is known to be small.
    """

    patient: str
    index: int | None
    name: str
    first_patient: str
    first_index: int | None
    first_name: str
    similarity: float = 1.0
    change: str = ""

    @property
    def in_two_folders(self) -> bool:
        """Whether the two are images below different sub-folders of the data set."""
        homes = [name.partition("/")[0] for name in (self.name, self.first_name) if "/" in name]
        return self.index is not None and len(set(homes)) > 1


def find_duplicates(inspections: Iterable[Inspection]) -> list[Duplicate]:
    """Return every file that equals an earlier one, with the first that does."""
    first: dict[bytes, tuple[str, int | None, str]] = {}
    copies = []
    for inspection in inspections:
        for (index, name), digest in inspection.digests.items():
            key = (inspection.patient, index, name)
            other = first.setdefault(digest, key)
            if other != key:
                copies.append(Duplicate(*key, *other))
    return copies


def find_near_duplicates(inspections: Sequence[Inspection], reader: Reader) -> Iterator[Duplicate]:
    """Yield every file that is another person's but for small changes, with the one it is most like.

    Args:
        inspections: of all patients.
        reader: whose they are; candidates are read once more.
    """
    keys = [
        (inspection.patient, index, name) for inspection in inspections for index, name in inspection.looks
    ]
    looks = b"".join(hash_ for inspection in inspections for hash_ in inspection.looks.values())
    digests = [digest for inspection in inspections for digest in inspection.digests.values()]
    persons = np.unique([reader.subject(patient) for patient, _, _ in keys], return_inverse=True)[1]
    pairs = near_duplicates.candidates(
        np.frombuffer(looks, np.uint8).reshape(-1, near_duplicates.BYTES),
        persons,
        np.zeros(len(keys), np.int64),
    )
    for later, several in itertools.groupby(pairs.tolist(), key=operator.itemgetter(0)):
        image = _again(reader, *keys[later])
        copy = _duplicate(keys[later], keys[later], 0.0, "")
        for _, other in several:
            value, change = near_duplicates.similarity(image, _again(reader, *keys[other]))
            if value > copy.similarity and digests[later] != digests[other]:
                copy = _duplicate(keys[later], keys[other], value, change)
        if copy.similarity >= near_duplicates.LIKE:
            yield copy


def _duplicate(key: _Key, other: _Key, similarity: float, change: str) -> Duplicate:
    return Duplicate(key[0], key[1], key[2], other[0], other[1], other[2], similarity, change)


def _again(reader: Reader, patient: str, index: int | None, name: str) -> np.ndarray:
    """Read what was hashed once more: (height, width, channels)."""
    if index is not None:
        pictures: Sequence[Picture] = _listed(reader, "pictures", patient)
        return read_picture(next(picture.path for picture in pictures if picture.index == index), colour=True)
    files: Mapping[str, Sequence[Path]] = _listed(reader, "files", patient)
    path = next(path for paths in files.values() for path in paths if path.name == name)
    return _middle(load_volume(path, getattr(reader, "axes", lambda _: "")(path)).voxels)
