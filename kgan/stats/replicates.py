"""Replicates of a classifier: runs with other seeds, and runs on other splits of the patients.

Runs on one split classify the same images; what counts is how often an image is classified correctly. Splits
test different patients, so their images are concatenated. Rows are matched by patient and slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kgan.errors import DataError
from kgan.identifiers import IGNORED_DIFFERENCES, canonical, quoted, same_name
from kgan.stats.predictions import Predictions


@dataclass(frozen=True)
class Replicates:
    """Predictions of all runs.

    Args:
        splits: for each split of the patients, the tables of its runs, all of the same images.
    """

    splits: tuple[tuple[Predictions, ...], ...]

    @property
    def tables(self) -> tuple[Predictions, ...]:
        """Every table."""
        return tuple(table for runs in self.splits for table in runs)

    @cached_property
    def first(self) -> Predictions:
        """Predictions of the first run of each split, of all splits together."""
        tables = [runs[0] for runs in self.splits]
        columns = ("patients", "slices", "truth", "scores", "units")
        return Predictions(*(np.concatenate([getattr(table, name) for table in tables]) for name in columns))

    @cached_property
    def right(self) -> np.ndarray:
        """(n,) float64: for each image of `first`, the proportion of runs that classify it correctly."""
        return np.concatenate([runs.mean(axis=0, dtype=np.float64) for runs in self.runs])

    @cached_property
    def split_of(self) -> np.ndarray:
        """(n,) int64: which split tests each image of `first`."""
        return np.repeat(np.arange(len(self.splits)), [len(runs[0]) for runs in self.splits])

    @cached_property
    def runs(self) -> tuple[np.ndarray, ...]:
        """For each split (runs, images of it) bool: which of its images each run classifies correctly."""
        return tuple(_correct(runs) for runs in self.splits)


def as_replicates(predictions: Predictions | Replicates) -> Replicates:
    """Return a single table as one run on one split; replicates as they are."""
    return predictions if isinstance(predictions, Replicates) else Replicates(((predictions,),))


def group_by_split(tables: Sequence[tuple[int, Predictions]]) -> Replicates:
    """Sort tables by split.

    Args:
        tables: each with the number of its split; at least one.

    Raises:
        DataError: two runs on one split classified different images, or two splits test one patient.
    """
    numbers = sorted({number for number, _ in tables})
    splits = tuple(tuple(table for of, table in tables if of == number) for number in numbers)
    known: dict[str, int] = {}
    for number, runs in zip(numbers, splits, strict=True):
        for patient in sorted(set(runs[0].units.tolist())):
            first = known.setdefault(canonical(patient), number)
            if first != number:
                raise DataError(
                    f"patient {patient!r} is tested on splits {first} and {number}; expected "
                    "everybody in one test at most, so that no patient counts twice"
                )
    return Replicates(splits)


def row_positions(table: Predictions, others: Predictions, names: str) -> np.ndarray:
    """Return where in another table each image of a table stands.

    Args:
        table: the one.
        others: the other.
        names: of both, for messages.

    Raises:
        DataError: they are not of the same images, or disagree about a truth; the image is named.
    """
    images, there = _images(table), _images(others)
    position_of = {image: place for place, image in enumerate(there)}
    known = set(images)
    what = f"{names} were not tested on the same images"
    for image, truth in zip(images, table.truth, strict=True):
        name = f"patient {image[0]!r} slice {image[1]}"
        if image not in position_of:
            _check_spelt(image[0], others, what)
            raise DataError(f"{what}: {name} is in the first alone; classify both on one test set")
        if others.truth[position_of[image]] != truth:
            raise DataError(f"{what}: the truth of {name} is {truth} in the first and not in the second")
    extra = next((image for image in there if image not in known), None)
    if extra is not None:
        name = f"patient {extra[0]!r} slice {extra[1]}"
        raise DataError(f"{what}: {name} is in the second alone; classify both on one test set")
    return np.array([position_of[image] for image in images])


def _check_spelt(patient: str, others: Predictions, what: str) -> None:
    """Refuse a patient whose name the other table spells in another way."""
    names = set(others.patients.tolist())
    other = None if patient in names else same_name(patient, sorted(names))
    if other is not None:
        raise DataError(
            f"{what}: patient {quoted(patient)} of the first is {quoted(other)} in the second; expected one "
            f"name, with the same {IGNORED_DIFFERENCES}"
        )


def _images(table: Predictions) -> list[tuple[str, int]]:
    return list(zip(table.patients.tolist(), table.slices.tolist(), strict=True))


def _correct(runs: Sequence[Predictions]) -> np.ndarray:
    first = runs[0]
    right = [first.right]
    for number, table in enumerate(runs[1:], 2):
        right.append(table.right[row_positions(first, table, f"runs 1 and {number}")])
    return np.stack(right)
