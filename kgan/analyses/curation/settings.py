"""How a recipe says which images of a pool are thrown away."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from kgan.files.inputs import InputFile
from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part
from kgan.schema.features import NetworkFeatures
from kgan.schema.types import Number
from kgan.steps.settings.shared import FeatureSettings, PlacedView


class Curation(Part):
    """A pool without its weird-looking images: clusters of similar images are kept or thrown away whole."""

    source: str = Field(description="A GAN or a refiner: whose pool is curated.")
    clusters: int = Field(default=200, ge=1, description="Of all classes together.")
    rule: Literal["automatic", "decided", "none"] = Field(
        default="automatic",
        description="Who decides: the distance from the real images, a person's file, or nobody (all stay).",
    )
    discard: Number = Field(
        default=0.25, ge=0, lt=1, description="Share thrown away; the pool is made so much larger."
    )
    decisions: InputFile | None = Field(default=None, description="File of a person's decisions.")
    features: NetworkFeatures = NetworkFeatures()

    @model_validator(mode="after")
    def _has_decisions(self) -> "Curation":
        if self.rule == "decided" and self.decisions is None:
            raise ValueError("'decisions', a file, where the rule is decided")
        return self


class CurationSettings(StepSettings, PlacedView):
    """Settings of the curation of a pool; see `Curation`.

    Args:
        source: the step whose pool is curated.
        features: by which images are compared; ``None`` where all stay.
        classes: names of the classes.
        need: images that are needed of each class.
    """

    kind: ClassVar[str] = "curate"
    module: ClassVar[str] = "kgan.analyses.curation.step"
    has_limits: ClassVar[bool] = True

    clusters: int
    rule: Literal["automatic", "decided", "none"]
    discard: float
    decisions: InputFile | None
    source: str
    features: FeatureSettings | None
    classes: tuple[str, ...]
    need: tuple[int, ...]

    def describe(self) -> str:
        """Say what is discarded of what, and by which rule."""
        if self.rule == "none":
            return f"take all images of {self.source}"
        decided = f"by {self.decisions}"
        how = decided if self.rule == "decided" else f"the {self.discard:.0%} least similar to real ones"
        return f"sort {self.source} into {self.clusters} clusters and discard some: {how}"
