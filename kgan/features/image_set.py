"""Sets of images as the measures see them: counted, of one shape, read a few at a time.

An `kgan.data.store.store.ImageStore` is such a set as it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

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
        """Return the requested images."""
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
