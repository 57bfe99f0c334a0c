"""Differentiable augmentation of all images that a critic sees.

Each operation is affine in the image, by matrix products, sums and masks alone, so that a penalty on
gradients taken through it has exact second derivatives (resizing and warping have none).
"""

from collections.abc import Callable, Sequence

import tensorflow as tf

from kgan.random import tensors

_SHIFT = 1 / 8
_HOLE = 1 / 2
_AIR = -1.0


def diff_augment(images: tf.Tensor, operations: Sequence[str], seed: tf.Tensor) -> tf.Tensor:
    """Change each image at random, in the order of ``operations``.

    Args:
        images: (n, height, width, channels) in [-1, 1].
        operations: out of "brightness" (a value of U(-0.5, 0.5) is added), "contrast" (distances from the
            image's mean are multiplied by a value of U(0.5, 1.5)), "translation" (by up to an eighth of each
            side, in whole pixels), "cutout" (a square of half the side becomes mid-grey).
        seed: (2,) int64.

    Returns:
        Tensor of the same shape and dtype.

    Reference:
        Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020, arXiv:2006.10738,
        section 3 and its ranges. Brightness and contrast apart (the paper's "color" is both, and saturation,
        which grey images lack), and air instead of mid-grey beside a moved image, are ours.
    """
    for number, operation in enumerate(operations):
        images = _OPERATIONS[operation](images, tensors.another(seed, number + 1))
    return images


def _brightness(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    return images + _one_an_image(images, seed, -0.5, 0.5)


def _contrast(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * _one_an_image(images, seed, 0.5, 1.5)


def _translation(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    count = tf.shape(images)[0]
    rows, columns = images.shape[1], images.shape[2]
    down = tensors.integers((count,), seed, -round(rows * _SHIFT), round(rows * _SHIFT) + 1)
    right = tensors.integers(
        (count,), tensors.another(seed, 10), -round(columns * _SHIFT), round(columns * _SHIFT) + 1
    )
    moved = tf.einsum("nij,njkc->nikc", _moving(down, rows, images.dtype), images - _AIR)
    return tf.einsum("nij,nkjc->nkic", _moving(right, columns, images.dtype), moved) + _AIR


def _moving(shifts: tf.Tensor, size: int, dtype: tf.DType) -> tf.Tensor:
    """Return (n, size, size) matrices; row i has a one at column i - shift, if there is such a column."""
    return tf.one_hot(tf.range(size)[None, :] - shifts[:, None], size, dtype=dtype)


def _cutout(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    count = tf.shape(images)[0]
    inside = [
        _span(count, images.shape[axis], tensors.another(seed, 10 * axis), images.dtype) for axis in (1, 2)
    ]
    hole = inside[0][:, :, None] * inside[1][:, None, :]
    return images * (1 - hole)[..., None]


def _span(count: tf.Tensor, size: int, seed: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Return (n, size) with ones where a stretch of half the size, somewhere, lies."""
    length = round(size * _HOLE)
    centre = tensors.integers((count, 1), seed, 0, size + 1 - length % 2)
    places = tf.range(size)[None, :] - centre + length // 2
    return tf.cast((places >= 0) & (places < length), dtype)


def _one_an_image(images: tf.Tensor, seed: tf.Tensor, low: float, high: float) -> tf.Tensor:
    return tf.cast(tensors.uniform((tf.shape(images)[0], 1, 1, 1), seed, low, high), images.dtype)


_OPERATIONS: dict[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "translation": _translation,
    "cutout": _cutout,
}
