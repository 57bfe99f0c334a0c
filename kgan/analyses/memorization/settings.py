"""How a recipe says that generated images must not give training patients away."""

from typing import ClassVar

from pydantic import Field

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.features import Features
from kgan.schema.types import Number
from kgan.steps.settings.shared import FeatureChoice, ViewedPool


class Privacy(Part):
    """Every pool is looked through for copies, and a model whose pool gives patients away is not exported."""

    images: int = Field(default=1000, ge=2, description="Of each pool, class and split, at most.")
    features: Features = Field(
        default="random",
        description="What images are compared by beside pixels: pixels (nothing else), random, a network.",
    )
    max_auc: Number | None = Field(
        default=None,
        ge=0.5,
        le=1,
        description="Membership AUC above which a GAN is not exported; null for no gate.",
    )


class MemorizationSettings(StepSettings):
    """Settings of the search of pools for training patients.

    Args:
        images: of each pool, class and split, at most.
        max_auc: membership AUC above which a GAN is not exported; ``None`` for no gate.
        pools: that are searched.
        features: by which images are compared beside pixels.
    """

    kind: ClassVar[str] = "privacy"
    module: ClassVar[str] = "kgan.analyses.memorization.step"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    images: int
    max_auc: float | None
    pools: tuple[ViewedPool, ...]
    features: FeatureChoice

    def describe(self) -> str:
        """Say what is searched."""
        gate = "" if self.max_auc is None else f"; no export above an AUC of {self.max_auc:g}"
        return f"look for training patients in {len(self.pools)} pools{gate}"
