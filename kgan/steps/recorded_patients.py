"""Patients as finished steps record them: the one reader of ``facts.patients`` and ``facts.subjects``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kgan.data.cohort.split import PARTS, SPLITS
from kgan.errors import RunError
from kgan.pipeline.records import manifest
from kgan.steps.settings.prepare import PrepareSettings

#: Identifier of a patient.
Patient: TypeAlias = Annotated[str, Field(min_length=1)]


class _Record(BaseModel):
    """Facts of a manifest; those that are not of patients are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SplitPatients(_Record):
    """Patients of each split; further ones where any are held back."""

    train: tuple[Patient, ...]
    validation: tuple[Patient, ...]
    test: tuple[Patient, ...]
    further: tuple[Patient, ...] = ()

    def everyone(self) -> frozenset[str]:
        """Return the patients of all splits."""
        return frozenset(patient for split in PARTS for patient in getattr(self, split))


class PreparationRecord(_Record):
    """What a preparation records.

    Args:
        patients: by split, with images or without.
        subjects: patient -> who was scanned, where that is another name.
    """

    patients: SplitPatients
    subjects: dict[str, str] = {}


class _ArtefactRecord(_Record):
    """What any other step records: the patients whom its results derive from."""

    patients: tuple[Patient, ...] = Field(min_length=1)


def read_preparation(prepared: Path) -> PreparationRecord:
    """Return what a preparation records.

    Raises:
        RunError: the folder is no whole preparation, or does not record who is in which split.
    """
    record = manifest.read(prepared) or {}
    try:
        return PreparationRecord.model_validate(_facts(record, kind=PrepareSettings.kind))
    except ValidationError:
        raise RunError(
            f"{prepared / manifest.FILE} does not say which patients are in which split; expected "
            f"'patients' with lists for {', '.join(SPLITS)}. Remove that folder and run again."
        ) from None


def read_source_patients(folder: Path, step: str) -> tuple[str, ...] | None:
    """Return whom a step's results derive from; ``None`` where the folder is not its, or records no patient.

    Args:
        folder: of the finished step.
        step: its name.
    """
    record = manifest.read(folder) or {}
    try:
        return _ArtefactRecord.model_validate(_facts(record, step=step)).patients
    except ValidationError:
        return None


def _facts(record: Mapping[str, Any], **expected: str) -> Any:
    """Return the facts of a manifest that is of the expected step or kind; none of another's."""
    is_expected = all(record.get(key) == value for key, value in expected.items())
    return record.get("facts") if is_expected else None
