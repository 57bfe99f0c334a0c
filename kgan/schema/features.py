"""Choice of image features in a recipe."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from kgan.files.inputs import InputFile
from kgan.schema.base import Part
from kgan.schema.types import Name, Size, Title


class NetworkFeatures(Part):
    """Image features of a published network, or of a classifier of this run."""

    network: Literal["densenet169", "resnet50"] | None = Field(
        default="densenet169", description="Published network; null to use only the classifier."
    )
    weights: Literal["imagenet"] | InputFile = Field(
        default="imagenet", description="Weights of the network: imagenet, or a file."
    )
    classifier: Title | None = Field(
        default=None,
        description="Setup whose trained classifier is used if the weights of the network are not available.",
    )
    variant: Name | None = Field(
        default=None, description="Variant of the classifier; null: the one with weights, if any."
    )
    image_size: Size = Field(default=(224, 224), description="[height, width] to which images are resized.")

    @model_validator(mode="after")
    def _has_one(self) -> "NetworkFeatures":
        if self.network is None and self.classifier is None:
            raise ValueError("a network, or a classifier (the name of a setup), or both")
        return self


def _features(value: object) -> object:
    """Accept the name of a network, with the ImageNet weights of Keras."""
    if isinstance(value, str) and value in ("densenet169", "resnet50"):
        return {"network": value}
    if isinstance(value, dict | NetworkFeatures) or value in ("pixels", "random"):
        return value
    raise ValueError(
        "pixels, random, densenet169, resnet50, or a mapping of network, weights, classifier and image_size"
    )


#: Pixels, a fixed network of random filters, or a trained network.
Features = Annotated[Literal["pixels", "random"] | NetworkFeatures, BeforeValidator(_features)]
