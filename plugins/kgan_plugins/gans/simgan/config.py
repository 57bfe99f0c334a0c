"""Which figures a SimGAN can have; no TensorFlow, as recipes are checked by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kgan.errors import RecipeError

#: Side of the smallest images that the critic's convolutions leave anything of.
SMALLEST_SIDE = 29

# Table 3's stride, for images of table 3's size.
_PAPERS_STRIDE, _PAPERS_SIDE = 3, 224


def critic_stride(image_shape: Sequence[int], stride: int | None) -> int:
    """Return the stride of the critic's first layer.

    Args:
        image_shape: (height, width, channels).
        stride: what is asked for; ``None`` for the paper's, in proportion to the image.
    """
    return stride or max(1, round(min(image_shape[:2]) * _PAPERS_STRIDE / _PAPERS_SIDE))


def check(figures: Mapping[str, Any], image_shape: Sequence[int], batch_size: int | None = None) -> None:
    """Refuse figures of which no network can be made.

    Args:
        figures: the constructor's arguments by name.
        image_shape: (height, width, channels).
        batch_size: not looked at; any can be learnt from.

    Raises:
        RecipeError: with what was expected.
    """
    stride = critic_stride(image_shape, figures["critic_stride"])
    smallest = 20 * stride + 9
    if min(image_shape[:2]) < smallest:
        smaller = f" ({SMALLEST_SIDE} with critic_stride: 1)" if stride > 1 else ""
        raise RecipeError(
            f"simgan: images of {image_shape[0]}x{image_shape[1]} px are too small for the critic's first "
            f"stride of {stride}; expected at least {smallest} px a side{smaller}"
        )
