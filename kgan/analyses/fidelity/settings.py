"""How a recipe says by which features pools are held against real images."""

from typing import ClassVar, Literal

from pydantic import Field

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.features import Features
from kgan.schema.types import Number
from kgan.steps.settings.shared import FeatureChoice, ViewedPool


class Distances(Part):
    """KID, FID, precision, recall, density, coverage and a classifier's test of every pool."""

    features: Features = Field(
        default="random", description="What images are compared by: pixels, random, or a network."
    )
    neighbours: int = Field(
        default=5, ge=1, description="Of an image, for precision, recall, density and coverage."
    )
    images: int = Field(default=500, ge=4, description="Of each pool and of the real images, at most.")
    draws: int = Field(default=100, ge=20, description="Halves of the patients that intervals rest on.")


class Pca(Part):
    """The principal components of the real images, which generated ones are held against."""

    components: int = Field(default=16, ge=1, description="Eigenvectors that realism is measured by.")


class PublishedMeasures(Part):
    """What a paper reports of a set of images."""

    rho: Number = Field(description="Realism.")
    sigma: Number = Field(description="Diversity: total variation.")
    delta: int = Field(ge=0, description="Diversity: eigenvalues above 1 % of sigma.")


class Measures(Part):
    """Realism and diversity of every pool, beside those of the images it learnt from."""

    pca: Pca = Pca()
    distances: Distances | None = Field(
        default=None, description="KID, FID, precision, recall and more; null for none."
    )
    images: int = Field(default=1000, ge=2, description="Of each pool, and at most of the real images.")
    published: dict[str, PublishedMeasures] = Field(
        default={}, description="GAN or refiner, or real for the training images -> figures."
    )


#: In `Measures.published`: the training images themselves.
TRAINING: Literal["real"] = "real"


class MeasuredPool(ViewedPool):
    """A pool that is measured, with what a paper reports of it."""

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
        pools: that are measured.
        components: principal components that realism is measured by.
        images: of each pool, and at most of the real images.
        published: what a paper reports of the training images.
        distances: settings of the distances by features; ``None`` for none.
    """

    kind: ClassVar[str] = "measure"
    module: ClassVar[str] = "kgan.analyses.fidelity.step"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    pools: tuple[MeasuredPool, ...]
    components: int
    images: int
    published: PublishedMeasures | None
    distances: DistanceSettings | None = None

    def describe(self) -> str:
        """Say what is measured."""
        pools = f"{len(self.pools)} pools"
        if self.distances is None:
            return f"realism and diversity of {pools}"
        return f"realism, diversity and distances of {pools}, {self.images:,} images each"
