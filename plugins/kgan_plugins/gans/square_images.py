"""Square images, which is all that most architectures make. No TensorFlow, as recipes are checked by it."""

from collections.abc import Sequence

from kgan.errors import RecipeError


def check_square(who: str, image_shape: Sequence[int], sizes: Sequence[int]) -> None:
    """Refuse images that an architecture does not make.

    Args:
        who: the plugin, for the message.
        image_shape: (height, width, channels).
        sizes: of images that it makes.

    Raises:
        RecipeError: with the sizes that it makes.
    """
    if len(image_shape) != 3 or image_shape[0] != image_shape[1] or image_shape[0] not in sizes:
        known = ", ".join(map(str, sizes))
        raise RecipeError(
            f"{who}: images of shape {tuple(image_shape)}; expected (size, size, channels) with a size among "
            f"{known}; set the canvas to the next larger one"
        )
    if image_shape[2] < 1:
        raise RecipeError(f"{who}: images of {image_shape[2]} channels; expected 1 or more")
