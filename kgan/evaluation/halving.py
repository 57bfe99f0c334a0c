"""Intervals and floors of a measure of two sets of images, with the patients of the real one as units.

Drawing with replacement gives an image a copy of itself for a nearest neighbour, and a covariance fewer
images than it seems to have. So the resampling draws halves: half of the patients with all their images, and
half of the synthetic images, each at most once. That is a bootstrap whose weights are 0 and 2, and its spread
is the standard error of the whole, as with drawing with replacement. What halves are off the whole (a measure
may depend on how many images there are) does not enter: the interval is the value, plus and minus Student's t
for so many patients times the spread.

The floor is the measure of one half of the real patients against the other half, the mean over several cuts.
No generator needs to be nearer than patients are to each other. Measures that depend on the number of images
are to be held against it at its own size: that is the mean over the halves, which is given too.

Reference: J. Præstgaard, J. A. Wellner, Exchangeably weighted bootstraps of the general empirical process,
Ann. Probab. 21, 1993, 2053–2086 (the delete-h jackknife among them); J. Shao, C. F. J. Wu, A general theory
for jackknife variance estimation, Ann. Stat. 17, 1989, 1176–1197.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from kgan.data.randomness import rng
from kgan.evaluation.rates import CONFIDENCE
from kgan.progress import Progress, Silent

#: Pairs of halves that a spread is taken of, and cuts of the real patients in two.
DRAWS, CUTS = 100, 10

#: From the features of real and of synthetic images to figures by name; NaN for one that has none.
Statistic = Callable[[np.ndarray, np.ndarray], Mapping[str, float]]

_SILENT = Silent()


@dataclass(frozen=True)
class Spread:
    """How a figure varies with the patients and the synthetic images.

    Args:
        error: standard error of the figure of the whole; ``None`` where it cannot be told.
        margin: half the width of its interval; ``None`` as well.
        halved: mean over the halves.
    """

    error: float | None
    margin: float | None
    halved: float | None


def spread(
    statistic: Statistic,
    real: np.ndarray,
    patients: np.ndarray,
    synthetic: np.ndarray,
    owners: np.ndarray | None = None,
    *,
    draws: int = DRAWS,
    least: int = 2,
    seed: int = 0,
    progress: Progress = _SILENT,
) -> dict[str, Spread]:
    """Return the spread of each of a statistic's figures.

    Args:
        statistic: of two sets.
        real: (m, d) float64.
        patients: (m,) str, whose each real image is.
        synthetic: (n, d) float64.
        owners: (n,) str, whose each of these is; ``None`` where each is its own.
        draws: pairs of halves.
        least: images that each half must have; draws with fewer do not count.
        seed: of the draws.
        progress: told how many draws are done; begun by the caller.
    """
    whose = [np.unique(patients, return_inverse=True)[1], np.arange(len(synthetic))]
    if owners is not None:
        whose[1] = np.unique(owners, return_inverse=True)[1]
    units = [len(np.unique(side)) for side in whose]
    found: list[Mapping[str, float]] = []
    for draw in range(draws):
        generator = rng(seed, "halving/spread", draw)
        halves = [
            np.flatnonzero(np.isin(side, generator.permutation(count)[: count // 2]))
            for side, count in zip(whose, units, strict=True)
        ]
        if min(len(half) for half in halves) >= least:
            found.append(statistic(real[halves[0]], synthetic[halves[1]]))
        progress.advance()
    if len(found) < max(2, draws // 2):
        return {}
    return {name: _spread([float(one[name]) for one in found], min(units)) for name in found[0]}


def floor(
    statistic: Statistic,
    real: np.ndarray,
    patients: np.ndarray,
    *,
    cuts: int = CUTS,
    least: int = 2,
    seed: int = 0,
    progress: Progress = _SILENT,
) -> dict[str, float]:
    """Return each of a statistic's figures of half of the real patients against the others.

    Args:
        statistic: of two sets.
        real: (m, d) float64.
        patients: (m,) str, whose each image is.
        cuts: how often the patients are cut in two.
        least: images that each half must have; cuts with fewer do not count.
        seed: of the cuts.
        progress: told how many cuts are done; begun by the caller.

    Returns:
        dict: figure -> mean over the cuts; empty where there are fewer than two patients, or too few images.
    """
    found: list[Mapping[str, float]] = []
    for cut in range(cuts):
        one, other = cut_in_two(patients, seed, cut)
        if min(len(one), len(other)) >= least:
            found.append(statistic(real[one], real[other]))
        progress.advance()
    if len(found) < max(1, cuts // 2):
        return {}
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


def cut_in_two(patients: np.ndarray, seed: int, cut: int) -> tuple[np.ndarray, np.ndarray]:
    """Share images between two halves of the patients: two arrays of int64 indices; empty of one patient.

    Args:
        patients: (m,) str, whose each image is.
        seed: of the choice.
        cut: which of several ways to cut.
    """
    names, owner = np.unique(patients, return_inverse=True)
    chosen = np.isin(owner, rng(seed, "halving/cut", cut).permutation(len(names))[: len(names) // 2])
    return np.flatnonzero(chosen), np.flatnonzero(~chosen)


def _spread(values: list[float], patients: int) -> Spread:
    if patients < 2 or not np.isfinite(values).all():
        return Spread(None, None, None)
    error = float(np.std(values, ddof=1))
    return Spread(
        error, error * float(stats.t.ppf((1 + CONFIDENCE) / 2, patients - 1)), float(np.mean(values))
    )
