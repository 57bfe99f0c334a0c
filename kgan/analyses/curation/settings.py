"""Recipe section and step settings of the curation of a pool."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from kgan.files.inputs import InputFile
from kgan.pipeline.settings import Accelerator, StepSettings
from kgan.schema.base import Part
from kgan.schema.features import NetworkFeatures
from kgan.schema.types import Number
from kgan.steps.settings.shared import FeatureSettings, PlacedView


class Curation(Part):
    """A pool without its outliers: similar images are kept or discarded together."""

    source: str = Field(description="GAN or refiner of the pool.")
    clusters: int = Field(default=200, ge=1, description="Number of clusters, over all classes.")
    rule: Literal["automatic", "decided", "none"] = Field(
        default="automatic",
        description="automatic: by distance from real images; decided: by a reviewer's file; none: keep all.",
    )
    discard: Number = Field(
        default=0.25, ge=0, lt=1, description="Discarded fraction; the source pool is enlarged accordingly."
    )
    decisions: InputFile | None = Field(default=None, description="File of a reviewer's decisions.")
    features: NetworkFeatures = NetworkFeatures()

    @model_validator(mode="after")
    def _has_decisions(self) -> "Curation":
        if self.rule == "decided" and self.decisions is None:
            raise ValueError("'decisions', a file, where the rule is decided")
        return self


class CurationSettings(StepSettings, PlacedView):
    """Settings of the curation of a pool; see `Curation`.

    Args:
        source: step of the pool.
        features: for the clustering; ``None`` if all images are kept.
        classes: names of the classes.
        need: required images of each class.
    """

    kind: ClassVar[str] = "curate"
    display_name: ClassVar[str] = "Curation"
    module: ClassVar[str] = "kgan.analyses.curation.step"
    accelerator: ClassVar[Accelerator] = "one"
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
        """Describe the pool and the rule."""
        if self.rule == "none":
            return f"keep all images of {self.source}"
        decided = f"by {self.decisions}"
        how = decided if self.rule == "decided" else f"the {self.discard:.0%} least similar to real ones"
        return f"group {self.source} into {self.clusters} clusters and discard some: {how}"
