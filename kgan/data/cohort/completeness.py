"""Slices that lack a part of the brain, detected by shape: outside the range of the training patients."""

from dataclasses import dataclass

import cv2
import numpy as np

#: Columns of the measures. Convexity sees a bite on the midline, which leaves the brain symmetric.
MEASURES = ("brain area", "left-right symmetry", "convexity")

#: Values wanted behind each slice index's range; fewer are topped up from the nearest slices,
_LEAST = 20
#: but from no farther, because brains narrow towards their ends.
_REACH = 2
#: How brains differ, for cohorts too small to estimate it: their area by this share of the largest slice's,
_PRIOR_AREA = 0.10
#: symmetry and convexity by this, and by this share of what they usually lack to 1,
_PRIOR_SHAPE = (0.01, 0.3)
#: with the weight of so many patients.
_PRIOR_PATIENTS = 10
#: How much less a median says than a mean: its variance is pi / 2 times as large.
_MEDIAN_VARIANCE = np.pi / 2
#: The median absolute deviation of a normal distribution, as a share of its standard deviation.
_NORMAL = 0.6745


def measure(images: np.ndarray, plane: str) -> np.ndarray:
    """Measure the brain in each slice of one patient; of several channels, the least counts.

    Args:
        images: (n, height, width, channels) uint8, background 0, all of one patient.
        plane: sagittal slices have no left and right, so their symmetry is NaN.

    Returns:
        (n, 3) float64: the brain's share of the image; the overlap (Dice, 0 to 1) of the brain with its
        mirror image about the patient's own midline; the brain's share of its convex hull. The last two are
        NaN where there is no brain.
    """
    channels = range(images.shape[-1])
    inside = images > 0
    measures = np.full((len(images), len(MEASURES)), np.nan)
    measures[:, 0] = inside.mean(axis=(1, 2)).min(axis=1)
    if plane != "sagittal":
        measures[:, 1] = np.min([_symmetry(inside[..., channel]) for channel in channels], axis=0)
    measures[:, 2] = np.min([_convexity(inside[..., channel]) for channel in channels], axis=0)
    return measures


@dataclass(frozen=True)
class Completeness:
    """The robust range of each measure at each slice index.

    Args:
        indices: (m,) int64 slice indices, ascending.
        low: (m, 3) float64, smallest value that is still complete; NaN where nothing is known.
        high: (m, 3) float64, largest one.
    """

    indices: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def judge(self, index: int, measures: np.ndarray) -> str:
        """Return why a slice is incomplete, or ``""``.

        Args:
            index: slice index; where it is none of ``indices``, the nearest one's range is taken.
            measures: (3,) as `measure` gives them.
        """
        row = int(np.abs(self.indices - index).argmin())
        for column, name in enumerate(MEASURES):
            value, low, high = measures[column], self.low[row, column], self.high[row, column]
            if value < low or value > high:
                return f"{name} {value:.3f}, expected {max(low, 0):.3f} to {min(high, 1):.3f} at this slice"
        return ""


def fit(patients: np.ndarray, indices: np.ndarray, measures: np.ndarray, k: float) -> Completeness:
    """Find the range median ± k · spread of each measure at each slice index.

    The spread is the median absolute deviation, scaled to the standard deviation of a normal distribution.
    The fewer patients there are, the more it is drawn towards what brains in general have (10 % of the
    largest slice's area, for example), with the weight of ten patients, and widened for the median's own
    error: one or two patients exclude next to nothing. Where fewer than 20 slices contribute to an index,
    those of two indices on either side join. Slices without brain say nothing. No slice is too symmetric or
    too convex.

    Args:
        patients: (n,) whose slices they are: the training patients' and no others', because nothing about
            validation and test patients may influence what is excluded.
        indices: (n,) int slice indices.
        measures: (n, 3) as `measure` gives them.
        k: how many robust standard deviations are still normal.

    Returns:
        Completeness: for every index that occurs.
    """
    there = np.unique(np.asarray(indices, np.int64))
    low, high = np.full((2, len(there), len(MEASURES)), np.nan)
    for column in range(len(MEASURES)):
        seen = (measures[:, 0] > 0) & np.isfinite(measures[:, column])
        if not seen.any():
            continue
        rows = [_pooled(seen, indices, index, len(there)) for index in there]
        middles = np.array([np.median(measures[row, column]) for row in rows])
        for place, (row, middle) in enumerate(zip(rows, middles, strict=True)):
            spread = float(np.median(np.abs(measures[row, column] - middle))) / _NORMAL
            prior = (
                _PRIOR_SHAPE[0] + _PRIOR_SHAPE[1] * (1 - middle) if column else _PRIOR_AREA * middles.max()
            )
            reach = k * _widened(spread, prior, len(np.unique(patients[row])))
            low[place, column] = middle - reach
            high[place, column] = np.inf if column else middle + reach
    return Completeness(there, low, high)


def _widened(spread: float, prior: float, patients: int) -> float:
    """Return the spread to expect of one more patient."""
    weight = patients + _PRIOR_PATIENTS
    variance = (patients * spread**2 + _PRIOR_PATIENTS * prior**2) / weight
    return float(np.sqrt(variance * (1 + _MEDIAN_VARIANCE / patients)))


def _pooled(seen: np.ndarray, indices: np.ndarray, index: int, most: int) -> np.ndarray:
    """Return where the slices at an index are, with its neighbours' if there are few; never nowhere."""
    wanted = np.unique(indices)
    place = int(np.searchsorted(wanted, index))
    for reach in range(most + 1):
        near = wanted[max(place - reach, 0) : place + reach + 1]
        rows = np.flatnonzero(seen & np.isin(indices, near))
        if len(rows) >= _LEAST or (len(rows) and reach >= _REACH):
            return rows
    return np.flatnonzero(seen)


def _convexity(inside: np.ndarray) -> np.ndarray:
    """Return the share of their convex hulls that (n, height, width) bool slices fill; NaN if empty."""
    share = np.full(len(inside), np.nan)
    for row, image in enumerate(inside.astype(np.uint8)):
        points = cv2.findNonZero(image)
        if points is not None:
            # Scans lie in memory in any order; OpenCV draws on rows alone.
            hull = cv2.fillConvexPoly(np.zeros(image.shape, np.uint8), cv2.convexHull(points), 1)
            share[row] = image.sum() / hull.sum()
    return share


def _symmetry(inside: np.ndarray) -> np.ndarray:
    """Return the Dice overlap of (n, height, width) bool slices with their mirror images; NaN if empty."""
    columns = np.any(inside, axis=1)
    filled = np.any(columns, axis=1)
    overlap = np.full(len(inside), np.nan)
    if not filled.any():
        return overlap
    width = inside.shape[2]
    first = columns[filled].argmax(axis=1)
    last = width - 1 - columns[filled][:, ::-1].argmax(axis=1)
    # One midline for the whole patient: a slice that lacks a half must not be mirrored about the other half.
    twice_middle = int(round(float(np.median(first + last))))
    source = twice_middle - np.arange(width)
    mirrored = inside[:, :, np.clip(source, 0, width - 1)] & ((source >= 0) & (source < width))
    both = (inside & mirrored).sum(axis=(1, 2))[filled]
    total = inside.sum(axis=(1, 2))[filled] + mirrored.sum(axis=(1, 2))[filled]
    overlap[filled] = 2 * both / total
    return overlap
