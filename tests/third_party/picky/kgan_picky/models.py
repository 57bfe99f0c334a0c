"""A GAN whose figures must fit, one whose check is too heavy, and a classifier."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from kgan.contracts.classifier import Classifier
from kgan.contracts.constraints import Count, Positive
from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss


class Picky(NoiseToImageGAN):
    """Wants sides that are multiples of its stride."""

    checked_by = "kgan_picky.figures:check"
    conflicts: ClassVar[Mapping] = {
        "norm": {"batch": "independent scores"},
        "sigmoid": {True: "unbounded scores"},
    }
    regime_defaults = {"critic_updates": 5, "r1": 0.0}

    def __init__(
        self,
        image_shape: Sequence[int],
        loss: AdversarialLoss,
        *,
        stride: Count = 4,
        rate: Positive = 1e-3,
        norm: Literal["batch", "layer", "none"] = "batch",
        sigmoid: bool = False,
    ) -> None: ...


class Heavy(ImageToImageGAN):
    """Its check imports Keras."""

    checked_by = "kgan_picky.weighty:check"

    def __init__(self, image_shape: Sequence[int]) -> None: ...


class Chooser(Classifier):
    """Takes ImageNet weights for images of three channels alone."""

    checked_by = "kgan_picky.figures:check_classifier"

    def __init__(
        self, image_shape: Sequence[int], *, weights: str | None = None, depth: Count = 3
    ) -> None: ...
