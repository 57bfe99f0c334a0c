"""Parts that the settings of several steps share."""

import math
from collections.abc import Sequence
from typing import Literal

from kgan import registry
from kgan.contracts.sharing import most_devices
from kgan.files.inputs import InputFile
from kgan.schema.base import Part, Plugin
from kgan.schema.data import ViewSettings
from kgan.schema.types import Size

#: Pixels of images from which on a training needs more memory.
LARGE = 128 * 128


class PlacedView(Part):
    """How a GAN sees the real images, and where they lie on its canvas.

    Args:
        view: of the real images.
        canvas: (height, width) px that images are padded to.
        crop: px from 0 within which they are placed at random.
    """

    view: ViewSettings
    canvas: Size
    crop: int = 0


class ViewedPool(PlacedView):
    """A pool, and how its model sees the real images.

    Args:
        name: of the GAN, curation or refiner.
        step: that holds the pool.
    """

    name: str
    step: str


class FeatureSettings(Part):
    """By which trained network images are compared.

    Args:
        image_size: (height, width) px that images are resized to.
        network: a published network; ``None`` for the classifier alone.
        weights: of the network.
        classifier: the step whose classifier is taken where the network's weights cannot be had.
        setup: of that classifier, for its name.
    """

    image_size: Size
    network: Literal["densenet169", "resnet50"] | None = None
    weights: Literal["imagenet"] | InputFile | None = None
    classifier: str | None = None
    setup: str | None = None


#: A name of fixed features, or a trained network.
FeatureChoice = Literal["pixels", "random"] | FeatureSettings


def classifier_behind(features: FeatureChoice | None) -> list[str]:
    """Return the step whose classifier gives features, if one does."""
    step = features.classifier if isinstance(features, FeatureSettings) else None
    return [step] if step else []


def size_text(size: Sequence[int]) -> str:
    """Return (height, width) in words."""
    return f"{size[0]}x{size[1]}"


def gigabytes_of_training(size: Size) -> float:
    """Return the memory that a training on a CPU needs, roughly and at most.

    The networks of the papers took 8.7 GB (ResNet-50, 96 images of 224x224) and 5 GB (SimGAN); those of the
    demos take less than 1.5 GB.

    Args:
        size: (height, width) px of its images.
    """
    return 10.0 if math.prod(size) > LARGE else 4.0


def devices_of_training(kind: str, plugin: Plugin, batch: int, available: int) -> int:
    """Return the largest number of GPUs that compute together what one computes; 0 if there is none.

    Args:
        kind: "gans" or "classifiers".
        plugin: that is trained.
        batch: images of one update.
        available: GPUs that a training may have, 0 or more.
    """
    config = registry.configure(kind, plugin.plugin, plugin.parameters)
    return most_devices(available, batch, config.images_together(batch)) if available else 0
