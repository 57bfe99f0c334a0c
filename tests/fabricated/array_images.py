"""A set of images that is an array."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ArrayImages:
    """Images in memory, (n, height, width, channels) uint8."""

    array: np.ndarray

    def __len__(self) -> int:
        return len(self.array)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        height, width, channels = self.array.shape[1:]
        return height, width, channels

    def images(self, indices: np.ndarray) -> np.ndarray:
        return self.array[indices]
