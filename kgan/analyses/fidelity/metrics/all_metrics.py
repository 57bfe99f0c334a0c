"""All fidelity metrics of synthetic images, for one feature extractor."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from kgan.analyses.fidelity.metrics.classifier_test import classifier_test
from kgan.analyses.fidelity.metrics.frechet import frechet_distance, shrunk_frechet_distance
from kgan.analyses.fidelity.metrics.half_sampling import DRAWS, Spread, spread
from kgan.analyses.fidelity.metrics.kernel_distance import SUBSET, squared_mmd
from kgan.analyses.fidelity.metrics.real_baseline import CUTS, FEWEST, SUBSETS, Baseline, baselines
from kgan.errors import DataError
from kgan.features.extraction import check_varied
from kgan.features.feature_set import FeatureSet
from kgan.features.neighbours import NEIGHBOURS, PRDC, prdc
from kgan.progress import Progress, Silent
from kgan.random.streams import rng

#: Name -> range of the metric.
RANGES: Mapping[str, tuple[float, float]] = {
    "kid": (-np.inf, np.inf),
    "fid_shrunk": (0.0, np.inf),
    "fid": (0.0, np.inf),
    "precision": (0.0, 1.0),
    "recall": (0.0, 1.0),
    "density": (0.0, np.inf),
    "coverage": (0.0, 1.0),
    "c2st": (0.0, 1.0),
}
#: What a perfect generator has on average, whatever the numbers of images and patients.
_KNOWN_BASELINES = {"kid": 0.0, "c2st": 0.5}
#: Means over the synthetic images: their baseline takes all images.
_MEANS = ("precision", "density")
_NO_FIDELITY = PRDC(float("nan"), float("nan"), float("nan"), float("nan"))

_SILENT = Silent()


@dataclass(frozen=True)
class FidelityMetric:
    """One metric of synthetic images compared with real ones.

    Args:
        name: one of `RANGES`.
        value: ``None`` if it is undefined.
        low: lower limit of the 95 % interval, patient-level; ``None`` if it cannot be estimated.
        high: upper limit.
        baseline: value of real images against real ones, see `kgan.analyses.fidelity.metrics.real_baseline`.
        matched: value of as many of the synthetic images in their place.
        difference: ``matched`` less ``baseline``; 0 on average of a perfect generator.
        difference_low: lower limit of its 95 % interval.
        difference_high: upper limit.
        p: against chance; of "c2st" alone.
        note: why something is missing, in words; empty otherwise.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    matched: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    p: float | None = None
    note: str = ""


def work_units(draws: int = DRAWS) -> int:
    """Return how many units `fidelity_metrics` reports to its progress."""
    return 1 + draws + 2 * CUTS * (1 + _subsets(draws)) + 1


def fidelity_metrics(
    real: np.ndarray,
    patients: np.ndarray,
    synthetic: np.ndarray,
    owners: np.ndarray | None = None,
    *,
    neighbours: int = NEIGHBOURS,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = _SILENT,
) -> list[FidelityMetric]:
    """Compare synthetic images with real ones.

    Args:
        real: (m, d) float64 features.
        patients: (m,) str, the patient of each real image.
        synthetic: (n, d) float64 features.
        owners: (n,) str, the patient of each synthetic image, if it is derived from one.
        neighbours: of precision, recall, density and coverage.
        draws: halves that the intervals of the values rest on.
        seed: of all draws.
        progress: advanced by `work_units`; begun by the caller.

    Raises:
        DataError: fewer images than neighbours, or real images that are all the same.
    """
    if min(len(real), len(synthetic)) <= neighbours:
        raise DataError(
            f"{neighbours} neighbours among {len(real)} real and {len(synthetic)} synthetic images; expected "
            "more images of each than neighbours: take more images or fewer neighbours"
        )
    check_varied(real, "the real set")
    sides = (
        _shuffled(FeatureSet.of(real, patients), seed, 0),
        _shuffled(FeatureSet.of(synthetic, owners), seed, 1),
    )
    statistic = _Statistic(neighbours)
    values = statistic(*sides)
    progress.advance()
    spreads = spread(statistic, *sides, draws=draws, least=neighbours + 1, seed=seed, progress=progress)
    levels = _baselines(statistic, *sides, _subsets(draws), seed, progress)
    metrics = []
    for name, value in values.items():
        known = spreads.get(name)
        note = _why(name, value, known, sides[0].groups, real.shape[1])
        metric = FidelityMetric(
            name, _number(value), *_limits(name, value, known.margin if known else None), note=note
        )
        metrics.append(_with_baseline(metric, levels.get(name)))
    metrics.append(_with_baseline(_classified(*sides, seed), None))
    progress.advance()
    return metrics


def _subsets(draws: int) -> int:
    return min(draws, SUBSETS)


def _baselines(
    statistic: "_Statistic",
    real: FeatureSet,
    synthetic: FeatureSet,
    subsets: int,
    seed: int,
    progress: Progress,
) -> dict[str, Baseline]:
    """Return the baselines of the metrics whose baseline is not known."""
    levels: dict[str, Baseline] = {}
    for singles, of in ((False, statistic.means), (True, statistic.others)):
        levels |= baselines(
            of, real, synthetic, singles=singles, subsets=subsets, seed=seed, progress=progress
        )
    return levels


def _with_baseline(metric: FidelityMetric, level: Baseline | None) -> FidelityMetric:
    """Add the baseline, or why there is none."""
    if metric.value is None:
        return metric
    if metric.name in _KNOWN_BASELINES:
        return _placed(metric, _KNOWN_BASELINES[metric.name], metric.value, metric.low, metric.high)
    if level is None or not np.isfinite([level.real, level.pool]).all():
        few = f"fewer than {FEWEST} patients, or a pool of one" if level is None else "so few in a half"
        return replace(
            metric, note="; ".join(filter(None, (metric.note, f"{metric.name}: no baseline with {few}")))
        )
    limits = (None if level.margin is None else level.pool + side * level.margin for side in (-1, 1))
    return _placed(metric, level.real, level.pool, *limits)


def _placed(
    metric: FidelityMetric, baseline: float, matched: float, low: float | None, high: float | None
) -> FidelityMetric:
    """Add a baseline, and the pool's value at its size with the limits of their difference."""
    return replace(
        metric,
        baseline=baseline,
        matched=matched,
        difference=matched - baseline,
        difference_low=None if low is None else low - baseline,
        difference_high=None if high is None else high - baseline,
    )


@dataclass(frozen=True)
class _Statistic:
    """The metrics that are computed on subsets too; NaN where one is undefined."""

    neighbours: int

    def __call__(self, real: FeatureSet, synthetic: FeatureSet) -> dict[str, float]:
        return {
            "kid": _kid(real, synthetic),
            **self._frechet(real, synthetic),
            **self._near(real, synthetic),
        }

    def means(self, real: FeatureSet, synthetic: FeatureSet) -> dict[str, float]:
        """Those of `_MEANS`."""
        return {name: value for name, value in self._near(real, synthetic).items() if name in _MEANS}

    def others(self, real: FeatureSet, synthetic: FeatureSet) -> dict[str, float]:
        """Those that are no means, and whose baseline is not known."""
        near = {name: value for name, value in self._near(real, synthetic).items() if name not in _MEANS}
        return {**self._frechet(real, synthetic), **near}

    def _frechet(self, real: FeatureSet, synthetic: FeatureSet) -> dict[str, float]:
        points = real.points, synthetic.points
        fewer = min(map(len, points))
        return {
            "fid_shrunk": shrunk_frechet_distance(*points) if fewer > 1 else float("nan"),
            "fid": frechet_distance(*points) if fewer > points[0].shape[1] else float("nan"),
        }

    def _near(self, real: FeatureSet, synthetic: FeatureSet) -> dict[str, float]:
        enough = min(len(real), len(synthetic)) > self.neighbours
        return asdict(prdc(real.points, synthetic.points, self.neighbours) if enough else _NO_FIDELITY)


def _kid(real: FeatureSet, synthetic: FeatureSet) -> float:
    """Mean over pairs of subsets that share no image; both sets are in random order."""
    number = max(1, min(len(real), len(synthetic)) // SUBSET)
    parts = [np.array_split(np.arange(len(side)), number) for side in (real, synthetic)]
    return float(
        np.mean([squared_mmd(real[first], synthetic[second]) for first, second in zip(*parts, strict=True)])
    )


def _classified(real: FeatureSet, synthetic: FeatureSet, seed: int) -> FidelityMetric:
    """Test both sides by a classifier."""
    if min(real.groups, synthetic.groups) < 2:
        return FidelityMetric(
            "c2st", None, note="c2st: images of one patient, so none is left to be asked of"
        )
    result = classifier_test(real.points, real.owners, synthetic.points, synthetic.owners, seed=seed)
    return FidelityMetric("c2st", result.value, result.low, result.high, p=result.p)


def _shuffled(sample: FeatureSet, seed: int, side: int) -> FeatureSet:
    # A stream keeps its name, which decides its draws.
    return sample[rng(seed, "likeness/order", side).permutation(len(sample))]


def _limits(name: str, value: float, margin: float | None) -> tuple[float | None, float | None]:
    if margin is None or not np.isfinite(value):
        return None, None
    lowest, highest = RANGES[name]
    return max(lowest, value - margin), min(highest, value + margin)


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _why(name: str, value: float, known: Spread | None, patients: int, dimension: int) -> str:
    if not np.isfinite(value) and name == "kid":
        return "kid: images of one patient, so there is no pair of images of two"
    if not np.isfinite(value):
        return (
            f"no bare FID: expected more than {dimension} images of each set, the number of features; see "
            "KID and the shrunk FID"
        )
    if patients < 2:
        return "no interval and no baseline: real images of one patient"
    if known is None:
        return "no interval: halves of the patients have too few images"
    if known.margin is None:
        return f"{name}: no interval, as halves have fewer images than the {dimension} features"
    return ""
