"""Square images, which is all that most architectures make. No TensorFlow, as recipes are checked by it."""

from collections.abc import Sequence

from kgan.contracts.config import IMAGE_SIZE, Unfit


def check_square(image_shape: Sequence[int], sizes: Sequence[int], who: str = "") -> None:
    """Refuse images that an architecture does not make.

    Args:
        image_shape: (height, width, channels).
        sizes: of images that it makes.
        who: what the message begins with.

    Raises:
        Unfit: with the sizes that it makes.
    """
    if len(image_shape) != 3 or image_shape[0] != image_shape[1] or image_shape[0] not in sizes:
        known = ", ".join(map(str, sizes))
        raise Unfit(
            f"{who}images of shape {tuple(image_shape)}; expected (size, size, channels) with a size among "
            f"{known}; set the canvas to the next larger one",
            IMAGE_SIZE,
        )
    if image_shape[2] < 1:
        raise Unfit(f"{who}images of {image_shape[2]} channels; expected 1 or more", IMAGE_SIZE)
