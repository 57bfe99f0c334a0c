"""How a recipe says which images of a pool are thrown away."""

from typing import Literal

from pydantic import Field, model_validator

from kgan.recipe.schema.base import Part
from kgan.recipe.schema.features import NetworkFeatures
from kgan.recipe.schema.types import Number


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
    decisions: str | None = Field(default=None, description="File of a person's decisions.")
    features: NetworkFeatures = NetworkFeatures()

    @model_validator(mode="after")
    def _has_decisions(self) -> "Curation":
        if self.rule == "decided" and self.decisions is None:
            raise ValueError("'decisions', a file, where the rule is decided")
        return self
