"""Configurations that judge their parameters themselves. None of their plugins is ever built."""

from typing import ClassVar, Literal

from pydantic import model_validator

from kgan.contracts.config import (
    BATCH_SIZE,
    IMAGE_SIZE,
    ClassifierConfig,
    CriticProperty,
    LossConfig,
    NoiseToImageConfig,
    ReaderConfig,
    Unfit,
)
from kgan.contracts.constraints import InputFile, InputFolder, PositiveFloat, PositiveInt
from kgan.contracts.training_options import TrainingOptions


class SteepConfig(LossConfig):
    """Penalises gradients."""

    requires: ClassVar = (CriticProperty.INDEPENDENT_SCORES, CriticProperty.UNBOUNDED_SCORES)

    def build(self): ...


class EasyConfig(LossConfig):
    """Requires nothing."""

    weights_file: InputFile | None = None

    def build(self): ...


class PickyConfig(NoiseToImageConfig):
    """Wants sides that are multiples of its stride."""

    training_options: ClassVar = TrainingOptions(critic_updates=5)

    stride: PositiveInt = 4
    rate: PositiveFloat = 1e-3
    norm: Literal["batch", "layer", "none"] = "batch"
    sigmoid: bool = False
    pretrained_path: InputFile | None = None
    atlas: InputFolder | None = None
    shares: dict[str, PositiveFloat] = {}

    @model_validator(mode="after")
    def _rate_is_small(self):
        if self.rate > 1:
            raise Unfit(f"rate {self.rate:g}; expected at most 1", "rate")
        return self

    def check(self, image_shape, batch_size=None):
        if image_shape[0] % self.stride or image_shape[1] % self.stride:
            text = f"images of {image_shape}; expected sides that are multiples of {self.stride}"
            raise Unfit(text, IMAGE_SIZE)
        if batch_size is not None and batch_size % 2:
            raise Unfit(f"a batch of {batch_size}; expected an even number", BATCH_SIZE)

    def missing_properties(self):
        missing = {}
        if self.norm == "batch":
            missing[CriticProperty.INDEPENDENT_SCORES] = "norm"
        if self.sigmoid:
            missing[CriticProperty.UNBOUNDED_SCORES] = "sigmoid"
        return missing

    def build(self, image_shape, loss): ...


class ChooserConfig(ClassifierConfig):
    """Takes ImageNet weights for images of three channels alone."""

    weights: Literal["imagenet"] | InputFile | None = None
    depth: PositiveInt = 3

    def check(self, image_shape, batch_size=None):
        if self.weights == "imagenet" and image_shape[2] != 3:
            raise Unfit(f"weights imagenet with {image_shape[2]} channels; expected 3", "weights")
        if batch_size is not None and self.depth > batch_size:
            raise Unfit(f"depth {self.depth}; expected at most the batch, {batch_size}", "depth")

    def build(self, image_shape): ...


class SlidesConfig(ReaderConfig):
    """Two sequences."""

    sequences: ClassVar = ("red", "green")

    first: PositiveInt = 1
    last: PositiveInt = 9

    @model_validator(mode="after")
    def _ascends(self):
        if self.last < self.first:
            raise Unfit(f"last {self.last}; expected {self.first} or more", "last")
        return self

    def build(self): ...
