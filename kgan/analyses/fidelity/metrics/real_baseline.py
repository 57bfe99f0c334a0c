"""The real-vs-real baseline of a measure of two sets, and the pool in its place: like for like.

A measure depends on how many images there are, and on how many patients they are of, whose slices are alike.
So the pool is compared with the same reference, by as many images, and as independent ones, as the real
images that it is compared with. In each of several cuts, half of the patients with all their images are the
*reference*. Images of the other patients are compared with it: the *baseline*. As many images of the pool
are compared with it too. Of a perfect generator, whose images are those of patients never seen, both have
one expectation.

Of a mean over the compared images, such as precision, that holds whatever depends on whatever among them,
and all are taken. Any other measure is taken of *singles*: one image of each other patient, and as many
images of the pool, one of each owner. Both are independent draws of one distribution then, as long as
patients have about as many images each.

The baseline depends on the pool by the number of its images alone, so it is computed once for all pools.

The difference of the two, the mean over the cuts, has an interval by the delete-d jackknife: a fifth of the
patients and of the pool is left out, in all cuts alike, again and again. Around no difference it is too wide
rather than too narrow, as some measures are flat there.

Reference: J. Shao, C. F. J. Wu, A general theory for jackknife variance estimation, Ann. Stat. 17, 1989,
1176–1197.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from kgan.analyses.fidelity.metrics.half_sampling import Statistic
from kgan.features.feature_set import FeatureSet
from kgan.progress import Progress, Silent
from kgan.random.streams import rng
from kgan.stats.proportions import CONFIDENCE

#: Cuts of the patients in two, and subsets that the interval rests on, at most.
CUTS, SUBSETS = 10, 16
#: Patients below which there is none: two images on each side of a cut.
FEWEST = 4
#: Share of the patients and of the pool that a subset leaves out.
_LEFT_OUT = 0.2

#: Values of real images: by the subset (-1 for the whole), the cut and the number of compared images.
RealValues = dict[tuple[int, int, int], Mapping[str, float]]

_SILENT = Silent()


@dataclass(frozen=True)
class Baseline:
    """A statistic of real images and of the pool in their place.

    Args:
        real: of images of one half of the patients, compared with the other half: the baseline.
        pool: of as many images of the pool, compared with the same.
        error: standard error of ``pool - real``; ``None`` if it cannot be estimated.
        margin: half the width of its 95 % interval; ``None`` as well.
    """

    real: float
    pool: float
    error: float | None
    margin: float | None


@dataclass(frozen=True, eq=False)
class _Cut:
    """One way to share the patients between the reference and the baseline.

    Args:
        reference: (patients,) bool.
        real: (k,) int, images of the others that are compared, in random order.
        pool: (n,) int, images of the pool, in random order.
    """

    reference: np.ndarray
    real: np.ndarray
    pool: np.ndarray


def baselines(
    statistic: Statistic,
    real: FeatureSet,
    pool: FeatureSet,
    *,
    singles: bool = True,
    cuts: int = CUTS,
    subsets: int = SUBSETS,
    seed: int = 0,
    known: RealValues | None = None,
    progress: Progress = _SILENT,
) -> dict[str, Baseline]:
    """Return the baseline of each of a statistic's values, and the pool's value at equal size.

    Args:
        statistic: of two sets.
        real: images of patients.
        pool: images to compare.
        singles: whether one image of each owner is compared; all where the statistic is a mean over them.
        cuts: of the patients in two.
        subsets: of patients and pool that the interval rests on.
        seed: of all choices.
        known: what other pools have left of the same statistic, real images and seed; what is new is added.
        progress: advanced by each of ``cuts * (1 + subsets)`` pairs of comparisons; begun by the caller.

    Returns:
        dict: by name; empty for fewer than `FEWEST` patients, or images of fewer than two owners.
    """
    if real.groups < FEWEST or pool.groups < 2:
        progress.advance(cuts * (1 + subsets))
        return {}
    ways = [_cut(real, pool, singles, seed, number) for number in range(cuts)]
    values: RealValues = {} if known is None else known

    def measured(
        subset: int, kept: tuple[np.ndarray, np.ndarray]
    ) -> list[tuple[Mapping[str, float], Mapping[str, float]]]:
        return list(_pairs(statistic, real, pool, ways, kept, values, subset, progress))

    whole = measured(-1, (np.ones(real.groups, bool), np.ones(pool.groups, bool)))
    drawn = _subsets(real.groups, pool.groups, subsets, seed)
    parts = [measured(subset, kept) for subset, kept in enumerate(drawn)]
    return {name: _baseline(name, whole, parts, real.groups) for name in whole[0][0]}


def _cut(real: FeatureSet, pool: FeatureSet, singles: bool, seed: int, number: int) -> _Cut:
    """Draw a cut: first what is of the real images alone, so that it is the same for each pool."""
    generator = rng(seed, "baseline/cut", number)
    reference = np.zeros(real.groups, bool)
    reference[generator.permutation(real.groups)[: real.groups // 2]] = True
    compared, substitutes = (_drawn(side.owners, singles, generator) for side in (real, pool))
    return _Cut(reference, compared[~reference[real.owners[compared]]], substitutes)


def _drawn(owners: np.ndarray, singles: bool, generator: np.random.Generator) -> np.ndarray:
    """Return all images, or one of each owner, in random order."""
    order = generator.permutation(len(owners))
    if not singles:
        return order
    first = np.unique(owners[order], return_index=True)[1]
    return order[np.sort(first)]


def _subsets(patients: int, owners: int, number: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield which patients and owners are kept, (n,) bool; the same patients for each pool."""
    for subset in range(number):
        generator = rng(seed, "baseline/subset", subset)
        kept = np.ones(patients, bool), np.ones(owners, bool)
        for side, count in zip(kept, _left_out(patients, owners), strict=True):
            side[generator.permutation(len(side))[:count]] = False
        yield kept


def _left_out(patients: int, owners: int) -> tuple[int, int]:
    """Return how many patients and owners a subset leaves out: one share of both."""
    fewer = max(1, round(_LEFT_OUT * patients))
    return fewer, round(fewer * owners / patients)


def _pairs(
    statistic: Statistic,
    real: FeatureSet,
    pool: FeatureSet,
    cuts: list[_Cut],
    kept: tuple[np.ndarray, np.ndarray],
    known: RealValues,
    subset: int,
    progress: Progress,
) -> Iterator[tuple[Mapping[str, float], Mapping[str, float]]]:
    """Yield the values of real images and of the pool in their place, for each cut."""
    for number, cut in enumerate(cuts):
        reference = real[np.flatnonzero((cut.reference & kept[0])[real.owners])]
        compared = cut.real[kept[0][real.owners[cut.real]]]
        substitutes = cut.pool[kept[1][pool.owners[cut.pool]]]
        size = min(len(compared), len(substitutes))
        if (subset, number, size) not in known:
            known[subset, number, size] = statistic(reference, real[compared[:size]])
        yield known[subset, number, size], statistic(reference, pool[substitutes[:size]])
        progress.advance()


def _baseline(
    name: str,
    whole: list[tuple[Mapping[str, float], Mapping[str, float]]],
    parts: list[list[tuple[Mapping[str, float], Mapping[str, float]]]],
    patients: int,
) -> Baseline:
    real, pool = (float(np.mean([pair[side][name] for pair in whole])) for side in (0, 1))
    gaps = [np.mean([pair[1][name] - pair[0][name] for pair in part]) for part in parts]
    if len(gaps) < 2 or not np.isfinite(gaps).all():
        return Baseline(real, pool, None, None)
    fewer, _ = _left_out(patients, patients)
    error = float(np.std(gaps, ddof=1)) * float(np.sqrt((patients - fewer) / fewer))
    freedom = min(patients, len(gaps)) - 1
    return Baseline(real, pool, error, error * float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom)))
