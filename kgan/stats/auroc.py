"""Intervals and paired tests of the area under the ROC curve, with patients as units.

The area is the mean, over the images of a class, of the share of the other class's images that they are on
the right side of (their placement). DeLong's variance is that of the placements; Obuchowski's is the same
with the placements of each patient summed, and equals DeLong's where every patient has one image.

* *Interval of an area*: Wilson's, for as many answers as Obuchowski's variance makes of the images. In
  each class two fiftieths of a patient are added, one on the right side of all and one on the wrong side of
  all, so that a perfect separation of few patients is not surely perfect. Student's t has Satterthwaite's
  degrees of freedom of the two classes' variances: few patients of one class make a wide interval.
* *Difference of two areas*: Student's t, its variance the larger of Obuchowski's and DeLong's, as patients
  who gain alike are no proof that all do. No p-value is below 2^(1 - n) for n patients of the smaller class,
  which is the smallest that an exact paired test of so many could give. Several runs and several splits enter
  as in `kgan.stats.paired`.

By simulation of 500 cohorts of 12 patients, area 0.8, the 95 % interval holds the truth in 99 % of cases with
2, 3 or 6 positive patients; of one positive patient there is none. The paired test at 5 % rejects equal areas
in 0.2 to 6.5 % of 600 cohorts of 6 to 60 patients, the least where a class has few patients.

Reference: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44, 1988, 837–845; N. A. Obuchowski,
Biometrics 53, 1997, 567–578 (clustered). The added patients are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from kgan.stats.clustered import Interval, normal_tail
from kgan.stats.paired import Chance, PairedTest, inverted, joined, student, widest
from kgan.stats.predictions import Predictions
from kgan.stats.proportions import CONFIDENCE
from kgan.stats.replicates import Replicates
from kgan.stats.sign_flip import smallest_p_value

#: Weight of the added patients of each class.
_ADDED = 0.02
#: Areas that differ by less are the same, in another order of summation.
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Placements:
    """Where the images of a split stand among those of the other class, summed by patient.

    Args:
        sums: (2, patients) float64, of the positive and of the negative class; the mean over several runs, or
            the difference of two classifiers.
        counts: (2, patients) float64, images.
    """

    sums: np.ndarray
    counts: np.ndarray

    @property
    def area(self) -> float:
        """The area, or the difference of two."""
        return float(self.sums[0].sum() / self.counts[0].sum())

    @property
    def patients(self) -> tuple[int, int]:
        """Patients with images of the positive and of the negative class."""
        positive, negative = (self.counts > 0).sum(axis=1).tolist()
        return positive, negative

    def variances(self, added: float = 0.0) -> tuple[float, float]:
        """Return Obuchowski's variance as two parts, of the classes, each with half of their covariance.

        Args:
            added: weight of added patients, whose placements are 1 and 0.
        """
        area, classes = self.area, self.patients
        off = self.sums - self.counts * area
        images = self.counts.sum(axis=1)
        whole = int((self.counts.sum(axis=0) > 0).sum())
        common = whole / (whole - 1) * float(off[0] @ off[1]) / float(images[0] * images[1])
        parts = []
        for number, there, deviations in zip(classes, images, off, strict=True):
            size, units = there / number, number + 2 * added
            square = float(deviations @ deviations) + added * size**2 * ((1 - area) ** 2 + area**2)
            parts.append(units / (units - 1) * square / (units * size) ** 2 + common)
        return parts[0], parts[1]


def mean_auroc(predictions: Replicates) -> float | None:
    """Return the area, the mean over runs and splits; ``None`` where a split lacks a class."""
    splits = _splits(predictions)
    return None if splits is None else _mean_area(splits)


def auroc_interval(predictions: Replicates, *, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of an area; without limits where a class has fewer than two patients.

    Args:
        predictions: of one classifier, of one run or several.
        confidence: in (0, 1).
    """
    number = len(np.unique(predictions.first.units))
    splits = _splits(predictions)
    return Interval(None, None, number) if splits is None else area_interval(splits, number, confidence)


def area_interval(splits: Sequence[Placements], patients: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of the mean area of several splits.

    Args:
        splits: one or more.
        patients: how many it is computed from.
        confidence: in (0, 1).
    """
    if min(min(split.patients) for split in splits) < 2:
        return Interval(None, None, patients)
    area = _mean_area(splits)
    added = float(np.mean([_ADDED * sum(1 / count for count in split.patients) for split in splits]))
    shrunk = (area + added) / (1 + 2 * added)
    variance, freedom = _together([(split.variances(_ADDED), split.patients) for split in splits])
    answers = shrunk * (1 - shrunk) / variance
    low, high = proportion_confint(
        shrunk * answers, answers, alpha=normal_tail(confidence, freedom), method="wilson"
    )
    return Interval(min(float(low), area), max(float(high), area), patients)


@dataclass(frozen=True)
class AreaDifference:
    """The area of a second classifier less that of a first.

    Args:
        areas: of the first and of the second.
        patients: of the smaller class, from which it is computed.
        error: chance from patient to patient; its standard error is DeLong's where each has one image.
        runs: chance from run to run; ``None`` of one run, or of several splits, whose differences hold it.
        splits: chance from split to split; ``None`` of one.
    """

    areas: tuple[float, float]
    patients: int
    error: Chance
    runs: Chance | None = None
    splits: Chance | None = None

    @property
    def value(self) -> float:
        """The difference, in [-1, 1]."""
        return self.areas[1] - self.areas[0]

    def test(self, alpha: float = 0.05) -> PairedTest:
        """Test it for being 0.

        Args:
            alpha: threshold of significance, in (0, 1), for the interval.
        """
        none = Interval(None, None, self.patients)
        if self.error.error < _TINY:
            if abs(self.value) < _TINY:
                return PairedTest(0.0, none, 1.0, "both rank the images of each patient alike")
            return PairedTest(self.value, none, smallest_p_value(self.patients))
        student_t = student(self.value, self.error)
        tests = [inverted(self.value, joined(self.value, student_t, self.runs), alpha)]
        if self.splits is not None:
            tests.append(inverted(self.value, student(self.value, self.splits), alpha))
        p, low, high = widest(tests)
        if smallest_p_value(self.patients) >= alpha:
            return PairedTest(self.value, none, max(p, smallest_p_value(self.patients)))
        limits = Interval(max(low, -1.0), min(high, 1.0), self.patients)
        return PairedTest(self.value, limits, max(p, smallest_p_value(self.patients)))


def area_difference(first: Replicates, second: Replicates) -> AreaDifference | None:
    """Compare the areas of two classifiers on the same images; ``None`` of a class with one patient or none.

    Args:
        first: predictions of one classifier.
        second: of the other, of the same images in any order.
    """
    before, after = _splits(first), _splits(second)
    if before is None or after is None:
        return None
    sides = zip(before, after, strict=True)
    splits = [
        Placements(second_split.sums - other.sums, second_split.counts) for other, second_split in sides
    ]
    if min(min(split.patients) for split in splits) < 2:
        return None
    variance, freedom = _together([(split.variances(), split.patients) for split in splits])
    variance = max(variance, _independent(first, second))
    runs = _runs(first, second) if len(splits) == 1 else None
    by_split = Chance.of_splits([split.area for split in splits], [1] * len(splits))
    return AreaDifference(
        areas=(_mean_area(before), _mean_area(after)),
        patients=sum(min(split.patients) for split in splits),
        error=Chance(float(np.sqrt(max(variance, 0.0))), freedom),
        runs=runs,
        splits=by_split,
    )


def _independent(first: Replicates, second: Replicates) -> float:
    """Return DeLong's variance of the difference, of the mean over splits: each image an independent witness.

    Patients who gain alike would leave no variance, and the interval would be a point.
    """
    variances = []
    for sides in zip(first.splits, second.splits, strict=True):
        before, after = (placements([_by_image(run) for run in side]) for side in sides)
        if before is None or after is None or min(before.patients) < 2:
            return 0.0
        variances.append(sum(Placements(after.sums - before.sums, after.counts).variances()))
    return sum(variances) / len(variances) ** 2


def _by_image(run: Predictions) -> Predictions:
    """Return predictions in which each image is a patient of its own."""
    names = np.char.add(np.char.add(run.patients, "\0"), run.slices.astype(str))
    return replace(run, patients=names, persons=None)


def placements(runs: Sequence[Predictions]) -> Placements | None:
    """Return the placements of a split's images, the mean over its runs; ``None`` where a class is absent."""
    positive = runs[0].truth == 1
    if not positive.any() or positive.all():
        return None
    names = np.unique(runs[0].units)
    sums = reduce(np.add, [_sums(run, names) for run in runs]) / len(runs)
    counts = [np.bincount(np.searchsorted(names, runs[0].units[of]), minlength=len(names))
              for of in (positive, ~positive)]  # fmt: skip
    return Placements(sums, np.array(counts, np.float64))


def _mean_area(splits: Sequence[Placements]) -> float:
    return float(np.mean([split.area for split in splits]))


def _sums(run: Predictions, names: np.ndarray) -> np.ndarray:
    positive = run.truth == 1
    owner = np.searchsorted(names, run.units)
    scores = [run.scores[positive], run.scores[~positive]]
    above, below = _share_below(scores[0], scores[1]), 1 - _share_below(scores[1], scores[0])
    return np.stack(
        [np.bincount(owner[of], shares, len(names)) for of, shares in ((positive, above), (~positive, below))]
    )


def _share_below(scores: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each score the share of the others that are below it, equal ones for half."""
    ascending = np.sort(others)
    below, up_to = np.searchsorted(ascending, scores, "left"), np.searchsorted(ascending, scores, "right")
    return (below + up_to) / (2 * len(others))


def _splits(predictions: Replicates) -> list[Placements] | None:
    splits = [placements(runs) for runs in predictions.splits]
    kept = [split for split in splits if split is not None]
    return kept if len(kept) == len(splits) else None


def _together(parts: Sequence[tuple[tuple[float, float], tuple[int, int]]]) -> tuple[float, float]:
    """Return the variance of the mean over splits and Satterthwaite's degrees of freedom."""
    variance, below, most = 0.0, 0.0, 0
    for variances, patients in parts:
        for part, number in zip(variances, patients, strict=True):
            variance += part / len(parts) ** 2
            below += (part / len(parts) ** 2) ** 2 / (number - 1)
        most += max(patients) - 1
    least = min(min(patients) for _, patients in parts) - 1
    return variance, float(np.clip(variance**2 / below, least, most)) if below > 0 else float(least)


def _runs(first: Replicates, second: Replicates) -> Chance | None:
    each = [[placements([run]) for run in side.splits[0]] for side in (first, second)]
    return Chance.of_runs(*([split.area for split in runs if split is not None] for runs in each))
