"""A cohort decided: which patient is in which split, which slices are used, and why the others are not."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from kgan.data.cohort import completeness
from kgan.data.cohort.contact_sheet import evenly_spaced, write_contact_sheet
from kgan.data.cohort.exclusions import Exclusions
from kgan.data.cohort.staging import Staged, StagedSlice
from kgan.data.cohort.tables import (
    COUNTS,
    EXCLUSIONS,
    PATIENTS,
    SLICES,
    CountRow,
    ExclusionRow,
    PatientRow,
    SliceRow,
)
from kgan.data.store.store import ImageStore
from kgan.errors import DataError

_SHOWN = 10
#: Why an image is left out whose file cannot be read.
_FAULT = "unreadable"


@dataclass(frozen=True)
class Cohort:
    """Patients and slices after every rule.

    Args:
        staged: what was read.
        excluded: by hand.
        parts: patients by split, in the order of the tables.
        reasons: for each staged slice why it is not used; empty for those that are.
        classes: names; empty where classes do not matter.
    """

    staged: Staged
    excluded: Exclusions
    parts: Mapping[str, tuple[str, ...]]
    reasons: Sequence[str]
    classes: tuple[str, ...]

    @cached_property
    def split_of(self) -> dict[str, str]:
        """The split by patient."""
        return {patient: name for name, members in self.parts.items() for patient in members}

    def used(self, split: str) -> list[StagedSlice]:
        """Return the slices of a split that no rule excludes."""
        pairs = zip(self.staged.slices, self.reasons, strict=True)
        return [image for image, reason in pairs if not reason and self.split_of.get(image.patient) == split]

    def name_of(self, image: StagedSlice) -> str:
        """Return the class of a slice, or an empty text."""
        return self.classes[image.label] if self.classes and image.label >= 0 else ""

    def counts(self) -> list[CountRow]:
        """Return the images and patients of each split and class."""
        rows = []
        for split in self.parts:
            used = self.used(split)
            for name in self.classes or ("",):
                pieces = [piece for piece in used if self.name_of(piece) == name]
                patients = {piece.patient for piece in pieces}
                rows.append(
                    CountRow(split=split, class_name=name, images=len(pieces), patients=len(patients))
                )
        return rows

    def exclusions(self) -> dict[str, int]:
        """Return how many slices each rule excludes."""
        faults = [_FAULT] * len(self.staged.faults)
        return dict(Counter([*faults, *(_kind(reason) for reason in self.reasons if reason)]))


def exclusion_reasons(
    staged: Staged, excluded: Exclusions, train: Sequence[str], incomplete: float | None
) -> list[str]:
    """Return why each staged slice is not used; an empty text for those that are.

    Args:
        staged: what was read.
        excluded: by hand; goes before every rule.
        train: the training patients: what is normal is learnt from their slices alone.
        incomplete: how many robust standard deviations are still normal; ``None`` for no such rule.
    """
    members = set(train)
    learnt = [image for image in staged.slices if image.patient in members]
    ranges = None
    if incomplete is not None and learnt:
        whose, indices = (
            np.array([image.patient for image in learnt]),
            np.array([image.index for image in learnt]),
        )
        ranges = completeness.fit(whose, indices, np.stack([image.measures for image in learnt]), incomplete)
    return [_reason(image, excluded, ranges) for image in staged.slices]


def missing_class(cohort: Cohort) -> tuple[str, str] | None:
    """Return the first split that has patients but lacks images of a class, and what it lacks, in words."""
    for split, members in cohort.parts.items():
        there = {image.label for image in cohort.used(split)}
        missing = [name for label, name in enumerate(cohort.classes) if label not in there]
        if members and (missing or not there):
            return split, f"no {missing[0]} image" if missing else "no image"
    return None


def check_classes(cohort: Cohort, draws: int = 1) -> None:
    """Refuse a split that has patients but lacks the images of a class.

    Args:
        cohort: as shared out.
        draws: how often it was shared out in vain, for the message.

    Raises:
        DataError: says which, and what to change.
    """
    lack = missing_class(cohort)
    if lack is not None:
        split, what = lack
        slices = sum(cohort.split_of.get(image.patient) == split for image in cohort.staged.slices)
        again = f", and none of {draws:,} draws of the split does better" if draws > 1 else ""
        raise DataError(
            f"{what} remains for {split}: of the {slices} slices of its {len(cohort.parts[split])} patients, "
            f"{len(cohort.used(split))} can be used{again}. Give it more patients (data.split), loosen the "
            "rules (data.labels), or ask for other slices"
        )


def write_tables(folder: Path, cohort: Cohort) -> None:
    """Write slices.csv, exclusions.csv, patients.csv and counts.csv.

    Raises:
        RunError: a table cannot be written.
    """
    patients = sorted(_patients(cohort), key=lambda row: row.patient)
    SLICES.write(folder, _slices(cohort))
    EXCLUSIONS.write(folder, _exclusions(cohort, patients))
    PATIENTS.write(folder, patients)
    COUNTS.write(folder, cohort.counts())


def draw_contact_sheet(path: Path, cohort: Cohort, source: ImageStore, sequences: Sequence[str]) -> None:
    """Draw examples of each split and class, and of each kind of exclusion.

    Args:
        path: PNG file to write.
        cohort: what was decided.
        source: the staging store.
        sequences: what its channels are.

    Raises:
        RunError: the file cannot be written.
    """
    rows = [
        (f"{title} ({len(slices)})", source.images(evenly_spaced(np.array(slices, np.int64), _SHOWN)))
        for title, slices in _examples(cohort)
    ]
    write_contact_sheet(path, rows, sequences, _SHOWN)


def _examples(cohort: Cohort) -> Iterator[tuple[str, list[int]]]:
    """Yield a title and the positions of its images."""
    for split in cohort.parts:
        used = cohort.used(split)
        for name in cohort.classes or ("",):
            positions = [image.position for image in used if cohort.name_of(image) == name]
            yield f"{split}: {name or 'images'}", positions
    pairs = list(zip(cohort.staged.slices, cohort.reasons, strict=True))
    for kind in sorted(set(cohort.exclusions()) - {_FAULT}):
        positions = [image.position for image, reason in pairs if reason and _kind(reason) == kind]
        yield f"excluded: {kind}", positions


def _slices(cohort: Cohort) -> Iterator[SliceRow]:
    for piece, reason in zip(cohort.staged.slices, cohort.reasons, strict=True):
        split = cohort.split_of.get(piece.patient, "")
        text = reason or ("" if split else "its patient is in no split")
        yield SliceRow(
            patient=piece.patient,
            slice=piece.index,
            split=split,
            class_name=cohort.name_of(piece),
            tumor_area=None if piece.tumor_area is None else round(piece.tumor_area, 2),
            used=not text,
            reason=text,
        )
    for (patient, index), fault in cohort.staged.faults.items():
        yield SliceRow(
            patient=patient,
            slice=index,
            split=cohort.split_of.get(patient, ""),
            class_name="",
            tumor_area=None,
            used=False,
            reason=f"{_FAULT}: {fault}",
        )


def _exclusions(cohort: Cohort, patients: Sequence[PatientRow]) -> Iterator[ExclusionRow]:
    for row in patients:
        if not row.usable:
            yield ExclusionRow(patient=row.patient, slice=None, reason=row.reason)
    for piece, reason in zip(cohort.staged.slices, cohort.reasons, strict=True):
        if reason:
            yield ExclusionRow(patient=piece.patient, slice=piece.index, reason=reason)
    for (patient, index), fault in cohort.staged.faults.items():
        yield ExclusionRow(patient=patient, slice=index, reason=f"{_FAULT}: {fault}")


def _patients(cohort: Cohort) -> Iterator[PatientRow]:
    for patient in cohort.staged.usable:
        split = cohort.split_of.get(patient, "")
        reason = "" if split else "not needed by the split"
        yield PatientRow(patient=patient, split=split, usable=True, reason=reason)
    for patient, reason in cohort.staged.unusable.items():
        yield PatientRow(patient=patient, split="", usable=False, reason=f"unusable: {reason}")
    for patient, reason in cohort.excluded.patients.items():
        yield PatientRow(patient=patient, split="", usable=False, reason=f"by hand: {reason}")


def _reason(image: StagedSlice, excluded: Exclusions, ranges: completeness.Completeness | None) -> str:
    by_hand = excluded.slices.get((image.patient, image.index))
    if by_hand is not None:
        return f"by hand: {by_hand}"
    if not image.measures[0] > 0:
        return "no brain: the slice is empty"
    incomplete = ranges.judge(image.index, image.measures) if ranges else ""
    return f"incomplete: {incomplete}" if incomplete else image.doubt


def _kind(reason: str) -> str:
    return reason.partition(":")[0]
