"""The sign-flip test of paired patients, and the interval that inverts it, both exact.

Each patient has a gain, the images that the second classifier judged rightly less those of the first. Where
the two are exchangeable within a patient, the sign of each gain is a fair coin (the wild cluster bootstrap
with Rademacher weights and the null hypothesis imposed). The p-value is the share of all flips whose sum is
as far from zero as the one observed; the smallest of n patients is 2^(1 - n).

A gain of ``g`` over ``c`` images is compared with a hypothesised gain ``r`` per image by flipping
``g - r c``. A flip of the patients S is as far from zero as no flip exactly if r lies between the mean gain
of S and that of the others (Hartigan's typical values), so the limits of r are order statistics of such means
and need no search.

Reference: A. C. Cameron, J. B. Gelbach, D. L. Miller, Rev. Econ. Stat. 90, 2008, 414–427; J. A. Hartigan,
J. Am. Stat. Assoc. 64, 1969, 1303–1317.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from kgan.random.streams import rng

#: Patients up to which every flip is tried: half of 2^14 of them, as a flip and its mirror are one.
ENUMERATED = 14
#: Flips that are drawn where there are more patients.
SIGN_FLIPS = 10_000
#: Numbers that a chunk of flips holds.
_CHUNK_NUMBERS = 1_000_000
_TOLERANCE = 1e-12


def smallest_p_value(patients: int) -> float:
    """Return the smallest p-value that the test of so many patients can give."""
    return min(1.0, 2.0 ** (1 - patients)) if patients <= ENUMERATED else 1 / (1 + SIGN_FLIPS)


def typical_values(
    gains: np.ndarray, counts: np.ndarray, seed: int, flips: int = SIGN_FLIPS
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each flip the rates between which it is as far from zero as no flip.

    Args:
        gains: (cohorts, patients) float64.
        counts: (cohorts, patients) float64, images.
        seed: of the flips, where there are too many to try all.
        flips: how many are drawn then.

    Returns:
        two (cohorts, flips) float64 arrays: the lower and the upper rate. The flip of no patient is left out:
        it is as far from zero at any rate.
    """
    whole, images = gains.sum(axis=1, keepdims=True), counts.sum(axis=1, keepdims=True)
    lower, upper = [], []
    for flipped in _subsets(gains.shape[1], seed, flips):
        part, of = gains @ flipped, counts @ flipped
        with np.errstate(invalid="ignore", divide="ignore"):
            here, there = part / of, (whole - part) / (images - of)
        # A drawn flip of no patient, or of all, has no mean: it is as far from zero at any rate.
        every = (of == 0) | (of == images)
        lower.append(np.where(every, -np.inf, np.minimum(here, there)))
        upper.append(np.where(every, np.inf, np.maximum(here, there)))
    return np.concatenate(lower, axis=1), np.concatenate(upper, axis=1)


def p_value(lower: np.ndarray, upper: np.ndarray, rate: float = 0.0) -> float:
    """Return the p-value of a rate from one cohort's typical values, (flips,) each."""
    as_far = (lower <= rate + _TOLERANCE) & (upper >= rate - _TOLERANCE)
    return float((1 + as_far.sum()) / (1 + len(lower)))


def lower_limits(lower: np.ndarray, alpha: float) -> np.ndarray:
    """Return the lowest rate that is not rejected at ``alpha``, (cohorts,); -inf where none is.

    Args:
        lower: (cohorts, flips) float64, as `typical_values` gives it; its negated upper values give the upper
            limits.
        alpha: in (0, 1).
    """
    rank = int(np.ceil(alpha * (1 + lower.shape[1]) - 1e-9))
    if rank < 2:
        return np.full(len(lower), -np.inf)
    return np.partition(lower, rank - 2, axis=1)[:, rank - 2]


def _subsets(patients: int, seed: int, flips: int) -> Iterator[np.ndarray]:
    """Yield which patients are flipped, (patients, some) float64 of 0 and 1."""
    length = max(1, _CHUNK_NUMBERS // max(patients, 1))
    if patients <= ENUMERATED or flips <= length:
        yield _few(patients, seed, flips)
        return
    draws = rng(seed, "flips", patients)
    for start in range(0, flips, length):
        yield draws.integers(0, 2, (min(length, flips - start), patients)).T.astype(np.float64)


@lru_cache(maxsize=4)
def _few(patients: int, seed: int, flips: int) -> np.ndarray:
    if patients <= ENUMERATED:
        numbers = np.arange(1, max(1, 2 ** (patients - 1)))
        flipped = (numbers >> np.arange(patients)[:, None]) & 1
    else:
        flipped = rng(seed, "flips", patients).integers(0, 2, (flips, patients)).T
    made = np.ascontiguousarray(flipped, np.float64)
    made.setflags(write=False)
    return made
