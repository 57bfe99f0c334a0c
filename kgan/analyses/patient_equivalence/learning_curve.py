"""Learning curves over numbers of patients: made monotone, and read backwards.

A curve through measured points is made monotone (isotonic regression): more patients do not harm a
classifier, so a fall along the curve is chance. Between the points it is linear in the logarithm of the
number of patients: doubling a small cohort gains about as much as doubling a large one, and the numbers
usually grow by factors. Nothing is extrapolated.

Reference: T. Robertson, F. T. Wright, R. L. Dykstra, Order Restricted Statistical Inference, 1988,
section 1.4 (max-min formula).
"""

from collections.abc import Sequence

import numpy as np

#: Heights that differ by less are one; sums in another order differ in the last bits.
_DIGITS = 10


def monotone(values: np.ndarray) -> np.ndarray:
    """Return the non-decreasing curves nearest to given ones by least squares.

    Args:
        values: (n, k) float64, one curve a row.

    Returns:
        ndarray: (n, k) float64.
    """
    length = values.shape[1]
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    best = np.full(values.shape, -np.inf)
    for first in range(length):
        means = (sums[:, first + 1 :] - sums[:, first : first + 1]) / np.arange(1, length - first + 1)
        least = np.minimum.accumulate(means[:, ::-1], axis=1)[:, ::-1]
        best[:, first:] = np.maximum(best[:, first:], least)
    return np.asarray(np.round(np.maximum.accumulate(best, axis=1), _DIGITS))


def changes(without: np.ndarray, with_pool: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Return how many patients more on one curve do as well as those of another.

    Args:
        without: (n, k) float64, monotone curves.
        with_pool: (n, k) float64, the others.
        sizes: (k,) numbers of patients, ascending.

    Returns:
        ndarray: (n, k) float64, infinite beyond the curves' ends; 0 where that fits.
    """
    columns = []
    for place, size in enumerate(sizes):
        least, most = reached(without, with_pool[:, place], sizes)
        columns.append(np.clip(size, least, most) - size)
    return np.stack(columns, axis=1)


def reached(curves: np.ndarray, targets: np.ndarray, sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewest and the most patients at which curves are of some height.

    Args:
        curves: (n, k) float64, monotone.
        targets: (n,) float64, heights.
        sizes: (k,) numbers of patients, ascending.

    Returns:
        tuple: two (n,) float64; minus infinity below a curve's beginning, infinity above its end.
    """
    least = _crossing(curves, targets, sizes, (curves < targets[:, None]).sum(axis=1))
    most = _crossing(curves, targets, sizes, (curves <= targets[:, None]).sum(axis=1))
    least[targets == curves[:, 0]] = sizes[0]
    most[targets == curves[:, -1]] = sizes[-1]
    return least, most


def _crossing(curves: np.ndarray, targets: np.ndarray, sizes: Sequence[int], after: np.ndarray) -> np.ndarray:
    """Return where curves pass the targets just before their point ``after``, linear in log patients."""
    rows, logs = np.arange(len(curves)), np.log(sizes)
    right = np.clip(after, 1, len(sizes) - 1)
    low, high = curves[rows, right - 1], curves[rows, right]
    inside = (after > 0) & (after < len(sizes))
    share = np.where(inside, (targets - low) / np.where(inside, high - low, 1.0), 0.0)
    patients = np.exp(logs[right - 1] + share * (logs[right] - logs[right - 1]))
    return np.where(after == 0, -np.inf, np.where(after == len(sizes), np.inf, patients))
