"""Duplicates among the images of a cohort: reported; exact ones refused across splits or classes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.data.cohort import near_duplicates
from kgan.data.cohort.cohort import Cohort
from kgan.data.cohort.split import SPLITS
from kgan.data.cohort.staging import StagedSlice
from kgan.data.cohort.tables import DUPLICATES, DuplicateRow
from kgan.data.store.store import ImageStore
from kgan.errors import DataError

EXACT = "none"
_READ = 256


@dataclass(frozen=True)
class DuplicatePair:
    """Two used images, of which one duplicates the other.

    Args:
        first: the one that was read earlier.
        second: the other.
        splits: of the two.
        similarity: correlation of their details; 1 for equal pixels.
        change: what was done to the copy: `EXACT` where the pixels are equal, else in words.
    """

    first: StagedSlice
    second: StagedSlice
    splits: tuple[str, str]
    similarity: float = 1.0
    change: str = EXACT

    @property
    def parted(self) -> bool:
        """Whether the two are in two splits."""
        return self.splits[0] != self.splits[1]


def find_duplicates(cohort: Cohort) -> list[DuplicatePair]:
    """Return every used image that an earlier one equals, with the first that does.

    Slices cut from one volume are not compared with each other.
    """
    earlier: dict[bytes, list[tuple[StagedSlice, str]]] = {}
    found = []
    for one, split in _used(cohort):
        if not one.digest:
            continue
        others = earlier.setdefault(one.digest, [])
        # An image may be there often: what matters is one of another split or class, if there is one.
        copies = [
            DuplicatePair(other, one, (whose, split)) for other, whose in others if _are_two(other, one)
        ]
        if copies:
            found.append(max(copies, key=lambda copy: (copy.parted, _contradicts(copy))))
        if all(_key(*other) != _key(one, split) for other in others):
            others.append((one, split))
    return found


def find_near_duplicates(
    cohort: Cohort, source: ImageStore, persons: Mapping[str, str]
) -> list[DuplicatePair]:
    """Return every used image that is another person's but for small changes, with the one it is most like.

    Of the images that one is like, those of another split go before others. Images of one person are not
    compared: neighbouring slices are much alike.

    Args:
        cohort: as shared out.
        source: the staging store.
        persons: who was scanned, by patient, where that is another name.
    """
    used = [(one, split) for one, split in _used(cohort) if one.looks]
    names = [persons.get(one.patient, one.patient) for one, _ in used]
    pairs = near_duplicates.candidates(
        np.frombuffer(b"".join(one.looks for one, _ in used), np.uint8).reshape(-1, near_duplicates.BYTES),
        np.unique(names, return_inverse=True)[1],
        np.array([SPLITS.index(split) for _, split in used], np.int64),
    )
    best: dict[int, DuplicatePair] = {}
    for copy in _confirmed(used, pairs, source):
        place = copy.second.position
        if place not in best or _worse(copy) > _worse(best[place]):
            best[place] = copy
    return list(best.values())


def _used(cohort: Cohort) -> list[tuple[StagedSlice, str]]:
    """Return the used slices and their splits, as they were read."""
    pairs = ((one, split) for split in SPLITS for one in cohort.used(split))
    return sorted(pairs, key=lambda pair: pair[0].position)


def _confirmed(
    used: Sequence[tuple[StagedSlice, str]], pairs: np.ndarray, source: ImageStore
) -> Iterator[DuplicatePair]:
    """Yield the pairs of (later, earlier) that look alike at the pixels too, without those that are equal."""
    for start in range(0, len(pairs), _READ):
        part = pairs[start : start + _READ].tolist()
        positions = sorted({used[number][0].position for pair in part for number in pair})
        images = dict(zip(positions, source.images(positions), strict=True))
        for later, earlier in part:
            (second, split), (first, whose) = used[later], used[earlier]
            if first.digest == second.digest:
                continue
            value, change = near_duplicates.similarity(images[second.position], images[first.position])
            if value >= near_duplicates.LIKE:
                yield DuplicatePair(first, second, (whose, split), value, change or "small changes")


def _worse(copy: DuplicatePair) -> tuple[bool, bool, float]:
    return copy.parted, _contradicts(copy), copy.similarity


def check_duplicates(cohort: Cohort, copies: Iterable[DuplicatePair]) -> None:
    """Refuse duplicates across splits, or of two classes.

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
    parted = [copy for copy in copies if copy.parted]
    if parted:
        one = parted[0]
        same = ", or give both the same patient in patients.csv" if one.second.file else ""
        raise DataError(
            f"the same image is in two splits: {_name(one.first)} ({one.splits[0]}) and {_name(one.second)} "
            f"({one.splits[1]}){_more(parted)}. Whoever learns from one knows the other: leave one out by a "
            f"line in the table of data.exclude ({_lines(one)}){same}. "
            "'kgan data inspect' lists all copies, and its --exclude writes the table"
        )


def duplicate_notes(
    exact: Sequence[DuplicatePair], near: Sequence[DuplicatePair], table: str
) -> tuple[str, ...]:
    """Return notes on duplicates that are not refused.

    Args:
        exact: in the same split.
        near: in any.
        table: the name of the table that lists them.
    """
    notes = []
    if exact:
        notes.append(
            f"{len(exact)} images are exact copies of others in the same split and count twice; {table} "
            "lists them."
        )
    if near:
        parted = [copy for copy in near if copy.parted]
        one = (parted or near)[0]
        pair = f"such as {_name(one.second)} ({one.splits[1]}) and {_name(one.first)} ({one.splits[0]})"
        where = (
            f"{len(parted)} of the pairs are in two splits, {pair}: what learns from one knows the other"
            if parted
            else f"Each pair is in one split, {pair}"
        )
        notes.append(
            f"{len(near)} images look like near copies of another patient's (stored again, mirrored, "
            f"rescaled or changed in a few pixels). {where}. {table} lists the pairs; data.exclude can leave "
            "one out."
        )
    return tuple(notes)


def write_duplicates(folder: Path, pairs: Sequence[DuplicatePair]) -> None:
    """Write the table of duplicates into a folder.

    Raises:
        RunError: it cannot be written.
    """
    DUPLICATES.write(folder, map(_row, pairs))


def _row(pair: DuplicatePair) -> DuplicateRow:
    first, second = pair.first, pair.second
    return DuplicateRow(
        patient=second.patient,
        slice=second.index,
        file=second.file,
        split=pair.splits[1],
        copy_of_patient=first.patient,
        copy_of_slice=first.index,
        copy_of_file=first.file,
        copy_of_split=pair.splits[0],
        similarity=round(pair.similarity, 4),
        change=pair.change,
    )


def _are_two(one: StagedSlice, other: StagedSlice) -> bool:
    return one.patient != other.patient or bool(one.file)


def _key(one: StagedSlice, split: str) -> tuple[str, int, str]:
    # Of a volume, any other volume may hold a copy; of images, one for each split and class is enough.
    return split, one.label, "" if one.file else one.patient


def _contradicts(copy: DuplicatePair) -> bool:
    return copy.first.label >= 0 and copy.second.label >= 0 and copy.first.label != copy.second.label


def _name(one: StagedSlice) -> str:
    if one.file:
        return one.file if one.file == one.patient else f"{one.file} of {one.patient}"
    return f"slice {one.index} of {one.patient}"


def _lines(copy: DuplicatePair) -> str:
    one = copy.second
    index = "" if one.file == one.patient else one.index
    return f"patient,slice,reason: {one.patient},{index},copy"


def _more(copies: Sequence[DuplicatePair]) -> str:
    return f", and {len(copies) - 1} more such pairs" if len(copies) > 1 else ""
