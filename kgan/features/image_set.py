"""Sets of images as the measures see them: counted, of one shape, read a few at a time.

An `kgan.data.store.store.ImageStore` is such a set as it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kgan.errors import DataError

#: Bytes that one chunk of images takes as float64.
CHUNK_BYTES = 32 * 2**20


class Images(Protocol):
    """What a measure asks of a set of images."""

    def __len__(self) -> int: ...

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of every image."""

    def images(self, indices: np.ndarray) -> np.ndarray:
        """Return (k, height, width, channels) uint8 for (k,) indices in any order."""


@dataclass(frozen=True, eq=False)
class HeldImages:
    """Images in memory.

    Args:
        array: (n, height, width, channels) uint8.

    Raises:
        DataError: the array is of another kind.
    """

    array: np.ndarray

    def __post_init__(self) -> None:
        if self.array.ndim != 4 or self.array.dtype != np.uint8:
            raise DataError(
                f"images of shape {self.array.shape} and type {self.array.dtype}; expected uint8 "
                "(n, height, width, channels)"
            )

    def __len__(self) -> int:
        return len(self.array)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        height, width, channels = self.array.shape[1:]
        return height, width, channels

    def images(self, indices: np.ndarray) -> np.ndarray:
        """Return the images asked for."""
        return self.array[indices]


@dataclass(frozen=True, eq=False)
class ImageSubset:
    """Some images of a set, such as those of one class or of one half of the patients.

    Args:
        whole: the set.
        indices: (n,) int64, which of it.
    """

    whole: Images
    indices: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return self.whole.image_shape

    def images(self, indices: np.ndarray) -> np.ndarray:
        """Return the images asked for."""
        return self.whole.images(self.indices[indices])


def chunks(images: Images) -> Iterator[tuple[slice, np.ndarray]]:
    """Read a set once, in order.

    Yields:
        where the chunk stands in the set, and its images (k, height, width, channels) uint8; as float64 they
        take at most `CHUNK_BYTES`, or are one image.
    """
    length = max(1, CHUNK_BYTES // (8 * int(np.prod(images.image_shape))))
    for start in range(0, len(images), length):
        here = slice(start, min(start + length, len(images)))
        yield here, images.images(np.arange(here.start, here.stop))
