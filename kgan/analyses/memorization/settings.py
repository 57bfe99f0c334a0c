"""Recipe section and step settings of the membership inference test and the export gate."""

from typing import ClassVar

from pydantic import Field

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.features import Features
from kgan.schema.types import Number
from kgan.steps.settings.shared import FeatureChoice, ViewedPool


class Privacy(Part):
    """Membership inference test of every pool; a model whose pool leaks membership is not exported."""

    images: int = Field(
        default=1000, ge=2, description="Maximum number of images of each pool, class and split."
    )
    features: Features = Field(
        default="random",
        description="Features in addition to pixels: random, a network, or pixels for none.",
    )
    max_auc: Number | None = Field(
        default=None,
        ge=0.5,
        le=1,
        description="AUC of the membership test above which a GAN is not exported; null for no gate.",
    )


class MemorizationSettings(StepSettings):
    """Settings of the membership inference test.

    Args:
        images: maximum number of images of each pool, class and split.
        max_auc: AUC of the membership test above which a GAN is not exported; ``None`` for no gate.
        pools: the tested pools.
        features: in addition to pixels.
    """

    kind: ClassVar[str] = "privacy"
    display_name: ClassVar[str] = "Membership inference"
    module: ClassVar[str] = "kgan.analyses.memorization.step"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    images: int
    max_auc: float | None
    pools: tuple[ViewedPool, ...]
    features: FeatureChoice

    def describe(self) -> str:
        """Describe the number of pools and the gate."""
        gate = "" if self.max_auc is None else f"; no export above an AUC of {self.max_auc:g}"
        return f"test {len(self.pools)} pools for membership of training patients{gate}"
