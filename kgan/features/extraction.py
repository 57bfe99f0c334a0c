"""The features of a whole set of images, computed once for every metric that uses them."""

import numpy as np

from kgan.errors import DataError
from kgan.features.fixed import Features
from kgan.features.image_set import Images
from kgan.progress import Progress, Silent

_AT_ONCE = 64
_SILENT = Silent()


def extract_features(
    images: Images, features: Features, name: str = "images", progress: Progress = _SILENT
) -> np.ndarray:
    """Return the features of every image of a set.

    Args:
        images: the set.
        features: what images are compared by.
        name: of the set, for messages.
        progress: advanced by the images that are done; begun by the caller.

    Returns:
        ndarray (n, dimension) float64.

    Raises:
        DataError: features that are not finite, or of another length than announced.
    """
    points = np.empty((len(images), features.dimension))
    for start in range(0, len(images), _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, len(images)))
        part = np.asarray(features(images.images(numbers)), np.float64)
        if part.shape != (len(numbers), features.dimension):
            raise DataError(
                f"{features.name} of {name}: {part.shape} for {len(numbers)} images; expected "
                f"{(len(numbers), features.dimension)}"
            )
        points[numbers] = part
        progress.advance(len(numbers))
    check_finite(points, f"{features.name} of {name}")
    return points


def check_finite(points: np.ndarray, what: str) -> None:
    """Refuse features that are NaN or infinite.

    Args:
        points: (n, d) float64.
        what: for the message.

    Raises:
        DataError: an image's features are not finite; the message says which image's.
    """
    finite = np.isfinite(points).all(axis=1)
    if not finite.all():
        raise DataError(
            f"{what}: features of image {int(np.argmin(finite))} are not finite; expected numbers: is the "
            "network that gives them whole?"
        )


def check_varied(points: np.ndarray, name: str) -> None:
    """Refuse a set whose images are all the same, to which nothing can be compared.

    Args:
        points: (n, d) float64, its features.
        name: of the set, for the message.

    Raises:
        DataError: all rows are equal.
    """
    if len(points) and not np.ptp(points, axis=0).any():
        raise DataError(
            f"all {len(points)} images of {name} are the same; expected images that differ: is the folder or "
            "store the right one?"
        )
