"""What sizes and figures a MUNIT can have, told without TensorFlow."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgan.errors import RecipeError

#: Both encoders halve an image twice.
STRIDE = 4

#: The last of a critic's four halvings must be of 2 px or more, which reflection can pad.
_SMALLEST_FOR_ONE_SCALE = 16


def smallest_side(scales: int) -> int:
    """Return the least number of pixels a side that critics of so many scales can see."""
    return _SMALLEST_FOR_ONE_SCALE * 2 ** (scales - 1)


def channels_inside(channels: int) -> int:
    """Return how many channels the networks see of images of so many: grey images are repeated to three."""
    return 3 if channels == 1 else channels


def check_munit(
    figures: Mapping[str, Any], image_shape: Sequence[int], batch_size: int | None = None
) -> None:
    """Refuse what no MUNIT can be made of.

    Args:
        figures: ``scales`` and ``vgg_weights`` are looked at.
        image_shape: (height, width, channels).
        batch_size: of a recipe; ``None`` where a model is made, perhaps for inference alone, which needs no
            file of weights.

    Raises:
        RecipeError: what is wrong, expected and received.
    """
    scales, weights = int(figures["scales"]), figures.get("vgg_weights")
    height, width, channels = image_shape
    least = smallest_side(scales)
    if height % STRIDE or width % STRIDE:
        near = [max(least, round(side / STRIDE) * STRIDE) for side in (height, width)]
        raise RecipeError(
            f"munit: images of {height}x{width} px; expected sides that are multiples of {STRIDE}, as images "
            f"are halved twice and doubled again. Take {near[0]}x{near[1]}."
        )
    if min(height, width) < least:
        raise RecipeError(
            f"munit: images of {height}x{width} px are too small for critics of {scales} scale(s); expected "
            f"at least {least} px a side. Take larger images, or fewer 'scales': 1 needs "
            f"{smallest_side(1)} px, 2 need {smallest_side(2)}."
        )
    if weights is not None and channels not in (1, 3):
        raise RecipeError(
            f"munit: vgg_weights is for images of 1 or 3 channels; received {channels}. "
            "Leave it out, which leaves out the perceptual term."
        )
    if batch_size is not None and weights not in (None, "imagenet") and not Path(weights).is_file():
        raise RecipeError(
            f"munit: vgg_weights: no file {weights}; expected imagenet, a file of VGG16 weights, or null."
        )
