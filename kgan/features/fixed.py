"""What a kernel distance compares images by: their pixels, or a fixed network of random filters."""

from typing import Protocol

import numpy as np

from kgan.data.resize import resize
from kgan.errors import DataError
from kgan.random.streams import rng

_SIZE = (64, 64)
_WIDTHS = (16, 32, 64, 128)
_FAINT = 0.5


class Features(Protocol):
    """From images to vectors. Other networks' features are of the same form.

    Attributes:
        name: written beside every value that depends on them.
        dimension: length of a vector.
    """

    name: str
    dimension: int

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return (n, dimension) float64 of images (n, height, width, channels) uint8."""


class PixelFeatures:
    """The pixels themselves, brought to one size, in [-1, 1].

    Args:
        size: (height, width) in pixels.
        channels: of the images.
    """

    def __init__(self, size: tuple[int, int] = (32, 32), channels: int = 1) -> None:
        self.size = size
        self.channels = channels
        self.name = f"pixels at {size[0]}x{size[1]}"
        self.dimension = size[0] * size[1] * channels

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the pixels."""
        _check(images, self.channels)
        return resize(images, self.size).reshape(len(images), -1) / 127.5 - 1.0


class RandomFeatures:
    """A fixed convolutional network whose filters are drawn once and never trained; the network is ours.

    Images are brought to 64x64. Four times: convolution 3x3, absolute value, division by √(0.5² + mean square
    of the maps at the pixel), averages of 2x2. Of every map the mean and the standard deviation over its
    pixels are kept, and of the last ones, 4x4, the means of the four quarters: 16, 32, 64 and 128 maps make
    992 numbers. Filters are drawn from N(0, 2 / inputs) and have their mean over the nine pixels taken off.
    So edges, texture and shape count, faint ones as little as they are seen; brightness counts at edges.

    Args:
        channels: of the images.
        seed: another seed makes another network; values are comparable for one seed only.

    Reference:
        On rectified and contrast-normalised random filters: Jarrett et al., What is the Best Multi-Stage
        Architecture for Object Recognition?, ICCV 2009. On untrained networks as the embedding of images
        unlike ImageNet's: Naeem et al., Reliable Fidelity and Diversity Metrics for Generative Models, 2020,
        arXiv:2002.09797.
    """

    def __init__(self, channels: int = 1, seed: int = 0) -> None:
        self.channels = channels
        self.name = f"random convolutions, seed {seed}"
        self.dimension = 2 * sum(_WIDTHS) + 4 * _WIDTHS[-1]
        inputs = (channels, *_WIDTHS[:-1])
        pairs = zip(inputs, _WIDTHS, strict=True)
        self._filters = [_filters(seed, layer, *widths) for layer, widths in enumerate(pairs)]

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the statistics of all feature maps."""
        _check(images, self.channels)
        maps = resize(images, _SIZE) / 127.5 - 1.0
        kept = []
        for filters in self._filters:
            maps = _halved(_normalised(np.abs(_convolved(maps, filters))))
            kept += [maps.mean(axis=(1, 2)), maps.std(axis=(1, 2))]
        quarters = _halved(maps).reshape(len(images), -1)
        return np.concatenate([*kept, quarters], axis=1)


def _filters(seed: int, layer: int, inputs: int, outputs: int) -> np.ndarray:
    drawn = rng(seed, "features/filters", layer).standard_normal((9, inputs, outputs))
    drawn -= drawn.mean(axis=0)
    return drawn.reshape(9 * inputs, outputs) * np.sqrt(2.0 / (9 * inputs))


def _convolved(maps: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """(n, h, w, c) -> (n, h, w, outputs); 3x3, the border repeated outwards."""
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    _, height, width, _ = maps.shape
    shifted = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
    return np.concatenate(shifted, axis=-1) @ filters


def _normalised(maps: np.ndarray) -> np.ndarray:
    return maps / np.sqrt(np.square(maps).mean(axis=-1, keepdims=True) + _FAINT**2)


def _halved(maps: np.ndarray) -> np.ndarray:
    n, height, width, channels = maps.shape
    return maps.reshape(n, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def _check(images: np.ndarray, channels: int) -> None:
    if images.ndim != 4 or images.shape[-1] != channels or images.dtype != np.uint8:
        raise DataError(
            f"features of images {images.shape} {images.dtype}; expected uint8 (n, height, width, {channels})"
        )
