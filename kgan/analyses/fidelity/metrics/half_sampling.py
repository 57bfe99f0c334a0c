"""Intervals of a measure of two sets of images, with the patients of the real one as units.

Drawing with replacement gives an image a copy of itself for a nearest neighbour, and a covariance fewer
images than it seems to have. So the resampling draws halves: half of the patients with all their images, and
half of the synthetic images, each at most once. That is a bootstrap whose weights are 0 and 2, and its spread
is the standard error of the whole, as with drawing with replacement. What halves are off the whole (a measure
may depend on how many images there are) does not enter: the interval is the value, plus and minus Student's t
for so many patients times the spread.

Reference: J. Præstgaard, J. A. Wellner, Exchangeably weighted bootstraps of the general empirical process,
Ann. Probab. 21, 1993, 2053–2086 (the delete-h jackknife among them); J. Shao, C. F. J. Wu, A general theory
for jackknife variance estimation, Ann. Stat. 17, 1989, 1176–1197.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from kgan.features.feature_set import FeatureSet
from kgan.progress import Progress, Silent
from kgan.random.streams import rng
from kgan.stats.proportions import CONFIDENCE

#: Pairs of halves that a spread is taken of.
DRAWS = 100

#: From real and synthetic images to values by name; NaN for one that is undefined.
Statistic = Callable[[FeatureSet, FeatureSet], Mapping[str, float]]

_SILENT = Silent()


@dataclass(frozen=True)
class Spread:
    """How a statistic varies with the patients and the synthetic images.

    Args:
        error: standard error of the statistic of the whole; ``None`` if it cannot be estimated.
        margin: half the width of its interval; ``None`` as well.
    """

    error: float | None
    margin: float | None


def spread(
    statistic: Statistic,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    draws: int = DRAWS,
    least: int = 2,
    seed: int = 0,
    progress: Progress = _SILENT,
) -> dict[str, Spread]:
    """Return the spread of each of a statistic's values.

    Args:
        statistic: of two sets.
        real: images of patients.
        synthetic: images to compare.
        draws: pairs of halves.
        least: images that each half must have; draws with fewer do not count.
        seed: of the draws.
        progress: advanced by each draw; begun by the caller.
    """
    sides = real, synthetic
    units = [side.groups for side in sides]
    results: list[Mapping[str, float]] = []
    for draw in range(draws):
        generator = rng(seed, "halving/spread", draw)
        halves = [
            side[np.flatnonzero(np.isin(side.owners, generator.permutation(count)[: count // 2]))]
            for side, count in zip(sides, units, strict=True)
        ]
        if min(len(half) for half in halves) >= least:
            results.append(statistic(*halves))
        progress.advance()
    if len(results) < max(2, draws // 2):
        return {}
    return {name: _spread([float(result[name]) for result in results], min(units)) for name in results[0]}


def _spread(values: list[float], patients: int) -> Spread:
    if patients < 2 or not np.isfinite(values).all():
        return Spread(None, None)
    error = float(np.std(values, ddof=1))
    return Spread(error, error * float(stats.t.ppf((1 + CONFIDENCE) / 2, patients - 1)))
