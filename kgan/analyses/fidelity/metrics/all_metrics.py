"""All fidelity metrics of synthetic images against real ones, by one choice of features."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kgan.analyses.fidelity.metrics.classifier_test import ClassifierTwoSample
from kgan.analyses.fidelity.metrics.frechet import FrechetDistances
from kgan.analyses.fidelity.metrics.half_sampling import DRAWS, Spread, spread
from kgan.analyses.fidelity.metrics.kernel_distance import KernelDistances
from kgan.analyses.fidelity.metrics.manifold_overlap import ManifoldOverlap
from kgan.analyses.fidelity.metrics.metric import FidelityMetric, Metric, MetricFamily, TestedMetric
from kgan.analyses.fidelity.metrics.real_baseline import (
    CUTS,
    FEWEST,
    SUBSETS,
    Baseline,
    RealValues,
    baselines,
)
from kgan.errors import DataError
from kgan.features.extraction import check_varied
from kgan.features.feature_set import FeatureSet
from kgan.features.neighbours import NEIGHBOURS
from kgan.progress import Progress, Silent
from kgan.random.streams import rng

FAMILIES: tuple[MetricFamily | TestedMetric, ...] = (
    KernelDistances(),
    FrechetDistances(),
    ManifoldOverlap(),
    ClassifierTwoSample(),
)
#: All metrics in the order of the tables.
METRICS: tuple[Metric, ...] = tuple(metric for family in FAMILIES for metric in family.metrics)

_SILENT = Silent()


def work_units(draws: int = DRAWS) -> int:
    """Return how many units `FidelityMetrics.of` reports to its progress."""
    return 1 + draws + 2 * CUTS * (1 + _subsets(draws)) + 1


class FidelityMetrics:
    """Measures sets of synthetic images against one set of real ones; what is of these alone it does once.

    Args:
        real: (m, d) float64 features.
        patients: (m,) str, whose each real image is.
        neighbours: of precision, recall, density and coverage.
        draws: halves that the intervals of the values rest on.
        seed: of all draws.

    Raises:
        DataError: real images that are all the same.
    """

    def __init__(
        self,
        real: np.ndarray,
        patients: np.ndarray,
        *,
        neighbours: int = NEIGHBOURS,
        draws: int = DRAWS,
        seed: int = 0,
    ) -> None:
        check_varied(real, "the real set")
        self.neighbours, self.draws, self.seed = neighbours, draws, seed
        self._real = _shuffled(FeatureSet.of(real, patients), seed, 0)
        #: Of metrics that are means, and of others.
        self._known: dict[bool, RealValues] = {True: {}, False: {}}

    def of(
        self, synthetic: np.ndarray, owners: np.ndarray | None = None, progress: Progress = _SILENT
    ) -> list[FidelityMetric]:
        """Measure a set.

        Args:
            synthetic: (n, d) float64 features.
            owners: (n,) str, whose each synthetic image is, where it is a patient's too.
            progress: receives how far it is, in units of `work_units`; begun by the caller.

        Raises:
            DataError: fewer images than neighbours.
        """
        neighbours, seed, features = self.neighbours, self.seed, self._real.points.shape[1]
        if min(len(self._real), len(synthetic)) <= neighbours:
            raise DataError(
                f"{neighbours} neighbours among {len(self._real)} real and {len(synthetic)} synthetic "
                "images; expected more images of each than neighbours: take more images or fewer neighbours"
            )
        sides = self._real, _shuffled(FeatureSet.of(synthetic, owners), seed, 1)
        statistic = _Statistic(neighbours, frozenset(metric.name for metric in METRICS))
        values = statistic(*sides)
        progress.advance()
        spreads = spread(
            statistic, *sides, draws=self.draws, least=neighbours + 1, seed=seed, progress=progress
        )
        levels = self._baselines(sides[1], progress)
        metrics = []
        for family in FAMILIES:
            if isinstance(family, TestedMetric):
                metrics.append(_with_baseline(family.test(*sides, seed), family.metric, None))
                continue
            for metric in family.metrics:
                value, known = values[metric.name], spreads.get(metric.name)
                note = _note(metric, value, known, sides[0].groups, features)
                limits = _limits(metric, value, known.margin if known else None)
                result = FidelityMetric(metric.name, _finite(value), *limits, note=note)
                metrics.append(_with_baseline(result, metric, levels.get(metric.name)))
        progress.advance()
        return metrics

    def _baselines(self, synthetic: FeatureSet, progress: Progress) -> dict[str, Baseline]:
        """Return the baselines of the metrics whose expectation is not known, means first."""
        levels: dict[str, Baseline] = {}
        for is_mean, known in self._known.items():
            unknown = [metric for metric in METRICS if metric.baseline is None and metric.is_mean is is_mean]
            levels |= baselines(
                _Statistic(self.neighbours, frozenset(metric.name for metric in unknown)),
                self._real,
                synthetic,
                singles=not is_mean,
                subsets=_subsets(self.draws),
                seed=self.seed,
                known=known,
                progress=progress,
            )
        return levels


def _subsets(draws: int) -> int:
    return min(draws, SUBSETS)


@dataclass(frozen=True)
class _Statistic:
    """The metrics that are computed of parts too; NaN where one is undefined.

    Args:
        neighbours: k of metrics that count nearest neighbours.
        names: of the metrics that are computed.
    """

    neighbours: int
    names: frozenset[str]

    def __call__(self, real: FeatureSet, synthetic: FeatureSet) -> Mapping[str, float]:
        results: dict[str, float] = {}
        for family in FAMILIES:
            names = [metric.name for metric in family.metrics if metric.name in self.names]
            if isinstance(family, MetricFamily) and names:
                values = family.values(real, synthetic, self.neighbours)
                results |= {name: values[name] for name in names}
        return results


def _with_baseline(result: FidelityMetric, metric: Metric, level: Baseline | None) -> FidelityMetric:
    """Add the baseline, or why there is none."""
    if result.value is None:
        return result
    if metric.baseline is not None:
        return _placed(result, metric.baseline, result.value, result.low, result.high)
    if level is None or not np.isfinite([level.real, level.pool]).all():
        few = f"fewer than {FEWEST} patients, or a pool of one" if level is None else "so few in a half"
        notes = (result.note, f"{metric.name}: no baseline with {few}")
        return replace(result, note="; ".join(filter(None, notes)))
    limits = (None if level.margin is None else level.pool + side * level.margin for side in (-1, 1))
    return _placed(result, level.real, level.pool, *limits)


def _placed(
    result: FidelityMetric, baseline: float, matched: float, low: float | None, high: float | None
) -> FidelityMetric:
    """Add a baseline, and the pool's value at its size with the limits of their difference."""
    return replace(
        result,
        baseline=baseline,
        matched=matched,
        difference=matched - baseline,
        difference_low=None if low is None else low - baseline,
        difference_high=None if high is None else high - baseline,
    )


def _shuffled(sample: FeatureSet, seed: int, side: int) -> FeatureSet:
    return sample[rng(seed, "likeness/order", side).permutation(len(sample))]


def _limits(metric: Metric, value: float, margin: float | None) -> tuple[float | None, float | None]:
    if margin is None or not np.isfinite(value):
        return None, None
    return max(metric.low, value - margin), min(metric.high, value + margin)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _note(metric: Metric, value: float, known: Spread | None, patients: int, features: int) -> str:
    """Say why a value or its interval is missing; empty where both are there."""
    if not np.isfinite(value):
        return metric.undefined.format(features=features)
    if patients < 2:
        return "no interval and no baseline: real images of one patient"
    if known is None:
        return "no interval: halves of the patients have too few images"
    if known.margin is None:
        return f"{metric.name}: no interval, as halves have fewer images than the {features} features"
    return ""
