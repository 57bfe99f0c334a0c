"""Intervals and paired tests that count patients, not slices.

Slices of one patient resemble each other: a classifier that fails on one of them tends to fail on its
neighbours. McNemar's test and Wilson's interval take each slice for a new witness, so they call differences
significant that another sample of patients would not show. Here the patient is the unit throughout:

* *Intervals of rates* are Wilson's, for as many independent answers as the slices are worth: how much the
  patients differ tells that (Korn and Graubard), with two twentieths of a patient added, one wholly right and
  one wholly wrong, since a cohort in which all goes well has not shown its worst patient yet. Resampling
  patients would give no interval at all there, and covers 78 to 90 % of the time where nearly all is right.
* *Intervals of differences and of AUROC* come from resampling patients with replacement, all slices of one
  together. With few patients the percentiles of such a bootstrap lie too close together; they are moved
  outwards by as much as Student's t is wider than the normal distribution (Hesterberg's expanded percentile
  interval).
* *Paired tests* flip, patient by patient, which of the two classifiers is which (the wild cluster bootstrap
  with Rademacher weights and the null hypothesis imposed). All 2^n ways are tried where there are few
  patients, so the test is exact where the classifiers are exchangeable within a patient.

Which tests and intervals to take is ours; the papers have neither.

Reference: A. C. Cameron, J. B. Gelbach, D. L. Miller, Rev. Econ. Stat. 90, 2008, 414–427 (wild cluster
bootstrap); E. L. Korn, B. I. Graubard, Survey Methodology 24, 1998, 193–201 (effective sample size);
T. C. Hesterberg, Am. Stat. 69, 2015, 371–386, section 3.1 (expanded percentile interval).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from kgan.data.randomness import rng
from kgan.evaluation.predictions import Predictions
from kgan.evaluation.rates import CONFIDENCE

#: Patients up to which every flip is tried: 2^14 of them.
ENUMERATED = 14
RESAMPLES = 10_000
AUROC_RESAMPLES = 2_000
POWER = 0.8

#: Weight of the added patients; by simulation, 0.03 to 0.1 keep the level and are about as narrow.
_ADDED = 0.05
_FLIPS = 500
#: Numbers that a chunk of resamples holds.
_CHUNK_NUMBERS = 1_000_000


@dataclass(frozen=True)
class Interval:
    """Limits of a figure, from resampled patients.

    Args:
        low: lower limit; ``None`` where fewer than two patients bear on the figure.
        high: upper limit.
        patients: how many bear on it.
    """

    low: float | None
    high: float | None
    patients: int


@dataclass(frozen=True)
class PairedTest:
    """The second classifier less the first, in one metric, with patients as units.

    Args:
        gain: difference of the rates, in [-1, 1]; ``None`` without an image of the metric.
        interval: of the gain.
        p: two-sided p-value; 1 where no patient tells the two apart.
        detectable: smallest true difference that a test at this threshold finds with 80 % power in this many
            patients that differ as these do; ``None`` with fewer than two patients.
        note: why there is no test, in words; empty otherwise.
    """

    gain: float | None
    interval: Interval
    p: float
    detectable: float | None
    note: str = ""


def rate_interval(right: np.ndarray, patients: np.ndarray, *, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of a share of right answers.

    Args:
        right: (n,) bool; or float64, how often in several trainings, in [0, 1].
        patients: (n,) str, whose image each is.
        confidence: in (0, 1).
    """
    sums, counts = _by_patient(right.astype(np.float64), patients)
    number = len(counts)
    if number < 2:
        return Interval(None, None, number)
    answers = min(_effective(sums, counts), float(len(right)))
    tail = 2 * stats.norm.sf(stats.t.ppf((1 + confidence) / 2, number - 1))
    low, high = proportion_confint(right.mean() * answers, answers, alpha=tail, method="wilson")
    return Interval(round(float(low), 12), round(float(high), 12), number)


def auroc_interval(
    tables: Sequence[Predictions], *, seed: int = 0, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of the area under the ROC curve, or of its mean over several classifiers.

    Args:
        tables: predictions of one classifier, or of its repeats.
        seed: of the resampling.
        confidence: in (0, 1).
    """
    patients = len({patient for table in tables for patient in table.patients.tolist()})
    # Trainings on the same patients are resampled alike, other patients by draws of their own.
    whose = [frozenset(table.patients.tolist()) for table in tables]
    drawn = {patients: number for number, patients in enumerate(dict.fromkeys(whose))}
    found = [_aurocs(table, seed + 7919 * drawn[of]) for table, of in zip(tables, whose, strict=True)]
    if any(one is None for one in found):
        return Interval(None, None, patients)
    means = np.mean([one for one in found if one is not None], axis=0)
    return _percentiles(means[np.isfinite(means)], patients, confidence)


def _aurocs(table: Predictions, seed: int) -> np.ndarray | None:
    """Return the AUROC of each resample, NaN where a class is absent from it; ``None`` where none can be."""
    order = np.argsort(table.scores, kind="stable")
    names, owner = np.unique(table.patients[order], return_inverse=True)
    positive = table.truth[order] == 1
    ends = np.searchsorted(table.scores[order], table.scores[order], side="right")
    starts = np.searchsorted(table.scores[order], table.scores[order], side="left")
    if len(names) < 2 or not positive.any() or positive.all():
        return None
    values: list[np.ndarray] = []
    for weights in _weights(len(names), seed, AUROC_RESAMPLES, len(order)):
        each = weights[:, owner]
        below = np.concatenate([np.zeros((len(each), 1)), np.cumsum(each * ~positive, axis=1)], axis=1)
        beaten = (below[:, starts] + below[:, ends]) / 2
        pairs = (each * positive).sum(1) * (each * ~positive).sum(1)
        values.append((each * positive * beaten).sum(1) / np.where(pairs > 0, pairs, np.nan))
    return np.concatenate(values)


def paired_test(
    first: np.ndarray,
    second: np.ndarray,
    patients: np.ndarray,
    *,
    seed: int = 0,
    alpha: float = 0.05,
    trainings: Sequence[float] = (),
) -> PairedTest:
    """Compare two classifiers on the same images.

    With several trainings of each, chance in the training counts too: the spread of the trainings' gains is
    added to that of the patients (Welch and Satterthwaite's degrees of freedom), and the larger of the two
    p-values stands. With one training the result is of these two classifiers as they came out.

    Args:
        first: (n,) bool, whether the first classifier judged each image rightly; or float64, how often in
            several trainings, in [0, 1].
        second: the same of the second.
        patients: (n,) str, whose image each is.
        seed: of the resampling.
        alpha: threshold of significance, in (0, 1), for `PairedTest.detectable` and the interval.
        trainings: the gain of each training, in [-1, 1]; none, or one, where there is one.
    """
    if not len(first):
        return PairedTest(None, Interval(None, None, 0), 1.0, None, "no image of this class")
    gains, counts = _by_patient(second.astype(np.float64) - first.astype(np.float64), patients)
    number = len(counts)
    gain = float(gains.sum() / counts.sum())
    if number < 2:
        return PairedTest(gain, Interval(None, None, number), 1.0, None, "one patient: nothing to compare")
    if not gains.any() and len(set(trainings)) < 2:
        note = "both judge as many images of each patient rightly"
        return PairedTest(gain, Interval(None, None, number), 1.0, None, note)
    interval = _percentiles(_ratios(gains, counts, seed), number, 1 - alpha)
    error = _Error.of(gains, counts, trainings)
    p = flip_test(gains, seed)
    if len(trainings) > 1:
        p = max(p, error.p(gain))
        interval = error.widened(interval, gain, alpha)
    return PairedTest(gain, interval, p, error.detectable(alpha))


@dataclass(frozen=True)
class _Error:
    """How far a gain is off by chance.

    Args:
        patients: standard error from patient to patient.
        trainings: standard error from training to training; 0 where there is one.
        freedom: degrees of freedom of the two together.
    """

    patients: float
    trainings: float
    freedom: float

    @classmethod
    def of(cls, gains: np.ndarray, counts: np.ndarray, trainings: Sequence[float]) -> "_Error":
        number, times = len(counts), len(trainings)
        spread = gains - counts * gains.sum() / counts.sum()
        among = float(np.sqrt(number / (number - 1) * np.square(spread).sum()) / counts.sum())
        between = float(np.std(trainings, ddof=1) / np.sqrt(times)) if times > 1 else 0.0
        if not between:
            return cls(among, 0.0, number - 1)
        whole = (among**2 + between**2) ** 2
        return cls(among, between, whole / (among**4 / (number - 1) + between**4 / (times - 1)))

    @property
    def whole(self) -> float:
        """The standard error."""
        return float(np.hypot(self.patients, self.trainings))

    def p(self, gain: float) -> float:
        """Return the two-sided p-value of a gain."""
        return float(2 * stats.t.sf(abs(gain) / self.whole, self.freedom)) if self.whole else 1.0

    def widened(self, interval: Interval, gain: float, alpha: float) -> Interval:
        """Add the spread of the trainings to an interval of the patients'."""
        if interval.low is None or interval.high is None:
            return interval
        more = stats.t.ppf(1 - alpha / 2, self.freedom) * self.trainings
        low, high = (float(np.hypot(gain - end, more)) for end in (interval.low, interval.high))
        return Interval(gain - low, gain + high, interval.patients)

    def detectable(self, alpha: float) -> float:
        """Return the smallest difference that is found with `POWER`."""
        factor = stats.t.ppf(1 - alpha / 2, self.freedom) + stats.t.ppf(POWER, self.freedom)
        return float(factor * self.whole)


def flip_test(gains: np.ndarray, seed: int = 0) -> float:
    """Return the share of flips whose sum is at least as far from zero as the one observed.

    Args:
        gains: (patients,) images that the second classifier judged rightly less those of the first.
        seed: of the flips, where there are too many to try all.
    """
    gains = gains[gains != 0]
    observed = abs(gains.sum()) - 1e-9
    number = len(gains)
    if number <= ENUMERATED:
        return float((np.abs(_all_signs(number) @ gains) >= observed).mean())
    draws = rng(seed, "flips", number)
    beyond = 0
    for start in range(0, RESAMPLES, _FLIPS):
        signs = 2.0 * draws.integers(0, 2, (min(_FLIPS, RESAMPLES - start), number)) - 1
        beyond += int((np.abs(signs @ gains) >= observed).sum())
    return (1 + beyond) / (1 + RESAMPLES)


@lru_cache(maxsize=2)
def _all_signs(number: int) -> np.ndarray:
    bits = (np.arange(2**number)[:, None] >> np.arange(number)) & 1
    return 2.0 * bits - 1


def _by_patient(values: np.ndarray, patients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each patient's sum of values and number of images."""
    _, owner = np.unique(patients, return_inverse=True)
    return np.bincount(owner, values), np.bincount(owner).astype(np.float64)


def _effective(sums: np.ndarray, counts: np.ndarray) -> float:
    """Return how many independent answers the slices are worth."""
    weights = np.append(np.ones(len(counts)), [_ADDED, _ADDED])
    size = counts.mean()
    sums, counts = np.append(sums, [size, 0.0]), np.append(counts, [size, size])
    share = (weights @ sums) / (weights @ counts)
    units = weights.sum()
    spread = weights @ np.square(sums - counts * share)
    variance = units / (units - 1) * spread / (weights @ counts) ** 2
    return float(share * (1 - share) / variance)


def _weights(patients: int, seed: int, resamples: int, width: int) -> Iterator[np.ndarray]:
    """Yield how often each patient is drawn, (k, patients), for rows of ``width`` numbers a few at a time."""
    draws = rng(seed, "patients", patients)
    share = np.full(patients, 1 / patients)
    length = max(1, _CHUNK_NUMBERS // width)
    for start in range(0, resamples, length):
        drawn = draws.multinomial(patients, share, size=min(length, resamples - start))
        yield drawn.astype(np.float64)


def _ratios(sums: np.ndarray, counts: np.ndarray, seed: int) -> np.ndarray:
    drawn = _weights(len(counts), seed, RESAMPLES, len(counts))
    return np.concatenate([(weights @ sums) / (weights @ counts) for weights in drawn])


def _percentiles(values: np.ndarray, patients: int, confidence: float) -> Interval:
    widened = np.sqrt(patients / (patients - 1)) * stats.t.ppf((1 + confidence) / 2, patients - 1)
    tail = float(stats.norm.sf(widened))
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high), patients)
