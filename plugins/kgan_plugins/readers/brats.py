"""Reader of the BRATS and BraTS brain-tumour data sets, 2015 to 2023, as they are shipped."""

import re
import shutil
import tempfile
import weakref
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import nibabel
import numpy as np

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.pictures.listing import as_text, files_below
from kgan.data.scans.files import scan_suffix
from kgan.data.scans.patient import read_patient
from kgan.errors import DataError
from kgan.files.contents import contents_digest
from kgan_plugins.readers.configs import BratsConfig

MASK = "mask"

#: What the last word of a file's name says, in the spellings of 2017 to 2023 and of near relatives.
_WORDS = {
    "t1": ("t1", "t1n", "t1w"),
    "t1c": ("t1c", "t1ce", "t1gd", "t1post"),
    "t2": ("t2", "t2w"),
    "flair": ("flair", "t2f", "fla"),
    MASK: ("seg", "segm"),
}
_MEANING = {word: name for name, words in _WORDS.items() for word in words}
_NAMED = re.compile(rf"^(?P<stem>.*?)(?:^|[-_. ])(?P<word>{'|'.join(_MEANING)})$", re.IGNORECASE)
#: 2015 and 2016: VSD.Brain.XX.O.MR_T1c.54193, VSD.Brain_3more.XX.O.OT.54193 ("OT" is the ground truth).
_VSD = re.compile(
    r"^VSD\.Brain(?:_\d+more)?\..*?\.(?:MR_(?P<word>t1c|t1|t2|flair)|OT)(?:\.|$)", re.IGNORECASE
)
#: Identifiers that end in the number of a scan: what is before it names the person.
_SUBJECTS = re.compile(
    r"^(brats_(?:tcia|2013)_pat\d+(?=_\d+$)|brats1[789]_[^_]+_[^_]+(?=_\d+$)|brats-[a-z]+-\d{5}(?=-\d{3}$))",
    re.IGNORECASE,
)


class BratsReader(Reader):
    """Finds and reads BRATS patients at any depth below a folder.

    Known layouts: BRATS 2015 and 2016 (MetaImage, folders ``VSD.Brain.XX.O.MR_T1c.*``; needs the extra
    ``mha``), BraTS 2017 to 2023 (NIfTI, names ending in ``_t1ce``, ``-t1c``, ``_seg``, ...), with a
    folder for each patient or all files in one. Sequences are called ``t1``, ``t1c``, ``t2`` and ``flair``.

    Mask labels are passed on as shipped: 1 necrotic core, 2 oedema, 4 enhancing; 3 is the enhancing tumour in
    BraTS 2023 and the non-enhancing core in BRATS 2015 and 2016. Whatever is not 0 is tumour.

    What it takes: see `BratsConfig`.
    """

    def __init__(self, config: BratsConfig) -> None:
        super().__init__(config)
        self._found: dict[str, dict[str, list[Path]]] | None = None

    def patients(self) -> tuple[str, ...]:
        """Return the identifiers of all patients found, sorted: folder names, or paths where those repeat.

        Raises:
            DataError: the folder is missing or holds no patient.
        """
        return tuple(sorted(self._patients()))

    def files(self, patient: str) -> Mapping[str, Sequence[Path]]:
        """Return a patient's files by sequence name and, for the segmentation, ``"mask"``.

        Raises:
            DataError: there is no such patient.
        """
        patients = self._patients()
        if patient not in patients:
            raise DataError(f"no patient {patient!r} in {self.config.path}")
        return patients[patient]

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        """Read the requested slices of one patient.

        Raises:
            DataError: the patient is unknown, or a sequence is missing, ambiguous, damaged, or does not lie
                on the same voxels as the others or the mask.
        """
        return read_patient(patient, self.files(patient), request, MASK)

    def subject(self, patient: str) -> str:
        """Return who was scanned: BRATS counts several scans of one person as several patients."""
        folder, _, name = patient.rpartition("/")
        match = _SUBJECTS.match(name)
        return f"{folder}/{match.group()}".lstrip("/") if match else patient

    def fingerprint(self) -> str:
        """Return a digest of the files' relative paths and contents."""
        paths = (sorted(chain.from_iterable(files.values())) for files in self._patients().values())
        return contents_digest(self._root(), chain.from_iterable(paths))

    def _root(self) -> Path:
        return Path(self.config.path).expanduser()

    def _patients(self) -> dict[str, dict[str, list[Path]]]:
        if self._found is None:
            self._found = self._find()
        return self._found

    def _find(self) -> dict[str, dict[str, list[Path]]]:
        root = self._root()
        if not root.is_dir():
            raise DataError(f"no folder {root}: expected one with BRATS patients (data.path or --data)")
        homes = _homes(root)
        names = Counter(home.name for home in homes)
        left_out = {"HGG": "LGG", "LGG": "HGG"}.get(self.config.grade, "")
        patients = {}
        for home, files in sorted(homes.items()):
            if left_out not in [part.upper() for part in home.parts]:
                patients[as_text(home.name if names[home.name] == 1 else home.as_posix())] = files
        if not patients:
            grade = f" of grade {self.config.grade}" if homes else ""
            raise DataError(
                f"no BRATS patient{grade} in {root}: expected files such as PATIENT_t1ce.nii.gz and "
                "PATIENT_seg.nii.gz, or folders such as VSD.Brain.XX.O.MR_T1c.54193 with a .mha file"
            )
        return patients


def tiny_reader() -> BratsReader:
    """Return a reader of one small patient in a folder of its own, for the public contract checks."""
    folder = Path(tempfile.mkdtemp(prefix="kgan-brats-"))
    reader = BratsReader(BratsConfig(path=str(folder)))
    weakref.finalize(reader, shutil.rmtree, folder, ignore_errors=True)
    scan = np.zeros((20, 24, 90), np.int16)
    scan[4:16, 5:19, 3:87] = np.arange(12 * 14 * 84).reshape(12, 14, 84) % 800 + 100
    mask = np.zeros(scan.shape, np.uint8)
    mask[6:10, 8:12, 70:78] = 4
    (folder / "tiny").mkdir()
    for name, voxels in (("t1", scan), ("t1ce", scan), ("t2", scan), ("flair", scan), ("seg", mask)):
        path = folder / "tiny" / f"tiny_{name}.nii"
        nibabel.save(nibabel.Nifti1Image(voxels, np.diag([-1.0, -1.0, 1.0, 1.0])), path)
    return reader


def _homes(root: Path) -> dict[PurePosixPath, dict[str, list[Path]]]:
    """Group all scan files below ``root`` by patient: a path relative to it, whose last part is the name."""
    folders: dict[Path, list[tuple[str, str, Path]]] = defaultdict(list)
    for path in files_below(root, lambda name: bool(scan_suffix(Path(name)))):
        meaning = _meaning(path)
        if meaning is not None:
            folders[_home(path, root)].append((*meaning, path))
    homes: dict[PurePosixPath, dict[str, list[Path]]] = {}
    for folder, named in folders.items():
        place = PurePosixPath(folder.relative_to(root).as_posix())
        if place == PurePosixPath("."):
            place = PurePosixPath(root.resolve().name)
        by_stem = _by_stem(named)
        if _holds_several_patients(named, by_stem):
            homes.update({place / (stem or "unnamed"): _by_name(group) for stem, group in by_stem.items()})
        else:
            homes[place] = _by_name(named)
    return homes


def _meaning(path: Path) -> tuple[str, str] | None:
    """Return (sequence or mask, what the name begins with), or ``None`` for files of other kinds."""
    match = _VSD.match(path.name)
    if match:
        return (_MEANING[match["word"].lower()] if match["word"] else MASK), ""
    match = _NAMED.match(path.name[: -len(scan_suffix(path))])
    return (_MEANING[match["word"].lower()], match["stem"]) if match else None


def _home(path: Path, root: Path) -> Path:
    """Return the patient's folder: 2015 and 2016 give each file a folder of its own inside it."""
    inner = path.parent != root and _VSD.match(path.parent.name)
    return path.parent.parent if inner else path.parent


def _by_stem(named: Sequence[tuple[str, str, Path]]) -> dict[str, list[tuple[str, str, Path]]]:
    groups: dict[str, list[tuple[str, str, Path]]] = defaultdict(list)
    for name, stem, path in named:
        groups[stem].append((name, stem, path))
    return groups


def _by_name(named: Sequence[tuple[str, str, Path]]) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = defaultdict(list)
    for name, _, path in named:
        files[name].append(path)
    return dict(files)


def _holds_several_patients(
    named: Sequence[tuple[str, str, Path]], by_stem: Mapping[str, Sequence[Any]]
) -> bool:
    """Tell a folder with all patients' files from one patient's folder with a file too many.

    In the first, most of the names' beginnings come with half or more of the sequences there are.
    """
    kinds = {name for name, _, _ in named}
    if len(named) == len(kinds):
        return False
    rich = [group for group in by_stem.values() if 2 * len({name for name, _, _ in group}) >= len(kinds)]
    return len(rich) > 1 and 2 * len(rich) > len(by_stem)
