"""What a fidelity metric is: how it is named and shown, and how it is computed of two sets of features.

A metric is added as a file of this folder and a line of `FAMILIES` in
`kgan.analyses.fidelity.metrics.all_metrics`: a `MetricFamily` where intervals and baselines come from
resampling, a `TestedMetric` where it has its own.
"""

import abc
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kgan.features.feature_set import FeatureSet

Group: TypeAlias = Literal["distance", "overlap"]
#: Groups of metrics in the order of their tables.
GROUPS: tuple[Group, ...] = ("distance", "overlap")


@dataclass(frozen=True)
class Metric:
    """How a metric is named and read.

    Args:
        name: in tables and on the command line.
        title: heading of its column in the report.
        meaning: one line for the command line.
        group: table of the report that shows it.
        low: lower end of its range.
        high: upper end.
        baseline: expectation of a perfect generator, where it does not depend on the numbers of images and
            patients; ``None`` where it is measured on real images.
        is_mean: whether it is a mean over the synthetic images, so that its baseline takes all images.
        undefined: why there is no value, where it is not defined; may name ``{features}``.
    """

    name: str
    title: str
    meaning: str
    group: Group
    low: float = 0.0
    high: float = math.inf
    baseline: float | None = None
    is_mean: bool = False
    undefined: str = ""


@dataclass(frozen=True)
class FidelityMetric:
    """One metric of synthetic images against real ones.

    Args:
        name: of the metric.
        value: ``None`` where it is undefined.
        low: lower limit of the 95 % interval, by patient; ``None`` where there is none.
        high: upper limit.
        baseline: value of real images against real ones, see `kgan.analyses.fidelity.metrics.real_baseline`.
        matched: value of as many of the synthetic images in their place.
        difference: ``matched`` less ``baseline``; 0 on average of a perfect generator.
        difference_low: lower limit of its 95 % interval.
        difference_high: upper limit.
        p: against chance; of tested metrics alone.
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


class MetricFamily(abc.ABC):
    """Metrics that are computed together."""

    metrics: tuple[Metric, ...]

    @abc.abstractmethod
    def values(self, real: FeatureSet, synthetic: FeatureSet, neighbours: int) -> Mapping[str, float]:
        """Return each metric by name; NaN where it is undefined.

        Args:
            real: images of patients, in random order.
            synthetic: images to compare, in random order.
            neighbours: k of metrics that count nearest neighbours.
        """


class TestedMetric(abc.ABC):
    """A metric with an interval and a p-value of its own."""

    metric: Metric

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metric alone."""
        return (self.metric,)

    @abc.abstractmethod
    def test(self, real: FeatureSet, synthetic: FeatureSet, seed: int) -> FidelityMetric:
        """Return value, interval and p-value.

        Args:
            real: images of patients.
            synthetic: images to compare.
            seed: of all draws.
        """
