"""Intervals of proportions with patients as units.

Slices of one patient resemble each other: a classifier that fails on one of them tends to fail on its
neighbours. Wilson's interval treats slices as independent; here it is computed from the effective number of
independent answers, with Student's t for the number of patients in place of the normal quantile.
That effective number is the smaller of two:

* *Korn and Graubard's*: the binomial variance over the variance from patient to patient. The latter is the
  jackknife's (CR3), since one patient with many slices hides its own deviation. Two twentieths of a patient
  are added, one wholly right and one wholly wrong: a cohort in which all goes well has not shown its worst
  patient yet.
* *the design effect*: n / (1 + (m - 1) ICC) with the one-way ANOVA's intraclass correlation and m the mean
  size of the patient that a slice belongs to, which is large where patients are very unequal.

By simulation of 2,000 cohorts of 6, 12 or 22 patients whose proportions follow beta distributions of mean
0.67 to 0.97, the 95 % intervals cover the truth in 95.8 % of cases or more with 20 slices a patient, and in
94.3 % or more where sizes differ up to 150-fold. (The first of the two alone, with the plain variance, falls
to 77 %.)

Reference: E. L. Korn, B. I. Graubard, Survey Methodology 24, 1998, 193–201 (effective sample size);
A. Donner, N. Klar, Design and Analysis of Cluster Randomization Trials, 2000, chapter 1 (design effect);
J. G. MacKinnon, H. White, J. Econom. 29, 1985, 305–325 (jackknife variance). Joining the two is ours.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special
from statsmodels.stats.proportion import proportion_confint

from kgan.stats.proportions import CONFIDENCE

#: Weight of the added patients; by simulation, 0.03 to 0.1 keep the level and are about as narrow.
_ADDED = 0.05


@dataclass(frozen=True)
class Interval:
    """Limits of a value, with patients as units.

    Args:
        low: lower limit; ``None`` where there is no interval.
        high: upper limit.
        patients: how many it is computed from.
    """

    low: float | None
    high: float | None
    patients: int


def proportion_interval(
    right: np.ndarray, patients: np.ndarray, *, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of a share of right answers; without limits of fewer than two patients.

    Args:
        right: (n,) bool; or float64, how often in several runs, in [0, 1].
        patients: (n,) str, whose image each is.
        confidence: in (0, 1).
    """
    right = right.astype(np.float64)
    sums, counts = sums_by_patient(right, patients)
    number = len(counts)
    if number < 2:
        return Interval(None, None, number)
    squares, _ = sums_by_patient(np.square(right), patients)
    answers = min(_korn_graubard(sums, counts), _design_effect(sums, squares, counts), float(len(right)))
    low, high = proportion_confint(
        right.mean() * answers, answers, alpha=normal_tail(confidence, number - 1), method="wilson"
    )
    return Interval(round(float(low), 12), round(float(high), 12), number)


def sums_by_patient(values: np.ndarray, patients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each patient's sum of values and number of images, in the order of their names."""
    _, owner = np.unique(patients, return_inverse=True)
    return np.bincount(owner, values), np.bincount(owner).astype(np.float64)


def normal_tail(confidence: float, freedom: float) -> float:
    """Return the alpha at which the normal quantile is Student's t quantile of a confidence."""
    return float(2 * special.ndtr(-special.stdtrit(freedom, (1 + confidence) / 2)))


def _korn_graubard(sums: np.ndarray, counts: np.ndarray) -> float:
    weights = np.append(np.ones(len(counts)), [_ADDED, _ADDED])
    size = counts.mean()
    sums, counts = np.append(sums, [size, 0.0]), np.append(counts, [size, size])
    images = weights @ counts
    share = (weights @ sums) / images
    units = weights.sum()
    left_out = (sums - counts * share) / (1 - counts / images)
    variance = (units - 1) / units * (weights @ np.square(left_out)) / images**2
    return float(share * (1 - share) / variance)


def _design_effect(sums: np.ndarray, squares: np.ndarray, counts: np.ndarray) -> float:
    images, number = counts.sum(), len(counts)
    size = np.square(counts).sum() / images
    within = (squares - np.square(sums) / counts).sum() / max(images - number, 1.0)
    share = sums.sum() / images
    among = (counts * np.square(sums / counts - share)).sum() / (number - 1)
    whole = among + ((images - size) / (number - 1) - 1) * within
    # Where nothing varies at all, slices may agree altogether.
    correlation = float(np.clip((among - within) / whole, 0, 1)) if whole > 0 else 1.0
    return float(images / (1 + (size - 1) * correlation))
