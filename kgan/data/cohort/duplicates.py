"""Duplicates among the images of a cohort: reported; exact ones refused across splits or classes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.data.cohort import near_duplicates
from kgan.data.cohort.cohort import Cohort
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
        change: what was done to the second: `EXACT` where the pixels are equal, else in words.
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
    pairs = []
    for image, split in _used(cohort):
        if not image.digest:
            continue
        others = earlier.setdefault(image.digest, [])
        # Of several, one of another split or class matters most.
        candidates = [
            DuplicatePair(other, image, (other_split, split))
            for other, other_split in others
            if _may_be_duplicates(other, image)
        ]
        if candidates:
            pairs.append(max(candidates, key=lambda pair: (pair.parted, _contradicts(pair))))
        if all(_key(*other) != _key(image, split) for other in others):
            others.append((image, split))
    return pairs


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
    used = [(image, split) for image, split in _used(cohort) if image.looks]
    splits = list(cohort.parts)
    names = [persons.get(image.patient, image.patient) for image, _ in used]
    pairs = near_duplicates.candidates(
        np.frombuffer(b"".join(image.looks for image, _ in used), np.uint8).reshape(
            -1, near_duplicates.BYTES
        ),
        np.unique(names, return_inverse=True)[1],
        np.array([splits.index(split) for _, split in used], np.int64),
    )
    best: dict[int, DuplicatePair] = {}
    for pair in _confirmed(used, pairs, source):
        position = pair.second.position
        if position not in best or _worse(pair) > _worse(best[position]):
            best[position] = pair
    return list(best.values())


def _used(cohort: Cohort) -> list[tuple[StagedSlice, str]]:
    """Return the used slices and their splits, as they were read."""
    pairs = ((image, split) for split in cohort.parts for image in cohort.used(split))
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


def _worse(pair: DuplicatePair) -> tuple[bool, bool, float]:
    return pair.parted, _contradicts(pair), pair.similarity


def check_duplicates(cohort: Cohort, pairs: Iterable[DuplicatePair]) -> None:
    """Refuse duplicates across splits, or of two classes.

    Raises:
        DataError: names both images, and says what to do.
    """
    pairs = list(pairs)
    contradictions = [pair for pair in pairs if _contradicts(pair)]
    if contradictions:
        first = contradictions[0]
        raise DataError(
            f"the same image is of two classes: {_name(first.first)} is {cohort.name_of(first.first)}, "
            f"{_name(first.second)} is {cohort.name_of(first.second)}{_more(contradictions)}. Leave out the "
            f"one that is wrong, or both, by a line in the table of data.exclude ({_lines(first)})"
        )
    parted = [pair for pair in pairs if pair.parted]
    if parted:
        first = parted[0]
        same = ", or give both the same patient in patients.csv" if first.second.file else ""
        raise DataError(
            f"the same image is in two splits: {_name(first.first)} ({first.splits[0]}) and "
            f"{_name(first.second)} ({first.splits[1]}){_more(parted)}. A model that learns from one knows "
            f"the other: leave one out by a line in the table of data.exclude ({_lines(first)}){same}. "
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
        parted = [pair for pair in near if pair.parted]
        first = (parted or near)[0]
        example = (
            f"such as {_name(first.second)} ({first.splits[1]}) and {_name(first.first)} ({first.splits[0]})"
        )
        where = (
            f"{len(parted)} of the pairs are in two splits, {example}: what learns from one knows the other"
            if parted
            else f"Each pair is in one split, {example}"
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


def _may_be_duplicates(first: StagedSlice, second: StagedSlice) -> bool:
    return first.patient != second.patient or bool(first.file)


def _key(image: StagedSlice, split: str) -> tuple[str, int, str]:
    # Of a volume, any other volume may hold a copy; of images, one for each split and class is enough.
    return split, image.label, "" if image.file else image.patient


def _contradicts(pair: DuplicatePair) -> bool:
    return pair.first.label >= 0 and pair.second.label >= 0 and pair.first.label != pair.second.label


def _name(image: StagedSlice) -> str:
    if image.file:
        return image.file if image.file == image.patient else f"{image.file} of {image.patient}"
    return f"slice {image.index} of {image.patient}"


def _lines(pair: DuplicatePair) -> str:
    image = pair.second
    index = "" if image.file == image.patient else image.index
    return f"patient,slice,reason: {image.patient},{index},copy"


def _more(pairs: Sequence[DuplicatePair]) -> str:
    return f", and {len(pairs) - 1} more such pairs" if len(pairs) > 1 else ""
