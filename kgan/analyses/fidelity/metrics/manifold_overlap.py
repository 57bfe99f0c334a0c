"""Precision, recall, density and coverage: overlap of the sets' manifolds (`kgan.features.neighbours`)."""

import math
from collections.abc import Mapping
from dataclasses import asdict

from kgan.analyses.fidelity.metrics.metric import Metric, MetricFamily
from kgan.features.feature_set import FeatureSet
from kgan.features.neighbours import prdc


class ManifoldOverlap(MetricFamily):
    """Precision, recall, density and coverage."""

    metrics = (
        Metric(
            "precision",
            "Precision",
            "proportion of synthetic images near real ones",
            "overlap",
            high=1.0,
            is_mean=True,
        ),
        Metric("recall", "Recall", "proportion of real images near synthetic ones", "overlap", high=1.0),
        Metric(
            "density",
            "Density",
            "density of real images around synthetic ones; 1 for real images",
            "overlap",
            is_mean=True,
        ),
        Metric(
            "coverage",
            "Coverage",
            "proportion of real images with a synthetic neighbour",
            "overlap",
            high=1.0,
        ),
    )

    def values(self, real: FeatureSet, synthetic: FeatureSet, neighbours: int) -> Mapping[str, float]:
        """Return all four; NaN of no more images than neighbours."""
        if min(len(real), len(synthetic)) <= neighbours:
            return dict.fromkeys((metric.name for metric in self.metrics), math.nan)
        return asdict(prdc(real.points, synthetic.points, neighbours))
