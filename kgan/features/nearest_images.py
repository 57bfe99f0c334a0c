"""The real images that are nearest to given ones, in one pass over any number of them."""

import numpy as np

from kgan.data.resize import resize
from kgan.errors import DataError
from kgan.features.image_set import Images
from kgan.features.neighbours import nearest_neighbour

#: Sides of the images that are compared, at most, in pixels.
SIDE = 64

#: Images of the set that are read at a time.
CHUNK = 256


def nearest_images(images: np.ndarray, among: Images) -> np.ndarray:
    """Return which of a set is nearest to each image, by the Euclidean distance of pixels.

    Args:
        images: (n, height, width, channels) uint8.
        among: one image or more, of the same shape.

    Returns:
        ndarray (n,) int64 numbers in the set, the first of equally near ones.

    Raises:
        DataError: the set is empty or of another shape.
    """
    if not len(among) or tuple(among.image_shape) != images.shape[1:]:
        raise DataError(
            f"images of {images.shape[1:]} compared with {len(among)} of {tuple(among.image_shape)}; "
            "expected some of the same shape"
        )
    queries = _rows(images)
    best, which = np.full(len(images), np.inf), np.zeros(len(images), np.int64)
    for start in range(0, len(among), CHUNK):
        numbers = np.arange(start, min(start + CHUNK, len(among)))
        distances, nearest = nearest_neighbour(queries, _rows(among.images(numbers)))
        nearer = distances < best
        best[nearer], which[nearer] = distances[nearer], numbers[nearest[nearer]]
    return which


def compared_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the (height, width) in px at which images of (height, width, ...) are compared."""
    return min(shape[0], SIDE), min(shape[1], SIDE)


def _rows(images: np.ndarray) -> np.ndarray:
    small = resize(images, compared_size(images.shape[1:]))
    return small.reshape(len(images), -1).astype(np.float64)
