"""Tables of the fidelity metrics: realism and diversity of each set of images, and distances of each pool."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kgan.files.columns import Count, Maybe, Name, Real, Row, Text
from kgan.files.tables import Table

if TYPE_CHECKING:
    from kgan.analyses.fidelity.metrics.metric import FidelityMetric


class PcaMetrics(Row):
    """One set of images.

    Args:
        pool: name of the GAN, curation or refiner; "real" or longer for real images.
        against: the real images that it is compared with; empty for these themselves.
        images: number of images measured.
        explained: share of the variation that the components hold; of real images alone.
        rho: realism.
        sigma: diversity: total variation.
        delta: diversity: eigenvalues above 1 % of sigma.
        sigma_as_published: sigma computed as the published one was.
        delta_as_published: delta, the same.
        published_rho: what a paper reports.
        published_sigma: the same.
        published_delta: the same.
    """

    pool: Text
    against: Text
    images: Count
    explained: Maybe[Real]
    rho: Maybe[Real]
    sigma: Maybe[Real]
    delta: Maybe[Real]
    sigma_as_published: Maybe[Real]
    delta_as_published: Maybe[Real]
    published_rho: Maybe[Real]
    published_sigma: Maybe[Real]
    published_delta: Maybe[Real]

    @property
    def is_real(self) -> bool:
        """Whether it is a set of real images."""
        return not self.against


class Distance(Row):
    """One metric of a pool against real images.

    Args:
        pool: name of the pool.
        against: name of the real images.
        measure: name of the metric.
        value: of the metric; ``None`` where it is undefined.
        low: lower limit of its 95 % interval, patients as units.
        high: upper limit.
        baseline: value of real images against real ones.
        matched: value of as many images of the pool.
        difference: ``matched`` less ``baseline``.
        difference_low: lower limit of its 95 % interval.
        difference_high: upper limit.
        p: against chance.
        features: by which images are compared.
        real_images: number of them.
        patients: whose they are.
        synthetic_images: number of them.
        image_size: height x width in px.
        neighbours: of precision, recall, density and coverage.
        note: why something is missing.
    """

    pool: Name
    against: Name
    measure: Name
    value: Maybe[Real]
    low: Maybe[Real]
    high: Maybe[Real]
    baseline: Maybe[Real]
    matched: Maybe[Real]
    difference: Maybe[Real]
    difference_low: Maybe[Real]
    difference_high: Maybe[Real]
    p: Maybe[Real]
    features: Text
    real_images: Count
    patients: Count
    synthetic_images: Count
    image_size: Text
    neighbours: Count
    note: Text


PCA_METRICS = Table("measures.csv", PcaMetrics)
DISTANCES = Table("distances.csv", Distance)


def distance_rows(metrics: "Iterable[FidelityMetric]", properties: Mapping[str, Any]) -> list[Distance]:
    """Return a row for each metric.

    Args:
        metrics: of one pool.
        properties: the columns that are the same for all of them.
    """
    return [Distance(measure=values.pop("name"), **values, **properties) for values in map(asdict, metrics)]
