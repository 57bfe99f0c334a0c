"""Readers turn a folder of scans, or nothing at all, into labelled slices of one patient at a time."""

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kgan.contracts.config import ReaderConfig

PLANES = ("axial", "coronal", "sagittal")


@dataclass(frozen=True)
class SliceRequest:
    """Which slices of a patient are wanted, and how large.

    Args:
        sequences: names such as ``"t1c"``; one channel each, in this order.
        plane: one of `PLANES`.
        first: index of the first slice along the plane's axis, counted from 0 in the canonical frame.
        last: index of the last slice, inclusive.
        step: take every ``step``-th slice.
        image_size: (height, width) in pixels of the images returned; ``None`` keeps the scan's own grid.
        center_crop: (height, width) in pixels of the central part that is kept of the images returned; not a
            reader's business; ``None`` keeps all.
        percentiles: (low, high) of the non-zero voxels of a volume, mapped to 0 and 1 (clipped outside), so
            that one hot voxel does not squash a scan.
    """

    sequences: tuple[str, ...] = ("t1c",)
    plane: str = "axial"
    first: int = 30
    last: int = 130
    step: int = 1
    image_size: tuple[int, int] | None = None
    center_crop: tuple[int, int] | None = None
    percentiles: tuple[float, float] = (0.5, 99.5)

    def indices(self) -> tuple[int, ...]:
        """Return the requested slice indices, ascending."""
        return tuple(range(self.first, self.last + 1, self.step))


@dataclass(frozen=True)
class PatientSlices:
    """The slices of one patient.

    The canonical frame is LPS, that of the BRATS files: the first array axis runs to the patient's left, the
    second to the back, the third to the head. Axial images show the front at the top and the patient's left
    on the right (radiological convention).

    Args:
        patient: identifier, unique in the cohort.
        images: (n, height, width, channels) float32 in [0, 1]; background is 0.
        indices: (n,) int slice indices along the plane's axis.
        tumor_area: (slices along the whole axis,) float32, area in mm² of the mask in every slice of the
            plane, requested or not (borderline rules look at neighbours); ``None`` where there is no mask.
        masks: (n, height, width) uint8 labels (BRATS: 1 necrotic core, 2 oedema, 4 enhancing), or ``None``.
        labels: (n,) int64 class of each slice where the source itself labels images rather than voxels;
            ``None`` where the class follows from the mask.
        facts: what the manifest lists besides (spacing in mm, original orientation, scanner, ...).
        files: n names, where each image is a file of its own; empty where slices are cut from a volume.
        faults: reason by slice index, for images that were requested and cannot be used while the others can.
    """

    patient: str
    images: np.ndarray
    indices: np.ndarray
    tumor_area: np.ndarray | None = None
    masks: np.ndarray | None = None
    labels: np.ndarray | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[str] = ()
    faults: Mapping[int, str] = field(default_factory=dict)


class Reader(abc.ABC):
    """A source of patients. A plugin is final.

    Args:
        config: of the reader, kept as ``config``.
    """

    def __init__(self, config: ReaderConfig) -> None:
        self.config: Any = config

    @property
    def synthetic(self) -> bool:
        """Whether images are not of real patients."""
        return bool(self.config.synthetic)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that labels or the mask distinguish; label ``i`` is the i-th."""
        return tuple(self.config.class_names)

    @property
    def masks(self) -> bool:
        """Whether patients come with a segmentation."""
        return bool(self.config.masks)

    @property
    def sequences(self) -> tuple[str, ...]:
        """Names of all sequences that it can give; empty where files tell."""
        return tuple(self.config.sequences)

    @abc.abstractmethod
    def patients(self) -> tuple[str, ...]:
        """Return the identifiers of all patients found, sorted.

        Raises:
            DataError: the folder is missing or holds no patient.
        """

    @abc.abstractmethod
    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        """Read the requested slices of one patient.

        Raises:
            DataError: this patient cannot be used; the message is the reason written in the exclusion table.
        """

    def subject(self, patient: str) -> str:
        """Return who was scanned. Several scans of one subject never part between training and test."""
        return patient

    def notes(self) -> tuple[str, ...]:
        """Return sentences that whoever uses the images should know; listed in the log and the report.

        Raises:
            DataError: the folder is missing or holds no patient.
        """
        return ()

    def fingerprint(self) -> str:
        """Return a text that changes when the source's content does (part of a step's identity)."""
        return ""
