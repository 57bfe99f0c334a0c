"""Patients and slices that a user excludes by hand, in a table ``exclude.csv``."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kgan.errors import DataError, did_you_mean
from kgan.files.columns import Integer, Maybe, Name, Row, Text
from kgan.files.tables import read_table
from kgan.identifiers import IGNORED_DIFFERENCES, canonical, quoted, same_name


class Exclusion(Row):
    """One line of the table: a slice, or a whole patient where no slice is named."""

    patient: Name
    slice: Maybe[Integer]
    reason: Text = ""


@dataclass(frozen=True)
class Exclusions:
    """What the table excludes, and why.

    Args:
        patients: reason by patient, for those excluded as a whole.
        slices: reason by (patient, slice index).
    """

    patients: Mapping[str, str] = field(default_factory=dict)
    slices: Mapping[tuple[str, int], str] = field(default_factory=dict)


def read_exclusions(path: Path, patients: Collection[str], indices: Collection[int]) -> Exclusions:
    """Read a user's exclusions.

    Args:
        path: CSV file with the columns patient, slice (empty: the whole patient) and reason (may be empty).
        patients: all identifiers of the cohort.
        indices: all slice indices that may be named.

    Raises:
        DataError: the file is missing or no such table, or a line names an unknown patient or slice; the
            message says which line. Or a patient is left out while one who looks the same stays.
    """
    whole: dict[str, str] = {}
    single: dict[tuple[str, int], str] = {}
    for where, row in read_table(path, Exclusion, "an exclusion table"):
        _check_patient(row.patient, patients, where)
        if row.slice is None:
            whole[row.patient] = row.reason
        else:
            _check_slice(row.slice, indices, where)
            single[row.patient, row.slice] = row.reason
    _check_alike(whole, patients, path)
    return Exclusions(whole, single)


def _check_alike(whole: Collection[str], patients: Collection[str], path: Path) -> None:
    """Refuse to leave out a patient while one who looks the same stays: it may be the same person."""
    forms = {canonical(patient): patient for patient in sorted(whole)}
    for patient in patients:
        other = forms.get(canonical(patient))
        if other is not None and patient not in whole:
            raise DataError(
                f"{path}: {quoted(other)} is left out and {quoted(patient)}, who looks like the same "
                "patient, is not; expected both. If they are two persons, rename one"
            )


def _check_patient(patient: str, patients: Iterable[str], where: str) -> None:
    if patient in patients:
        return
    other = same_name(patient, patients)
    if other is not None:
        raise DataError(
            f"{where}: patient {quoted(patient)} is {quoted(other)} in the cohort; expected its name as it "
            f"is there, with the same {IGNORED_DIFFERENCES}"
        )
    hint = did_you_mean(patient, patients)
    raise DataError(f"{where}: unknown patient {patient!r}{hint or '; no patient has this name'}")


def _check_slice(index: int, indices: Collection[int], where: str) -> None:
    if index not in indices:
        raise DataError(
            f"{where}: unknown slice {index}; the requested slices are {min(indices)} to {max(indices)}"
        )
