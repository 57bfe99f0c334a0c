"""Reader of OASIS-1, the cross-sectional set of the Open Access Series of Imaging Studies."""

import dataclasses
import re
import shutil
import tempfile
import weakref
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import nibabel
import numpy as np

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.pictures.files import Picture, read_pictures
from kgan.data.pictures.listing import as_text, files_below
from kgan.data.scans.files import ANALYZE_SUFFIX, read_header, tells_orientation
from kgan.data.scans.patient import read_patient
from kgan.errors import DataError
from kgan.files.contents import contents_digest
from kgan.identifiers import canonical
from kgan_plugins.readers.configs import OasisConfig
from kgan_plugins.readers.oasis_clinical import read_dementia

SEQUENCE = "t1"
PICTURES = "png"

#: How the files of each tree end, without suffix, and where their array axes run to.
_TREES = {
    "t88_masked": (r"mpr_n\d+_anon_111_t88_masked_gfc", "LAS"),
    "t88": (r"mpr_n\d+_anon_111_t88_gfc", "LAS"),
    "subject": (r"mpr_n\d+_anon_sbj_111", "ASL"),
    "raw": (r"mpr-(?P<repeat>\d+)_anon", "ASL"),
}
_SCANS = {
    tree: re.compile(rf"^(?P<session>OAS1_\d{{4}}_MR\d+)_{stem}\.(img|nii|nii\.gz)$", re.IGNORECASE)
    for tree, (stem, _) in _TREES.items()
}
_EXAMPLES = {
    "t88_masked": "OAS1_0001_MR1_mpr_n4_anon_111_t88_masked_gfc.img",
    "t88": "OAS1_0001_MR1_mpr_n4_anon_111_t88_gfc.img",
    "subject": "OAS1_0001_MR1_mpr_n4_anon_sbj_111.img",
    "raw": "OAS1_0001_MR1_mpr-1_anon.img",
    PICTURES: "case_001_slice_0.nii.png",
}
#: The teaching copy: case_001_slice_0.nii.png, the segmentations beside them being called seg_...
_PICTURE = re.compile(r"^(?P<case>case_\d+)_slice_(?P<slice>\d+)(\.nii)?\.png$", re.IGNORECASE)
_SEGMENTATION = re.compile(r"(^|[_-])seg([_-]|$)", re.IGNORECASE)


class OasisReader(Reader):
    """Finds and reads OASIS-1 scans, sequence ``t1``, at any depth below a folder.

    Files as shipped, ``OAS1_0001_MR1/RAW/*_mpr-1_anon.img`` and ``OAS1_0001_MR1/PROCESSED/MPRAGE/...``, in
    Analyze 7.5, or NIfTI copies of the same names. A patient is a session; sessions of one person (``_MR1``,
    ``_MR2``) never part between training and test.

    Analyze files do not say how a volume lies. Native scans (``raw``, ``subject``) are taken as sagittal,
    axes to front, head and left; T88 ones as axial, axes to left, front and head. These are the unflipped
    orders of Analyze, and how converters read OASIS (brainder.org/2011/08/13, Clinica); whether each scan
    keeps to them, its file does not show. A NIfTI copy is believed if it tells, except for a native scan that
    claims to be axial, as one does that was converted without regard to orientation.

    What it takes: see `OasisConfig`.
    """

    def __init__(self, config: OasisConfig) -> None:
        super().__init__(config)
        self._found: dict[str, list[Path]] | None = None
        self._dementia: dict[str, int] | None = None

    def patients(self) -> tuple[str, ...]:
        """Return the sessions, such as ``OAS1_0001_MR1``, or the cases of the teaching copy, sorted.

        Raises:
            DataError: the folder is missing or holds no scan of the tree.
        """
        return tuple(sorted(self._patients()))

    def files(self, patient: str) -> Mapping[str, Sequence[Path]]:
        """Return a session's files by sequence name; all that claim to be the one.

        Raises:
            DataError: there is no such session, or it lacks the repeat.
        """
        paths = self._of(patient)
        if not paths:
            raise DataError(
                f"there is no repeat {self.config.repeat} of its raw scan; choose another (repeat)"
            )
        return {SEQUENCE: paths}

    def pictures(self, patient: str) -> Sequence[Picture]:
        """Return the slices of a case of the teaching copy; none of other trees.

        Raises:
            DataError: there is no such case, or two files of one slice.
        """
        if self.config.tree != PICTURES:
            return ()
        paths = self._of(patient)
        pictures = [
            Picture(
                path,
                as_text(path.relative_to(self._root()).as_posix()),
                _number(path),
                group=path.parent.name,
            )
            for path in paths
        ]
        counts = Counter(picture.index for picture in pictures)
        twice = [index for index, count in counts.items() if count > 1]
        if twice:
            names = ", ".join(picture.name for picture in pictures if picture.index == twice[0])
            raise DataError(f"{len(twice)} slices are there more than once ({names}); keep one of each")
        return sorted(pictures, key=lambda picture: picture.index)

    def axes(self, path: Path) -> str:
        """Return where a scan's array axes run to, or an empty text where its file is to be believed.

        Raises:
            DataError: the file cannot be read.
        """
        codes = _TREES[self.config.tree][1]
        if path.suffix.lower() == ANALYZE_SUFFIX or not tells_orientation(path):
            return codes
        shape, affine = read_header(path)
        straight = np.count_nonzero(affine[:3, :3] - np.diag(np.diag(affine[:3, :3]))) == 0
        # Native scans are the thinner from left to right: their last axis, unless they were turned.
        return codes if codes == "ASL" and straight and shape[2] < min(shape[:2]) else ""

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        """Read the requested slices of one session or case.

        Raises:
            DataError: it is unknown, or its file is missing, ambiguous or damaged.
        """
        if self.config.tree != PICTURES:
            slices = read_patient(patient, self.files(patient), request, axes=self.axes)
        elif request.sequences != (SEQUENCE,) or request.plane != "axial":
            raise DataError(
                f"the PNG slices are axial ones of {SEQUENCE}; expected no other plane or sequence"
            )
        else:
            slices = read_pictures(patient, self.pictures(patient), request)
        if self.config.clinical is None:
            return slices
        label = self._labels().get(canonical(patient), -1)
        return dataclasses.replace(slices, labels=np.full(len(slices.indices), label, np.int64))

    def subject(self, patient: str) -> str:
        """Return who was scanned: the session without the number of its visit."""
        return re.sub(r"_MR\d+$", "", patient)

    def fingerprint(self) -> str:
        """Return a digest of the scans' relative paths and contents."""
        paths = [path for files in self._patients().values() for path in files]
        headers = [path.with_suffix(".hdr") for path in paths if path.suffix.lower() == ANALYZE_SUFFIX]
        return contents_digest(self._root(), sorted([*paths, *headers]))

    def _root(self) -> Path:
        return Path(self.config.path).expanduser()

    def _of(self, patient: str) -> list[Path]:
        patients = self._patients()
        if patient not in patients:
            raise DataError(f"no patient {patient!r} in {self.config.path}")
        return patients[patient]

    def _labels(self) -> dict[str, int]:
        if self._dementia is None:
            self._dementia = read_dementia(Path(str(self.config.clinical)).expanduser())
        return self._dementia

    def _patients(self) -> dict[str, list[Path]]:
        if self._found is None:
            self._found = self._find()
        return self._found

    def _find(self) -> dict[str, list[Path]]:
        root = self._root()
        if not root.is_dir():
            raise DataError(f"no folder {root}: expected one with OASIS-1 scans (data.path or --data)")
        if self.config.clinical is not None and self.config.tree == PICTURES:
            raise DataError("the teaching copy's cases have other numbers: clinical cannot go with tree png")
        patients = _patients_of(root, self.config.tree)
        if not patients:
            others = {tree: len(_patients_of(root, tree)) for tree in _EXAMPLES if tree != self.config.tree}
            there = [f"{tree} ({count} patients)" for tree, count in others.items() if count]
            hint = f"; there are others, to be named by tree: {', '.join(there)}" if there else ""
            raise DataError(
                f"no OASIS-1 scan of tree {self.config.tree!r} in {root}: expected files such as "
                f"{_EXAMPLES[self.config.tree]}{hint}"
            )
        if self.config.tree == "raw":
            return {session: _repeated(paths, self.config.repeat) for session, paths in patients.items()}
        return patients


def tiny_reader() -> OasisReader:
    """Return a reader of one small scan in a folder of its own, for the public contract checks."""
    folder = Path(tempfile.mkdtemp(prefix="kgan-oasis-"))
    reader = OasisReader(OasisConfig(path=str(folder)))
    weakref.finalize(reader, shutil.rmtree, folder, ignore_errors=True)
    scan = np.zeros((22, 26, 90), np.int16)
    scan[3:19, 4:22, 2:88] = np.arange(16 * 18 * 86).reshape(16, 18, 86) % 900 + 100
    stem = folder / "OAS1_0001_MR1_mpr_n4_anon_111_t88_masked_gfc"
    nibabel.save(nibabel.AnalyzeImage(scan, None), stem.with_suffix(".img"))
    return reader


def _patients_of(root: Path, tree: str) -> dict[str, list[Path]]:
    return _cases(root) if tree == PICTURES else _sessions(root, tree)


def _sessions(root: Path, tree: str) -> dict[str, list[Path]]:
    """Return the files of each session; of an Analyze file and a NIfTI copy beside it, the former alone."""
    sessions: dict[str, dict[str, Path]] = defaultdict(dict)
    # ".img" goes before ".nii" in the sorted order.
    for path in files_below(root, lambda name: bool(_SCANS[tree].match(name))):
        match = _SCANS[tree].match(path.name)
        session = match["session"].upper() if match else ""
        sessions[session].setdefault(str(path.parent / path.name.partition(".")[0]), path)
    return {session: list(paths.values()) for session, paths in sessions.items()}


def _cases(root: Path) -> dict[str, list[Path]]:
    cases: dict[str, list[Path]] = defaultdict(list)
    for path in files_below(root, lambda name: bool(_PICTURE.match(name))):
        match = _PICTURE.match(path.name)
        if match and not any(_SEGMENTATION.search(part) for part in path.relative_to(root).parts[:-1]):
            cases[match["case"].lower()].append(path)
    return dict(cases)


def _number(path: Path) -> int:
    match = _PICTURE.match(path.name)
    return int(match["slice"]) if match else 0


def _repeated(paths: Sequence[Path], repeat: int) -> list[Path]:
    matches = {path: _SCANS["raw"].match(path.name) for path in paths}
    return [path for path, match in matches.items() if match and int(match["repeat"]) == repeat]
