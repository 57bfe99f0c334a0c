"""How a recipe says by what images are compared."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from kgan.files.inputs import InputFile
from kgan.schema.base import Part
from kgan.schema.types import Name, Size, Title


class NetworkFeatures(Part):
    """By what images are compared: a published network, or a classifier of this very run."""

    network: Literal["densenet169", "resnet50"] | None = Field(
        default="densenet169", description="null for the classifier alone."
    )
    weights: Literal["imagenet"] | InputFile = Field(
        default="imagenet", description="Of the network: imagenet, or a file."
    )
    classifier: Title | None = Field(
        default=None, description="Setup whose trained classifier is taken where the network's weights lack."
    )
    variant: Name | None = Field(default=None, description="Of the classifier; null: with weights, if any.")
    image_size: Size = Field(default=(224, 224), description="[height, width] that images are resized to.")

    @model_validator(mode="after")
    def _has_one(self) -> "NetworkFeatures":
        if self.network is None and self.classifier is None:
            raise ValueError("a network, or a classifier (the name of a setup), or both")
        return self


def _features(value: object) -> object:
    """Take a network by its name alone, with Keras's ImageNet weights."""
    if isinstance(value, str) and value in ("densenet169", "resnet50"):
        return {"network": value}
    if isinstance(value, dict | NetworkFeatures) or value in ("pixels", "random"):
        return value
    raise ValueError(
        "pixels, random, densenet169, resnet50, or a mapping of network, weights, classifier and image_size"
    )


#: Pixels, a fixed network of random filters, or a trained network.
Features = Annotated[Literal["pixels", "random"] | NetworkFeatures, BeforeValidator(_features)]
