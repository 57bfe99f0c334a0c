"""What an SRResNet can be asked for. Imports no TensorFlow, as recipes are checked by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kgan.errors import RecipeError
from kgan_plugins.gans.square_images import check_square

#: Side of the grid that the generator starts from.
START = 16

#: Side of the grid that the critic ends with.
END = 2

#: Sizes of images that it makes: the first grid, doubled by each shuffle.
SIZES = (32, 64, 128, 256, 512)


def check_srresnet(
    figures: Mapping[str, Any], image_shape: Sequence[int], batch_size: int | None = None
) -> None:
    """Refuse what no such network can have; asked when a recipe is read and when an `SRResNet` is made.

    Args:
        figures: of the constructor, defaults filled in.
        image_shape: (height, width, channels) of the images.
        batch_size: images of one update; any will do.

    Raises:
        RecipeError: with what was expected.
    """
    for name in ("latent_size", "width", "blocks", "critic_width", "critic_blocks"):
        if figures[name] < 1:
            raise RecipeError(f"srresnet: {name} {figures[name]}; expected 1 or more")
    check_square("srresnet", image_shape, SIZES)


def doublings(smaller: int, larger: int) -> int:
    """Return how often ``smaller`` must be doubled to make ``larger``, which is a power of two of it."""
    return (larger // smaller).bit_length() - 1
