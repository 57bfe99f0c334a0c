"""Exact copies among the images of a cohort: told, and refused where they part between splits or classes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgan.data.cohort import Cohort
from kgan.data.split import SPLITS
from kgan.data.staging import StagedSlice
from kgan.data.tables import write_table
from kgan.errors import DataError

_COLUMNS = ("patient", "slice", "file", "copy_of_patient", "copy_of_slice", "copy_of_file", "split")


@dataclass(frozen=True)
class Copy:
    """Two images that are used, equal in every pixel.

    Args:
        first: the one that was read earlier.
        second: the other.
        splits: of the two.
    """

    first: StagedSlice
    second: StagedSlice
    splits: tuple[str, str]


def find_copies(cohort: Cohort) -> list[Copy]:
    """Return every used image that an earlier one equals, with the first that does.

    Slices cut from one volume are not compared with each other.
    """
    earlier: dict[bytes, list[tuple[StagedSlice, str]]] = {}
    found = []
    used = sorted(
        ((one, split) for split in SPLITS for one in cohort.used(split)), key=lambda pair: pair[0].position
    )
    for one, split in used:
        if not one.digest:
            continue
        others = earlier.setdefault(one.digest, [])
        # An image may be there often: what matters is one of another split or class, if there is one.
        copies = [Copy(other, one, (whose, split)) for other, whose in others if _are_two(other, one)]
        if copies:
            found.append(max(copies, key=lambda copy: (_parted(copy), _contradicts(copy))))
        if all(_key(*other) != _key(one, split) for other in others):
            others.append((one, split))
    return found


def check_copies(cohort: Cohort, copies: Iterable[Copy]) -> None:
    """Refuse copies in two splits, or of two classes.

    Raises:
        DataError: names both images, and says what to do.
    """
    copies = list(copies)
    contradictions = [copy for copy in copies if _contradicts(copy)]
    if contradictions:
        one = contradictions[0]
        raise DataError(
            f"the same image is of two classes: {_name(one.first)} is {cohort.name_of(one.first)}, "
            f"{_name(one.second)} is {cohort.name_of(one.second)}{_more(contradictions)}. Leave out the one "
            f"that is wrong, or both, by a line in the table of data.exclude ({_lines(one)})"
        )
    parted = [copy for copy in copies if _parted(copy)]
    if parted:
        one = parted[0]
        same = ", or give both the same patient in patients.csv" if one.second.file else ""
        raise DataError(
            f"the same image is in two splits: {_name(one.first)} ({one.splits[0]}) and {_name(one.second)} "
            f"({one.splits[1]}){_more(parted)}. Whoever learns from one knows the other: leave one out by a "
            f"line in the table of data.exclude ({_lines(one)}){same}. "
            "'kgan data inspect' lists all copies, and its --exclude writes the table"
        )


def write_copies(path: Path, copies: Sequence[Copy]) -> None:
    """Write a table of copies.

    Raises:
        RunError: it cannot be written.
    """
    rows = []
    for copy in copies:
        first, second = copy.first, copy.second
        rows.append(
            (
                second.patient,
                second.index,
                second.file,
                first.patient,
                first.index,
                first.file,
                copy.splits[1],
            )
        )
    write_table(path, _COLUMNS, rows)


def _are_two(one: StagedSlice, other: StagedSlice) -> bool:
    return one.patient != other.patient or bool(one.file)


def _key(one: StagedSlice, split: str) -> tuple[str, int, str]:
    # Of a volume, any other volume may hold a copy; of images, one for each split and class is enough.
    return split, one.label, "" if one.file else one.patient


def _parted(copy: Copy) -> bool:
    return copy.splits[0] != copy.splits[1]


def _contradicts(copy: Copy) -> bool:
    return copy.first.label >= 0 and copy.second.label >= 0 and copy.first.label != copy.second.label


def _name(one: StagedSlice) -> str:
    if one.file:
        return one.file if one.file == one.patient else f"{one.file} of {one.patient}"
    return f"slice {one.index} of {one.patient}"


def _lines(copy: Copy) -> str:
    one = copy.second
    index = "" if one.file == one.patient else one.index
    return f"patient,slice,reason: {one.patient},{index},copy"


def _more(copies: Sequence[Copy]) -> str:
    return f", and {len(copies) - 1} more such pairs" if len(copies) > 1 else ""
