"""The real images that look most like given ones, found in one pass over any number of them."""

import numpy as np

from kgan.data.sampling.sources import resize
from kgan.errors import DataError
from kgan.features.image_set import Images

#: Sides of the images that are compared, at most, in pixels.
SIDE = 64

_AT_ONCE = 256


def nearest_images(images: np.ndarray, among: Images) -> np.ndarray:
    """Return which of a set is nearest to each image, by the squared difference of pixels.

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
            f"images of {images.shape[1:]} looked for among {len(among)} of {tuple(among.image_shape)}; "
            "expected some of the same shape"
        )
    asked = _rows(images)
    best, which = np.full(len(images), np.inf), np.zeros(len(images), np.int64)
    for start in range(0, len(among), _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, len(among)))
        rows = _rows(among.images(numbers))
        distances = np.square(rows).sum(axis=1) - 2.0 * (asked @ rows.T)
        nearest = distances.argmin(axis=1)
        found = distances[np.arange(len(images)), nearest]
        nearer = found < best
        best[nearer], which[nearer] = found[nearer], numbers[nearest[nearer]]
    return which


def compared_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the (height, width) in px at which images of (height, width, ...) are compared."""
    return min(shape[0], SIDE), min(shape[1], SIDE)


def _rows(images: np.ndarray) -> np.ndarray:
    small = resize(images, compared_size(images.shape[1:]))
    return small.reshape(len(images), -1).astype(np.float64)
