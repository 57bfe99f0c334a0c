"""What difference a cohort can show: the power of the test that decides, at the threshold that decides.

Cohorts are simulated from this one's own patients: their gains about the mean are drawn with replacement
and scaled by an inverse chi-squared variable, as their spread is known from so many patients only. Every
cohort is tested as `kgan.stats.paired` tests it, at alpha over the number of planned comparisons, the
threshold of Holm's first step. A shift of all patients by the same rate shifts the lower limit by as much,
so a difference is found where it exceeds the limit's distance from zero, and the 80 % quantile of these is
the answer.

By simulation (benchmarks/false_alarms.py) of 6 to 44 patients and one to nine comparisons, a difference of
the stated size is found in 75 to 87 % of cohorts where patients differ symmetrically, in 58 to 87 % where
few lose much, in 65 to 80 % where few differ at all, and in 84 to 93 % with several runs.

Reference: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 25 (power from a
bootstrap). The scaling is ours.
"""

import math

import numpy as np
from scipy import special
from scipy.optimize import brentq

from kgan.random.streams import rng
from kgan.stats import sign_flip
from kgan.stats.clustered import sums_by_patient
from kgan.stats.paired import Chance, hall_limits

POWER = 0.8
COHORTS = 500
#: Numbers that a chunk of flipped cohorts holds.
_CHUNK_NUMBERS = 1_000_000


def can_be_significant(patients: int, comparisons: int, alpha: float) -> bool:
    """Return whether any difference of so many patients can be significant after Holm–Bonferroni."""
    return comparisons * sign_flip.smallest_p_value(patients) < alpha


def never_significant(patients: int, comparisons: int) -> str:
    """Say that none can."""
    many = f"{comparisons} comparison{'s' if comparisons != 1 else ''}"
    return f"no difference can be detected with {patients} patient{'s' if patients != 1 else ''} and {many}"


def detectable_difference(
    difference: np.ndarray,
    patients: np.ndarray,
    alpha: float,
    *,
    seed: int = 0,
    runs: Chance | None = None,
    splits: Chance | None = None,
) -> float | None:
    """Return the true difference of rates that is found with `POWER`; ``None`` where it would exceed 1.

    Args:
        difference: (n,) float64, for each image how much more often the second is right, in [-1, 1].
        patients: (n,) str, whose image each is; two patients or more.
        alpha: threshold of a single comparison, in (0, 1).
        seed: of the simulation.
        runs: chance from run to run, as `kgan.stats.paired.paired_test` takes it.
        splits: chance from split to split.
    """
    gains, counts = sums_by_patient(difference, patients)
    number = len(counts)
    off = gains - counts * difference.mean()
    draws = rng(seed, "power", number)
    flipped = min(sign_flip.SIGN_FLIPS, max(1000, math.ceil(10 / alpha)))
    size = max(1, _CHUNK_NUMBERS // (2 ** (number - 1) if number <= sign_flip.ENUMERATED else flipped))
    limits = []
    for start in range(0, COHORTS, size):
        shape = (min(size, COHORTS - start), number)
        drawn = draws.integers(0, number, shape)
        wider = np.sqrt(number / draws.chisquare(number - 1, (shape[0], 1)))
        gains, images = wider * off[drawn], counts[drawn]
        by_flips = sign_flip.lower_limits(sign_flip.typical_values(gains, images, seed, flipped)[0], alpha)
        limits.append(_limits(by_flips, gains, images, alpha, runs, draws))
    lows = np.concatenate(limits)
    if splits is not None:
        lows = np.minimum(lows, _student(splits, alpha, draws))
    stated = max(_quantile(-lows), _by_slices(difference, alpha))
    return stated if stated <= 1 else None


def _by_slices(difference: np.ndarray, alpha: float) -> float:
    """Return what the test of slices as independent witnesses finds with `POWER`, by its normal form.

    It decides where patients differ less than their slices do.
    """
    reach = float(special.ndtri(1 - alpha / 2) + special.ndtri(POWER))
    return reach * math.sqrt(float(np.abs(difference).sum())) / len(difference)


def detectable_area(
    areas: tuple[float, float],
    patients: Chance,
    alpha: float,
    *,
    seed: int = 0,
    runs: Chance | None = None,
    splits: Chance | None = None,
) -> float | None:
    """Return the gain in AUROC that is found with `POWER`; ``None`` where a perfect area is not or is there.

    The closer an area is to 1, the less it varies: variances are taken to follow area times one less area.

    Args:
        areas: of the first and of the second classifier, in [0, 1].
        patients: standard error of their difference from patient to patient.
        alpha: threshold of a single comparison, in (0, 1).
        seed: of the simulation.
        runs: chance from run to run.
        splits: chance from split to split.
    """
    draws = rng(seed, "power/t")
    values, margins = _drawn(patients, alpha, COHORTS, draws)
    if runs is not None:
        more, margin = _drawn(runs, alpha, COHORTS, draws)
        values, margins = values + more, np.hypot(margins, margin)
    lows = values - margins
    if splits is not None:
        lows = np.minimum(lows, _student(splits, alpha, draws))
    size = _quantile(-lows)
    first, before = areas[0], sum(area * (1 - area) for area in areas)
    if not before or first >= 1:
        return None

    def missing(gain: float) -> float:
        after = first * (1 - first) + (first + gain) * (1 - first - gain)
        return gain - size * math.sqrt(after / before)

    return None if missing(1 - first) < 0 else float(brentq(missing, 0.0, 1 - first))


def _limits(
    by_flips: np.ndarray,
    gains: np.ndarray,
    counts: np.ndarray,
    alpha: float,
    runs: Chance | None,
    draws: np.random.Generator,
) -> np.ndarray:
    """Return the lower limit of each cohort whose true difference is 0."""
    value, low, _ = hall_limits(gains, counts, alpha)
    if runs is None:
        return np.minimum(by_flips, low)
    shifts, margins = _drawn(runs, alpha, len(gains), draws)
    return shifts + np.minimum(by_flips, value - np.hypot(value - low, margins))


def _student(chance: Chance, alpha: float, draws: np.random.Generator) -> np.ndarray:
    values, margins = _drawn(chance, alpha, COHORTS, draws)
    return values - margins


def _drawn(
    chance: Chance, alpha: float, size: int, draws: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw deviations of a mean from 0 and the margins that its estimated standard error gives."""
    # A variance of few degrees of freedom is estimated too low more often than not: its median is set right.
    error = chance.error * math.sqrt(chance.freedom / special.chdtri(chance.freedom, 0.5))
    reach = float(-special.stdtrit(chance.freedom, alpha / 2))
    spread = np.sqrt(draws.chisquare(chance.freedom, size) / chance.freedom)
    return error * draws.standard_normal(size), reach * error * spread


def _quantile(sizes: np.ndarray) -> float:
    return float(np.sort(sizes)[int(np.ceil(POWER * len(sizes))) - 1])
