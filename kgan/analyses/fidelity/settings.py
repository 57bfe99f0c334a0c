"""Recipe section and step settings of the fidelity metrics."""

from typing import ClassVar, Literal

from pydantic import Field

from kgan.pipeline.settings import Accelerator, Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.features import Features
from kgan.schema.types import Number
from kgan.steps.settings.shared import FeatureChoice, ViewedPool


class Distances(Part):
    """KID, FID, precision, recall, density, coverage and a classifier two-sample test of every pool."""

    features: Features = Field(default="random", description="Image features: pixels, random, or a network.")
    neighbours: int = Field(
        default=5, ge=1, description="Nearest neighbours, for precision, recall, density and coverage."
    )
    images: int = Field(
        default=500, ge=4, description="Maximum number of images of each pool and of the real images."
    )
    draws: int = Field(default=100, ge=20, description="Random halves of the patients for the intervals.")


class Pca(Part):
    """Principal components of the real images, with which generated images are compared."""

    components: int = Field(default=16, ge=1, description="Number of principal components for realism.")


class PublishedMeasures(Part):
    """Published metrics of a set of images."""

    rho: Number = Field(description="Realism.")
    sigma: Number = Field(description="Diversity: total variation.")
    delta: int = Field(ge=0, description="Diversity: eigenvalues above 1 % of sigma.")


class Measures(Part):
    """Realism and diversity of every pool and of its training images."""

    pca: Pca = Pca()
    distances: Distances | None = Field(
        default=None, description="KID, FID, precision, recall and more; null for none."
    )
    images: int = Field(default=1000, ge=2, description="Images of each pool; maximum number of real images.")
    published: dict[str, PublishedMeasures] = Field(
        default={}, description="GAN or refiner, or real for the training images -> published metrics."
    )


#: In `Measures.published`: the training images themselves.
TRAINING: Literal["real"] = "real"


class MeasuredPool(ViewedPool):
    """A pool with its published metrics."""

    published: PublishedMeasures | None = None


class DistanceSettings(Part):
    """Settings of the distances between pools and real images; see `Distances`."""

    features: FeatureChoice
    neighbours: int
    images: int
    draws: int


class FidelitySettings(StepSettings):
    """Settings of the fidelity metrics.

    Args:
        pools: the evaluated pools.
        components: number of principal components for realism.
        images: of each pool; maximum number of real images.
        published: published metrics of the training images.
        distances: settings of the feature distances; ``None`` for none.
    """

    kind: ClassVar[str] = "measure"
    display_name: ClassVar[str] = "Fidelity metrics"
    module: ClassVar[str] = "kgan.analyses.fidelity.step"
    accelerator: ClassVar[Accelerator] = "one"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    pools: tuple[MeasuredPool, ...]
    components: int
    images: int
    published: PublishedMeasures | None
    distances: DistanceSettings | None = None

    def describe(self) -> str:
        """Describe the metrics and the number of pools."""
        pools = f"{len(self.pools)} pools"
        if self.distances is None:
            return f"realism and diversity of {pools}"
        return f"realism, diversity and distances of {pools}, {self.images:,} images each"
