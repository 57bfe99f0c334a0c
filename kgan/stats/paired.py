"""Paired test of two classifiers' proportions with patients as units, and the interval that agrees with it.

A difference counts where each of these tests finds it: the largest p-value stands, and the interval is the
smallest that holds all of theirs, so it leaves 0 out exactly where the p-value is below the threshold.

* *Sign flips* (`kgan.stats.sign_flip`), exact where the classifiers are exchangeable within a patient.
* *Student's t* of the patients' mean gain, from 15 patients on after Hall's cubic transformation, which
  takes their skewness away: where few patients lose much and all others gain a little, flips alone reject
  too often. How skewed fewer patients are cannot be known from them, and there the transformation only
  widens intervals.
* *The score test of slices* (McNemar's without correction; Tango's interval): no difference is surer than
  if slices were independent, and no interval shrinks to a point where all patients gain alike.

*Several runs* on one split: each setup's runs vary, and the two standard errors are joined with these limits
as roots of sums of squares (MOVER), Student's t of the runs' degrees of freedom beside that of the patients.
*Several splits*: whatever is made for a split is common to its patients, so the splits' gains are
tested by Student's t too. With one run chance in the training is in no test.

By simulation (benchmarks/false_alarms.py) the level of 5 % holds with exchangeable patients. It does not
with few patients, many slices and a rare loss: a cohort in which no patient has the loss looks like a gain in
everyone, and no test can know better.

Reference: P. Hall, J. R. Stat. Soc. B 54, 1992, 221–228 (cubic transformation); T. Tango, Stat. Med. 17,
1998, 891–908 (score interval of paired rates); G. Y. Zou, A. Donner, Stat. Med. 27, 2008, 1693–1702
(joining limits); A. C. Cameron, D. L. Miller, J. Hum. Resour. 50, 2015, 317–372 (few clusters). Joining the
tests is ours.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import brentq

from kgan.stats import sign_flip
from kgan.stats.clustered import Interval, sums_by_patient

#: From alpha to a lower and an upper limit.
Limits = Callable[[float], tuple[float, float]]
#: Patients from which their skewness is taken into account.
SKEWNESS_FROM = 15
_STEPS = 60
_TINY = 1e-12
#: Logarithm of the smallest p-value that is reported.
_LEAST = -36.0


@dataclass(frozen=True)
class PairedTest:
    """The second classifier less the first, in one metric, with patients as units.

    Args:
        gain: difference, in [-1, 1]; ``None`` without an image of the metric.
        interval: of the gain, which holds 0 exactly where ``p`` is alpha or more; without limits where no
            p-value of so many patients is below alpha.
        p: two-sided p-value; 1 where nothing differs.
        note: why there is no test, in words; empty otherwise.
    """

    gain: float | None
    interval: Interval
    p: float
    note: str = ""


@dataclass(frozen=True)
class Chance:
    """How far the mean of a few runs, or of a few splits, is off by chance.

    Args:
        error: standard error.
        freedom: its degrees of freedom.
    """

    error: float
    freedom: float

    @classmethod
    def of_runs(cls, first: Sequence[float], second: Sequence[float]) -> "Chance | None":
        """Return that of a gain from each setup's rates, run by run; ``None`` where either has one run.

        Runs are not paired by their seeds: what two setups learn from a seed has little in common, and there
        are twice as many degrees of freedom so.
        """
        if min(len(first), len(second)) < 2:
            return None
        variances = [float(np.var(rates, ddof=1)) / len(rates) for rates in (first, second)]
        return cls(math.sqrt(sum(variances)), len(first) + len(second) - 2)

    @classmethod
    def of_splits(cls, gains: Sequence[float], images: Sequence[int]) -> "Chance | None":
        """Return that of a mean gain from each split's, weighted by images; ``None`` of one split."""
        number = len(gains)
        if number < 2:
            return None
        weights = np.asarray(images, np.float64) / sum(images)
        spread = weights * (np.asarray(gains) - weights @ gains)
        return cls(math.sqrt(number / (number - 1) * float(np.square(spread).sum())), number - 1)

    def margin(self, alpha: float) -> float:
        """Return half the width of the interval."""
        return float(-special.stdtrit(self.freedom, alpha / 2)) * self.error


def paired_test(
    difference: np.ndarray,
    patients: np.ndarray,
    *,
    seed: int = 0,
    alpha: float = 0.05,
    runs: Chance | None = None,
    splits: Chance | None = None,
) -> PairedTest:
    """Compare two classifiers on the same images.

    Args:
        difference: (n,) float64, 1 where the second alone judged an image rightly and -1 where the first
            alone did; of several runs the mean.
        patients: (n,) str, whose image each is.
        seed: of the flips.
        alpha: threshold of significance, in (0, 1), for the interval.
        runs: chance from run to run; ``None`` where there is one.
        splits: chance from split to split; ``None`` where there is one.
    """
    if not len(difference):
        return PairedTest(None, Interval(None, None, 0), 1.0, "no image of this class")
    gains, counts = sums_by_patient(difference, patients)
    number, gain = len(counts), float(difference.mean())
    none = Interval(None, None, number)
    if number < 2:
        return PairedTest(gain, none, 1.0, "one patient: nothing to compare")
    if not gains.any():
        return PairedTest(gain, none, 1.0, "both judge as many images of each patient rightly")
    better, worse = np.maximum(difference, 0).sum(), np.maximum(-difference, 0).sum()
    lower, upper = sign_flip.typical_values(gains[None], counts[None], seed)
    ends = sign_flip.lower_limits(lower, alpha)[0], -sign_flip.lower_limits(-upper, alpha)[0]
    tests = [
        (sign_flip.p_value(lower[0], upper[0]), float(ends[0]), float(ends[1])),
        inverted(gain, joined(gain, hall(gains, counts), runs), alpha),
        slices_test(float(better), float(worse), len(difference), alpha),
    ]
    if splits is not None:
        tests.append(inverted(gain, student(gain, splits), alpha))
    p, low, high = widest(tests)
    if not math.isfinite(low):
        return PairedTest(gain, none, p)
    return PairedTest(gain, Interval(max(low, -1.0), min(high, 1.0), number), p)


def widest(tests: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return the largest p-value and the outermost limits of (p, low, high) of several tests."""
    ps, lows, highs = zip(*tests, strict=True)
    return max(ps), min(lows), max(highs)


def inverted(value: float, limits: Limits, alpha: float) -> tuple[float, float, float]:
    """Return p-value and limits of a test that is given by its limits at any alpha.

    Args:
        value: estimate, which the limits hold.
        limits: narrower for a larger alpha.
        alpha: in (0, 1).
    """

    def nearest(logarithm: float) -> float:
        """Return how far the limit that is nearest to 0 is from it, below 0 where 0 is between the limits."""
        low, high = limits(math.exp(logarithm))
        return low if value > 0 else -high

    low, high = limits(alpha)
    if not value or nearest(0.0) <= 0:
        return 1.0, low, high
    if nearest(_LEAST) > 0:
        return math.exp(_LEAST), low, high
    return math.exp(brentq(nearest, _LEAST, 0.0, xtol=1e-9)), low, high


def hall(gains: np.ndarray, counts: np.ndarray) -> Limits:
    """Return the limits of one cohort's mean gain an image, by Student's t after Hall's transformation.

    Args:
        gains: (patients,) float64.
        counts: (patients,) float64, images.
    """
    moments = _moments(gains[None], counts[None])

    def limits(alpha: float) -> tuple[float, float]:
        _, low, high = _hall_limits(*moments, len(gains), alpha)
        return float(low[0]), float(high[0])

    return limits


def hall_limits(
    gains: np.ndarray, counts: np.ndarray, alpha: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each cohort's mean gain an image and its limits, (cohorts,) each.

    Args:
        gains: (cohorts, patients) float64.
        counts: (cohorts, patients) float64, images.
        alpha: in (0, 1).
    """
    return _hall_limits(*_moments(gains, counts), gains.shape[1], alpha)


def _moments(gains: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each cohort's mean gain an image, its standard deviation and its skewness, (cohorts,) each."""
    number, images = gains.shape[1], counts.sum(axis=1)
    value = gains.sum(axis=1) / images
    off = (gains - counts * value[:, None]) * number / images[:, None]
    spread = np.sqrt(np.square(off).sum(axis=1) / (number - 1))
    cubes = (off**3).mean(axis=1)
    known = (spread > _TINY) & (number >= SKEWNESS_FROM)
    return value, spread, np.divide(cubes, spread**3, out=np.zeros_like(cubes), where=known)


def _hall_limits(
    value: np.ndarray, spread: np.ndarray, skewness: np.ndarray, number: int, alpha: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    reach = float(-special.stdtrit(number - 1, alpha / 2)) / math.sqrt(number)
    low, high = (value - spread * _untransformed(end, skewness, number) for end in (reach, -reach))
    return value, np.minimum(low, value), np.maximum(high, value)


def _untransformed(reach: float, skewness: np.ndarray, number: int) -> np.ndarray:
    """Return the deviation, in standard deviations, that Hall's transformation turns into ``reach``.

    With a = skewness / 3 it is T + a T² + a² T³ / 3 + skewness / (6 n), a cube plus a constant.
    """
    wanted, bend = reach - skewness / (6 * number), skewness / 3
    flat = np.abs(bend) < 1e-6
    safe = np.where(flat, 1.0, bend)
    return np.where(flat, wanted, (np.cbrt(1 + 3 * safe * wanted) - 1) / safe)


def student(value: float, chance: Chance) -> Limits:
    """Return Student's limits."""
    return lambda alpha: (value - chance.margin(alpha), value + chance.margin(alpha))


def joined(value: float, limits: Limits, chance: Chance | None) -> Limits:
    """Return limits with another, independent source of chance added."""
    if chance is None:
        return limits

    def wider(alpha: float) -> tuple[float, float]:
        low, high = limits(alpha)
        margin = chance.margin(alpha)
        return value - math.hypot(value - low, margin), value + math.hypot(high - value, margin)

    return wider


def slices_test(better: float, worse: float, images: int, alpha: float) -> tuple[float, float, float]:
    """Return p-value and limits of a difference of paired rates, each image an independent witness.

    Args:
        better: images that the second alone judged rightly, or their mean over several runs.
        worse: images that the first alone judged rightly.
        images: all of them, 1 or more.
        alpha: in (0, 1).
    """
    reach = float(-special.ndtri(alpha / 2))
    value = (better - worse) / images
    p = float(2 * special.ndtr(-abs(_score(0.0, better, worse, images))))
    low = _crossing(-1.0, value, lambda rate: _score(rate, better, worse, images) > reach)
    high = _crossing(1.0, value, lambda rate: _score(rate, better, worse, images) < -reach)
    return p, low, high


def _score(rate: float, better: float, worse: float, images: int) -> float:
    """Return Tango's score of a hypothesised difference, which falls as that grows."""
    leading, middle = 2 * images, -better - worse + (2 * images - better + worse) * rate
    last = -worse * rate * (1 - rate)
    share = (math.sqrt(max(middle**2 - 4 * leading * last, 0.0)) - middle) / (2 * leading)
    variance = images * (2 * share + rate * (1 - rate))
    above = better - worse - images * rate
    if variance <= 0:
        return math.copysign(math.inf, above) if abs(above) > _TINY else 0.0
    return above / math.sqrt(variance)


def _crossing(end: float, value: float, rejected: Callable[[float], bool]) -> float:
    """Return the rate nearest to ``end`` that is not rejected; between ``end`` and ``value`` by bisection."""
    outer, inner = end, value
    if not rejected(outer):
        return outer
    for _ in range(_STEPS):
        middle = (outer + inner) / 2
        outer, inner = (middle, inner) if rejected(middle) else (outer, middle)
    return inner
