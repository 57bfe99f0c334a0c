"""How many real patients a synthetic pool is equivalent to, from learning curves with and without it.

A classifier is trained on growing numbers of real patients, once with the pool and once without. Where n
patients and the pool do as well as n' patients alone, the pool is equivalent to n' - n patients.

* *The curves* are monotone and linear in the logarithm of the number of patients
  (`kgan.analyses.patient_equivalence.learning_curve`). Where the one without the pool never gets so
  far, or was better already at its beginning, the estimate is censored: "more than" or "less than" what the
  curve shows.
* *Where that curve is flat* several n' do equally well; the one nearest to n is taken, so that a pool is
  equivalent to no patient wherever the data do not say otherwise.
* *The interval* comes from resampling test patients, all slices of one and all classifiers together, both
  curves each time; its percentiles are moved outwards by as much as Student's t is wider
  than the normal distribution (Hesterberg's expanded percentile interval). Where every
  classifier was trained several times, its runs are resampled too, their deviations widened by
  sqrt(t / (t - 1)) for t runs, those of each classifier separately; what differs between runs,
  such as which patients were drawn, is in the interval then. Of one run each it is not. The chance in the
  pool's own training never is.

By simulation of 6 to 40 test patients with 30 images each, 95 % intervals cover the truth in 90 to 99 % of
cases where runs do not differ (of 2, 3 and 4 patients in 55, 81 and 90 %, so there is none). Where a
run moves the accuracy by some 3 points, those of one run each covered it in 57 to 87 % of cases
alone, those of two or three in 93 to 100 %.

The definition and the interval are ours.

Reference: J. N. K. Rao, C. F. J. Wu, J. Am. Stat. Assoc. 83, 1988, 231–241 (rescaled bootstrap); T. C.
Hesterberg, Am. Stat. 69, 2015, 371–386, section 3.1 (expanded percentile interval).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from kgan.analyses.patient_equivalence.learning_curve import changes, monotone, reached
from kgan.analyses.patient_equivalence.quantity import CensoredCount, EquivalentPatients
from kgan.errors import DataError
from kgan.random.streams import rng
from kgan.stats.classification import Classification, classification
from kgan.stats.predictions import Predictions
from kgan.stats.proportions import CONFIDENCE
from kgan.stats.replicates import Replicates, row_positions

RESAMPLES = 10_000

#: Test patients from which there is an interval: resampling fewer does not show how different others may be.
_LEAST = 6
_CHUNK = 500


@dataclass(frozen=True, eq=False)
class Cell:
    """A classifier trained on some real patients, once or several times.

    Args:
        patients: how many; 1 or more.
        pool: whether with the synthetic pool.
        predictions: of the test images.
    """

    patients: int
    pool: bool
    predictions: Replicates

    @property
    def name(self) -> str:
        """Its name in messages."""
        return f"{self.patients} patients {'with' if self.pool else 'without'} the pool"

    @cached_property
    def measured(self) -> Classification:
        """Its performance on the test images."""
        return classification(self.predictions)


@dataclass(frozen=True, eq=False)
class Equivalence:
    """Both learning curves and the equivalent patients along them.

    Args:
        sizes: (k,) numbers of real patients, ascending.
        without: of each, the classifier without the pool.
        with_pool: of each, the classifier with it.
        curves: accuracies of the monotone curves, (k,) without and (k,) with the pool.
        estimates: one for each of ``sizes``.
        runs: the fewest of any classifier on one split of the patients; with one, the intervals leave out
            the variation between runs.
        test_patients: units of the intervals.
    """

    sizes: tuple[int, ...]
    without: tuple[Cell, ...]
    with_pool: tuple[Cell, ...]
    curves: tuple[np.ndarray, np.ndarray]
    estimates: tuple[EquivalentPatients, ...]
    runs: int
    test_patients: int

    @property
    def rises(self) -> bool:
        """Whether more patients gain anything without the pool; else an estimate in patients says little."""
        return bool(self.curves[0][-1] > self.curves[0][0])


@dataclass(frozen=True, eq=False)
class _Tested:
    """All classifiers on one split's test patients: images of each patient, and correctly classified ones."""

    counts: np.ndarray  # (patients,)
    right: tuple[np.ndarray, ...]  # of each cell, (runs, patients)


def equivalence(cells: Sequence[Cell], *, seed: int = 0, confidence: float = CONFIDENCE) -> Equivalence:
    """Estimate how many real patients a pool is equivalent to.

    Args:
        cells: for each number of patients one with and one without the pool, all tested on the same images.
        seed: of the resampling.
        confidence: of the intervals, in (0, 1).

    Raises:
        DataError: fewer than two numbers of patients, one that lacks a side or has it twice, or tables of
            other test images.
    """
    sizes, ordered = _sides(cells)
    tested = _aligned(ordered)
    runs = min(len(right) for split in tested for right in split.right)
    curves = _curves(tested, [np.ones((1, len(split.counts))) for split in tested], len(sizes))
    resampled = np.sort(
        np.concatenate([changes(*pair, sizes) for pair in _resampled(tested, len(sizes), runs, seed)]), axis=0
    )
    number = sum(len(split.counts) for split in tested)
    estimates = []
    for place, size in enumerate(sizes):
        refusal = _no_interval(tested, place, len(sizes))
        ends = [] if refusal else _percentiles(resampled[:, place], number, confidence)
        low, high = [CensoredCount.of(end, size, sizes) for end in ends] or (None, None)
        change = changes(*curves, sizes)[0, place]
        note = "; ".join(filter(None, (_note(curves, sizes, place, change), refusal)))
        estimates.append(EquivalentPatients(size, CensoredCount.of(change, size, sizes), low, high, note))
    without, with_pool = tuple(ordered[: len(sizes)]), tuple(ordered[len(sizes) :])
    heights = curves[0][0], curves[1][0]
    return Equivalence(sizes, without, with_pool, heights, tuple(estimates), runs, number)


def _sides(cells: Sequence[Cell]) -> tuple[tuple[int, ...], list[Cell]]:
    """Return the numbers of patients, and the cells without the pool before those with it, ascending."""
    sizes = tuple(sorted({cell.patients for cell in cells}))
    if len(sizes) < 2:
        received = ", ".join(map(str, sizes)) or "none"
        raise DataError(
            f"equivalent patients: a curve needs two numbers of patients or more, received {received}; train "
            "on more numbers"
        )
    if sizes[0] < 1:
        raise DataError(f"equivalent patients: {sizes[0]} patients; expected 1 or more")
    sides: dict[tuple[bool, int], Cell] = {}
    for cell in cells:
        if sides.setdefault((cell.pool, cell.patients), cell) is not cell:
            raise DataError(f"equivalent patients: {cell.name} is given twice; expected once")
    for pool in (False, True):
        for size in sizes:
            if (pool, size) not in sides:
                side = "with" if pool else "without"
                raise DataError(
                    f"equivalent patients: no classifier of {size} patients {side} the pool; expected both "
                    "sides of each number, so train it or leave the number out"
                )
    return sizes, [sides[pool, size] for pool in (False, True) for size in sizes]


def _aligned(cells: Sequence[Cell]) -> list[_Tested]:
    first = cells[0]
    tested = []
    for cell in cells:
        if len(cell.predictions.splits) != len(first.predictions.splits):
            numbers = f"{len(first.predictions.splits)} and {len(cell.predictions.splits)}"
            raise DataError(
                f"equivalent patients: {first.name} and {cell.name} were tested on {numbers} splits; "
                "expected the same images"
            )
    for place, (reference, *_) in enumerate(first.predictions.splits):
        _, owner = np.unique(reference.units, return_inverse=True)
        right = [
            np.stack([_by_patient(table, reference, owner, f"{first.name} and {cell.name}") for table in of])
            for cell in cells
            for of in [cell.predictions.splits[place]]
        ]
        tested.append(_Tested(np.bincount(owner).astype(np.float64), tuple(right)))
    return tested


def _by_patient(table: Predictions, reference: Predictions, owner: np.ndarray, names: str) -> np.ndarray:
    return np.bincount(owner, table.right[row_positions(reference, table, names)])


def _right(split: _Tested, weights: np.ndarray, draws: np.random.Generator | None = None) -> np.ndarray:
    """Return how many images are classified correctly, (n, cells), with patients as often as weighted.

    Args:
        split: whose patients.
        weights: (n, patients).
        draws: of runs, which are then resampled too.
    """
    counts = []
    for right in split.right:
        each = weights @ right.T
        mean = each.mean(axis=1)
        if draws is not None:
            number = len(right)
            taken = draws.multinomial(number, np.full(number, 1 / number), size=len(weights))
            drawn = (each * taken).sum(axis=1) / number
            mean = mean + np.sqrt(number / (number - 1)) * (drawn - mean)
        counts.append(mean)
    return np.stack(counts, axis=1)


def _curves(
    tested: Sequence[_Tested],
    weights: Sequence[np.ndarray],
    length: int,
    draws: np.random.Generator | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return both monotone curves, (n, length), of all splits; weights are (n, patients) of each."""
    right = sum(_right(split, weight, draws) for split, weight in zip(tested, weights, strict=True))
    images = sum(weight @ split.counts for split, weight in zip(tested, weights, strict=True))
    accuracies = right / np.reshape(images, (-1, 1))
    return monotone(accuracies[:, :length]), monotone(accuracies[:, length:])


def _resampled(
    tested: Sequence[_Tested], length: int, runs: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield both curves, (some, length) each, of other test patients and, of several runs, of other runs."""
    ends = np.cumsum([len(split.counts) for split in tested])
    number = int(ends[-1])
    draws = rng(seed, "equivalence/patients", number)
    chance = rng(seed, "equivalence/trainings", number) if runs > 1 else None
    for start in range(0, RESAMPLES, _CHUNK):
        size = min(_CHUNK, RESAMPLES - start)
        drawn = draws.multinomial(number, np.full(number, 1 / number), size=size).astype(np.float64)
        parts = np.split(drawn, ends[:-1], axis=1)
        yield _curves(tested, parts, length, chance)


def _percentiles(ascending: np.ndarray, patients: int, confidence: float) -> tuple[float, float]:
    """Return the ends of the expanded percentile interval; they are values that occur, so may be infinite."""
    widened = np.sqrt(patients / (patients - 1)) * stats.t.ppf((1 + confidence) / 2, patients - 1)
    tail, last = float(stats.norm.sf(widened)), len(ascending) - 1
    return float(ascending[int(np.floor(tail * last))]), float(ascending[int(np.ceil((1 - tail) * last))])


def _no_interval(tested: Sequence[_Tested], place: int, length: int) -> str:
    """Say why there is no interval; empty where there is one."""
    if sum(len(split.counts) for split in tested) < _LEAST:
        return f"fewer than {_LEAST} test patients: no interval"
    sides = [(split.right[place].mean(0), split.right[place + length].mean(0)) for split in tested]
    if all(np.array_equal(*pair) for pair in sides):
        return "both sides classify as many images of each patient correctly: no interval"
    return ""


def _note(curves: tuple[np.ndarray, np.ndarray], sizes: Sequence[int], place: int, change: float) -> str:
    size, first, last = sizes[place], sizes[0], sizes[-1]
    if np.isposinf(change):
        return f"{last} patients without the pool do not do as well"
    if np.isneginf(change):
        return f"{first} patients without the pool do better"
    least, most = (end[0] for end in reached(curves[0], curves[1][:, place], sizes))
    if most - least > 1e-6:
        span = f"{least - size:+.3g} to {most - size:+.3g}".replace("-", "−")
        return f"the curve without the pool is flat here: {span} do equally well"
    return ""
