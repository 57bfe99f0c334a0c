"""Zero padding to a GAN's size, at a random place: Han et al.'s padding and random cropping in one.

Padding 240 to 256 pixels leaves 16 to share between the two sides; "random cropping in 0-15 pixels" chooses
how (our reading: no brain is ever cut off).
"""

import numpy as np

from kgan.random.streams import rng


def padding_offsets(count: int, crop: int, seed: int, stream: str, step: int) -> np.ndarray:
    """Draw where images stand in the padded area.

    Returns:
        ndarray (count, 2) int64: rows above and columns to the left, in 0..crop.
    """
    return rng(seed, stream, step).integers(0, crop + 1, (count, 2))


def pad_images(images: np.ndarray, size: tuple[int, int], at: np.ndarray | None = None) -> np.ndarray:
    """Pad images with zeros.

    Args:
        images: (n, height, width, channels) uint8.
        size: (height, width) in pixels, no smaller than the images.
        at: (n, 2) rows above and columns to the left; ``None`` centres.

    Returns:
        ndarray (n, *size, channels) uint8.
    """
    n, height, width, channels = images.shape
    if at is None:
        at = np.broadcast_to([(size[0] - height) // 2, (size[1] - width) // 2], (n, 2))
    whole = np.zeros((n, *size, channels), np.uint8)
    for image, target, (top, left) in zip(images, whole, at, strict=True):
        target[top : top + height, left : left + width] = image
    return whole


def random_flip(images: np.ndarray, seed: int, stream: str, step: int) -> np.ndarray:
    """Mirror each image left to right with probability 1/2."""
    mirrored = rng(seed, stream, step).random(len(images)) < 0.5
    return np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)
