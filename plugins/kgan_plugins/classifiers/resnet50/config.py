"""Which figures a ResNet-50 can have; no TensorFlow, as recipes are checked by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kgan.errors import RecipeError

#: Width and residual blocks that Keras's ImageNet weights are for.
IMAGENET_WIDTH, IMAGENET_BLOCKS = 1.0, (3, 4, 6, 3)

_SMALLEST_SIDE = 5


def takes_imagenet_input(preprocessing: str, weights: str | None) -> bool:
    """Tell whether images are changed to what ImageNet weights want: see `ImageNetInput`."""
    return weights is not None if preprocessing == "auto" else preprocessing == "imagenet"


def check(figures: Mapping[str, Any], image_shape: Sequence[int], batch_size: int | None = None) -> None:
    """Refuse figures of which no network can be made.

    Args:
        figures: the constructor's arguments by name.
        image_shape: (height, width, channels).
        batch_size: not looked at; any can be learnt from.

    Raises:
        RecipeError: with what was expected.
    """
    blocks, width = tuple(figures["blocks"]), figures["width"]
    if len(blocks) != 4:
        raise RecipeError(f"resnet50: blocks {list(blocks)}; expected four numbers, one for each stage")
    if figures["weights"] == "imagenet" and (width, blocks) != (IMAGENET_WIDTH, IMAGENET_BLOCKS):
        raise RecipeError(
            f"resnet50: weights imagenet with width {width:g} and blocks {list(blocks)}; expected width "
            f"{IMAGENET_WIDTH:g} and blocks {list(IMAGENET_BLOCKS)}, or weights: null"
        )
    imagenet = takes_imagenet_input(figures["preprocessing"], figures["weights"])
    if imagenet and image_shape[-1] not in (1, 3):
        raise RecipeError(
            f"resnet50: images of {image_shape[-1]} channels; expected 1 or 3, which is what ImageNet's "
            "preprocessing takes, or preprocessing: none"
        )
    if min(image_shape[:2]) < _SMALLEST_SIDE:
        raise RecipeError(
            f"resnet50: images of {image_shape[0]}x{image_shape[1]} px; expected at least {_SMALLEST_SIDE} "
            "px a side"
        )


def deviations(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return where it departs from Han et al. 2019, or 2018, and from He et al. 2016: key -> sentence."""
    found = {
        "keras": "Where the papers are silent it is Keras's ResNet-50: kernels start as Glorot's, "
        "convolutions have a bias, batch normalisation has a momentum of "
        f"{figures['batch_norm_momentum']:g}, and there is no weight decay.",
        "pool": "The max-pool has no padding, so that it gives table 4's 55x55; He et al.'s gives 56x56.",
    }
    if figures["head"] == "sigmoid":
        found["score"] = (
            "An image's score is p1 / (p0 + p1) of the two sigmoids, and the loss the mean of both binary "
            "cross-entropies; the paper does not say how the class is read off."
        )
    if figures["optimizer"] == "adam":
        found["adam"] = "Adam's moments are Keras's 0.9 and 0.999 and its epsilon 1e-7."
    if takes_imagenet_input(figures["preprocessing"], figures.get("weights")):
        found["input"] = (
            "Images are brought to the range and means of the ImageNet weights, grey ones repeated to three "
            "channels."
        )
    if (figures["width"], tuple(figures["blocks"])) != (IMAGENET_WIDTH, IMAGENET_BLOCKS):
        found["smaller"] = (
            f"Layers have {figures['width']:g} times the published features, and the stages "
            f"{', '.join(map(str, figures['blocks']))} blocks instead of 3, 4, 6, 3."
        )
    return found
