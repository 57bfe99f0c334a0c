"""Reader of folders of images: PNG, JPEG and TIFF, grey or colour, a folder for each class."""

import shutil
import tempfile
import weakref
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.pictures.files import Picture, is_picture, read_pictures
from kgan.data.pictures.listing import as_text, files_below, natural_sort_key
from kgan.errors import DataError, did_you_mean
from kgan.files.columns import Name, Row
from kgan.files.contents import contents_digest
from kgan.files.tables import read_table
from kgan_plugins.readers.configs import FolderConfig

PATIENTS = "patients.csv"
_ALONE = (
    f"There is no {PATIENTS} (file,patient), so each image counts as a patient of its own. Images without "
    "patient ids cannot be split safely: those of one person may come into training and test, and results "
    "then look better than they are."
)


class Whose(Row):
    """One line of the table of patients."""

    file: Name
    patient: Name


class FolderReader(Reader):
    """Reads images that are files: ``DIR/<class>/*.png``, or ``DIR/*.png`` without class.

    PNG, JPEG and TIFF of 8 or 16 bits, at any depth below a class's folder. Grey values of 8 bits are kept;
    deeper ones are scaled by percentiles. Colour becomes its Rec. 601 luma, unless the sequences are ``red``,
    ``green``, ``blue``; otherwise one sequence of any name. A table ``DIR/patients.csv`` with the columns
    ``file`` (below DIR) and ``patient`` says whose images they are; without it each image is its own patient.
    The slice index of an image is its number among its patient's, in the order of their names.

    What it takes: see `FolderConfig`.
    """

    def __init__(self, config: FolderConfig) -> None:
        super().__init__(config)
        self._found: dict[str, list[Picture]] | None = None
        self._left_out: Counter[str] = Counter()

    def patients(self) -> tuple[str, ...]:
        """Return all patients of the table, or the paths of all images where there is none, sorted.

        Raises:
            DataError: the folder is missing, holds no image, or lacks a class; or the table has a mistake.
        """
        return tuple(sorted(self._patients()))

    def pictures(self, patient: str) -> Sequence[Picture]:
        """Return a patient's image files.

        Raises:
            DataError: there is no such patient.
        """
        patients = self._patients()
        if patient not in patients:
            raise DataError(f"no patient {patient!r} in {self.config.path}")
        return patients[patient]

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        """Read a patient's images; those that cannot be read are its faults.

        Raises:
            DataError: the patient is unknown, or none of the images can be read.
        """
        return read_pictures(patient, self.pictures(patient), request)

    def notes(self) -> tuple[str, ...]:
        """Say that images without patient ids cannot be split safely, and what is left out."""
        self._patients()
        notes = [] if self._table().is_file() else [_ALONE]
        if self._left_out:
            counts = ", ".join(f"{number} in {name or '.'}" for name, number in self._left_out.items())
            notes.append(f"Images outside the folders of the classes are left out: {counts}.")
        return tuple(notes)

    def fingerprint(self) -> str:
        """Return a digest of the files' relative paths and contents."""
        paths = [picture.path for pictures in self._patients().values() for picture in pictures]
        table = [self._table()] if self._table().is_file() else []
        return contents_digest(self._root(), [*sorted(paths), *table])

    def _root(self) -> Path:
        return Path(self.config.path).expanduser()

    def _table(self) -> Path:
        return self._root() / PATIENTS

    def _patients(self) -> dict[str, list[Picture]]:
        if self._found is None:
            self._found = self._find()
        return self._found

    def _find(self) -> dict[str, list[Picture]]:
        root = self._root()
        if not root.is_dir():
            raise DataError(f"no folder {root}: expected one with images (data.path or --data)")
        pictures = list(files_below(root, is_picture))
        if not pictures:
            raise DataError(
                f"no image in {root}: expected PNG, JPEG or TIFF files, in a folder for each class if they "
                "have one"
            )
        groups = {path: _group(path, root) for path in pictures}
        self._check_classes(set(groups.values()))
        kept = [path for path in pictures if self._counts(groups[path])]
        self._left_out = Counter(as_text(group) for group in groups.values() if not self._counts(group))
        names = {path: as_text(path.relative_to(root).as_posix()) for path in kept}
        whose = _whose(self._table(), set(names.values()))
        homes: dict[str, list[Path]] = defaultdict(list)
        for path in kept:
            homes[whose[names[path]]].append(path)
        return {
            patient: [
                Picture(path, names[path], number, self._label(groups[path]), groups[path])
                for number, path in enumerate(sorted(paths, key=lambda path: natural_sort_key(names[path])))
            ]
            for patient, paths in homes.items()
        }

    def _counts(self, group: str) -> bool:
        return not self.classes or group in self.classes

    def _label(self, group: str) -> int | None:
        return self.classes.index(group) if self.classes else None

    def _check_classes(self, groups: set[str]) -> None:
        for name in self.classes:
            if name not in groups:
                folders = sorted(filter(None, groups))
                hint = did_you_mean(name, folders) or "."
                raise DataError(
                    f"no image of class {name!r}: expected some in {self._root() / name}{hint} Folders with "
                    f"images: {', '.join(map(as_text, folders)) or 'none'}"
                )


def tiny_reader() -> FolderReader:
    """Return a reader of one patient's images in a folder of its own, for the public contract checks."""
    folder = Path(tempfile.mkdtemp(prefix="kgan-folder-"))
    reader = FolderReader(FolderConfig(path=str(folder), classes=("without", "with")))
    weakref.finalize(reader, shutil.rmtree, folder, ignore_errors=True)
    lines = [",".join(Whose.model_fields)]
    for number in range(82):
        name = f"{reader.classes[number % 2]}/{number}.png"
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(np.arange(number, number + 120, dtype=np.uint8).reshape(10, 12)).save(folder / name)
        lines.append(f"{name},tiny")
    (folder / PATIENTS).write_text("\n".join(lines))
    return reader


def _group(path: Path, root: Path) -> str:
    """Return the name of the folder directly below the root, or an empty text."""
    parts = path.relative_to(root).parts
    return parts[0] if len(parts) > 1 else ""


def _whose(table: Path, names: set[str]) -> dict[str, str]:
    """Return the patient of each image.

    Raises:
        DataError: the table has a mistake, or lacks an image.
    """
    if not table.is_file():
        return {name: name for name in names}
    patients: dict[str, str] = {}
    for where, row in read_table(table, Whose, "a table of patients"):
        name = row.file.replace("\\", "/").removeprefix("./")
        if patients.setdefault(name, row.patient) != row.patient:
            raise DataError(
                f"{where}: {row.file} is of {row.patient}, but of {patients[name]} in a line before; "
                "expected one patient. Remove one line"
            )
    if not names & set(patients):
        first = next(iter(patients), "none")
        raise DataError(
            f"{table}: no image is in it; expected paths below {table.parent}, such as {min(names)}, "
            f"received such as {first}"
        )
    missing = sorted(names - set(patients))
    if missing:
        raise DataError(
            f"{table}: {len(missing)} of {len(names)} images are not in it, such as {missing[0]}; without a "
            "patient they cannot be split safely. Add them, or take them out of the folder"
        )
    return patients
