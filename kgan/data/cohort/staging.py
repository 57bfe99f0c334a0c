"""The first pass over a cohort: every patient's slices read, labelled, measured and put aside on disk."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.cohort.completeness import measure
from kgan.data.cohort.near_duplicates import hashes
from kgan.data.pictures.files import SizesDiffer, sizes_differ
from kgan.data.scans.slices import BORDERLINE, centre, classify
from kgan.data.store.pixels import pixel_digests
from kgan.data.store.store import NO_CLASS, StoreWriter
from kgan.errors import DataError, PluginError

#: Resizing leaves [0, 1] by as much.
_ROUNDING = 1e-4


@dataclass(frozen=True)
class LabelRule:
    """How slices get their class from the mask.

    Args:
        min_tumor_area: mm² from which a slice is one of a tumour.
        margin: slices on either side of a tumour that are not free of it either.
    """

    min_tumor_area: float = 100.0
    margin: int = 2


@dataclass(frozen=True)
class StagedSlice:
    """What is known of one slice, without its pixels.

    Args:
        position: of its image in the staging store.
        patient: identifier.
        index: along the plane's axis.
        label: class, or `NO_CLASS` where it has none.
        tumor_area: mm²; ``None`` without a mask.
        doubt: why its class is in doubt; empty if it is not.
        measures: (3,) as `kgan.data.cohort.completeness.measure` gives them.
        file: that the image was in; empty for a slice of a volume.
        digest: of its pixels, equal for copies alone; empty where there is too little to see.
        looks: a hash as `kgan.data.cohort.near_duplicates` has it, near for near copies; empty as well.
    """

    position: int
    patient: str
    index: int
    label: int
    tumor_area: float | None
    doubt: str
    measures: np.ndarray
    file: str = ""
    digest: bytes = b""
    looks: bytes = b""


@dataclass
class Staged:
    """A cohort put aside.

    Args:
        path: image store of all slices of all usable patients.
        slices: by position in the store.
        unusable: reason by patient.
        facts: by usable patient, from the reader.
        faults: reason by (patient, slice index), for images that cannot be used of patients that can.
    """

    path: Path
    slices: list[StagedSlice] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    faults: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def usable(self) -> tuple[str, ...]:
        """The patients that could be read, in the order of reading."""
        return tuple(self.facts)


def stage(
    reader: Reader,
    patients: Iterable[str],
    request: SliceRequest,
    rule: LabelRule | None,
    path: Path,
    each: Callable[[str], None],
) -> Staged:
    """Read patients one after another into a store; one that cannot be used is listed, not fatal.

    Args:
        reader: where they come from.
        patients: identifiers.
        request: the slices wanted.
        rule: how slices are labelled; ``None`` where classes do not matter.
        path: the staging store to write.
        each: called with each patient that is done.

    Raises:
        DataError: no patient can be used; the message gives the first one's reason. Or images that are files
            have several sizes.
        PluginError: the reader does not keep its contract.
        RunError: the disk is full.
    """
    staged = Staged(path)
    classes = reader.classes if rule is not None else ()
    writer: StoreWriter | None = None
    seen: dict[bytes, str] = {}
    with ExitStack() as stack:
        for patient in patients:
            try:
                patient_slices = reader.read(patient, request)
                images = centre(_pixels(reader, patient_slices, request), request.center_crop)
                labels, doubts = _labels(reader, patient_slices, rule)
                if writer is None:
                    opened = StoreWriter(path, image_shape=images.shape[1:], classes=classes, provenance={})
                    writer = stack.enter_context(opened)
                _check_shape(patient_slices, images, writer.image_shape, staged)
                _check_new(images, labels, patient, seen)
            except SizesDiffer:
                raise
            except DataError as error:
                staged.unusable[patient] = str(error)
            else:
                labels = np.where(labels < 0, NO_CLASS, labels)
                writer.append(images, labels, [patient] * len(images), patient_slices.indices)
                _remember(staged, patient_slices, images, labels, doubts, request.plane)
            each(patient)
    if writer is None:
        raise DataError(_no_patient(staged.unusable))
    return staged


def _no_patient(unusable: Mapping[str, str]) -> str:
    if not unusable:
        return "no patient is left to read: all are excluded"
    patient, reason = next(iter(unusable.items()))
    return f"none of the {len(unusable)} patients can be used; {patient}: {reason}"


def _pixels(reader: Reader, patient_slices: PatientSlices, request: SliceRequest) -> np.ndarray:
    images = np.asarray(patient_slices.images)
    expected = (
        len(patient_slices.indices),
        *(request.image_size or images.shape[1:3]),
        len(request.sequences),
    )
    if images.shape != expected or images.dtype.kind != "f":
        raise PluginError(
            f"reader {type(reader).__name__} gave {images.dtype} images {images.shape} for "
            f"{patient_slices.patient}; expected float32 {expected}"
        )
    if images.size and not (images.min() >= -_ROUNDING and images.max() <= 1 + _ROUNDING):
        raise PluginError(
            f"reader {type(reader).__name__} gave intensities {images.min():g} to {images.max():g} for "
            f"{patient_slices.patient}; expected 0 to 1"
        )
    return np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)


def _labels(
    reader: Reader, patient_slices: PatientSlices, rule: LabelRule | None
) -> tuple[np.ndarray, list[str]]:
    """Return (n,) classes and, for slices without one, why."""
    count = len(patient_slices.indices)
    if rule is None:
        return np.full(count, NO_CLASS), [""] * count
    if patient_slices.labels is not None:
        labels = np.asarray(patient_slices.labels, np.int64)
        if labels.shape != (count,) or labels.max(initial=NO_CLASS) >= len(reader.classes):
            raise PluginError(
                f"reader {type(reader).__name__} gave labels {labels.shape} up to {labels.max(initial=-1)} "
                f"for {patient_slices.patient}; expected {count} of {len(reader.classes)} classes"
            )
        return labels, ["unlabelled: the source gives no class" if label < 0 else "" for label in labels]
    if patient_slices.tumor_area is None:
        raise DataError(
            "no segmentation mask, and no labels: its slices cannot be given a class; where none is needed, "
            "write null for data.labels"
        )
    labels = classify(patient_slices.tumor_area, patient_slices.indices, rule.min_tumor_area, rule.margin)
    areas = np.asarray(patient_slices.tumor_area)[patient_slices.indices]
    return labels, [_doubt(label, area, rule) for label, area in zip(labels, areas, strict=True)]


def _doubt(label: int, area: float, rule: LabelRule) -> str:
    if label != BORDERLINE:
        return ""
    if area > 0:
        return f"borderline: {area:.0f} mm² of tumour, less than {rule.min_tumor_area:g}"
    return f"borderline: no tumour, but some within {rule.margin} slices"


def _check_shape(
    patient_slices: PatientSlices, images: np.ndarray, shape: Sequence[int], staged: Staged
) -> None:
    if images.shape[1:] == tuple(shape):
        return
    if patient_slices.files and staged.slices:
        first = staged.slices[0]
        raise sizes_differ(first.file or first.patient, shape, patient_slices.files[0], images.shape[1:])
    height, width = images.shape[1:3]
    raise DataError(
        f"its images are {height}x{width} pixels, unlike {shape[0]}x{shape[1]} of the first patient; set "
        "data.image_size to bring all to one size"
    )


def _check_new(images: np.ndarray, labels: np.ndarray, patient: str, seen: dict[bytes, str]) -> None:
    """Refuse a scan that an earlier patient has under another name: it could be in two splits.

    Whether a single image is there twice is judged when the splits are known.
    """
    if len(images) < 2 or not images.any():
        return
    first = seen.setdefault(hashlib.sha256(images.tobytes() + labels.tobytes()).digest(), patient)
    if first != patient:
        raise DataError(f"its images are those of {first}: the same scan twice; keep one of them")


def _remember(
    staged: Staged,
    patient_slices: PatientSlices,
    images: np.ndarray,
    labels: np.ndarray,
    doubts: Sequence[str],
    plane: str,
) -> None:
    start = len(staged.slices)
    measures, digests, looks = measure(images, plane), pixel_digests(images), hashes(images)
    for row, index in enumerate(patient_slices.indices):
        area = None if patient_slices.tumor_area is None else float(patient_slices.tumor_area[index])
        staged.slices.append(
            StagedSlice(
                start + row,
                patient_slices.patient,
                int(index),
                int(labels[row]),
                area,
                doubts[row],
                measures[row],
                patient_slices.files[row] if patient_slices.files else "",
                digests[row],
                looks[row].tobytes() if digests[row] else b"",
            )
        )
    staged.facts[patient_slices.patient] = dict(patient_slices.facts)
    staged.faults.update(
        {(patient_slices.patient, index): reason for index, reason in patient_slices.faults.items()}
    )
