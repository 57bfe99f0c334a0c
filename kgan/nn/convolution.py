"""Convolutions of stride 1 whose derivatives are computed as a CPU computes them fastest.

oneDNN's derivative by the kernel reaches a seventh of the speed of its other convolutions where images are
large, and its convolution of a single image a third (decision 040). Here the former is a sum of products of
matrices, and a single image is divided into two. On GPUs, under XLA, and in half precision TensorFlow's own
operations are used, and with AVX-512 for all but wide kernels.

A convolution is linear in the image and in the kernel, so its derivatives are again one of three functions:
`convolve`, and its derivatives by image and kernel. Derivatives of every order are therefore exact.
"""

from typing import Any

import keras
import tensorflow as tf

from kgan.nn.bias import add_bias
from kgan.nn.processor import flags_here
from kgan.nn.xla import compiling

#: Pixels of an image from which on, and features of both sides of a kernel from which on this is faster.
LEAST_PIXELS, LEAST_FEATURES = 48 * 48, 32

#: Features from which on it is faster with AVX-512, whose derivatives by narrower kernels are fast enough.
LEAST_FEATURES_AVX512 = 256


@keras.saving.register_keras_serializable("kgan")
class Conv2D(keras.layers.Conv2D):
    """Keras's layer, faster in training where images are large; what it computes is the same."""

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Map (n, height, width, channels) to (n, height', width', filters)."""
        if not (training and self.data_format == "channels_last"):
            # Without `training` no derivative is wanted, and a graph without kgan's is easier to export.
            return super().call(inputs)
        kernel = tf.convert_to_tensor(self.kernel)
        if self.strides == self.dilation_rate == (1, 1) and self.groups == 1:
            outputs = convolve(inputs, kernel, self.padding.upper())
        else:
            outputs = self.convolution_op(inputs, kernel)
        if self.use_bias:
            outputs = add_bias(outputs, tf.convert_to_tensor(self.bias))
        return outputs if self.activation is None else self.activation(outputs)


def convolve(images: tf.Tensor, kernel: tf.Tensor, padding: str) -> tf.Tensor:
    """Convolve with stride 1, as ``tf.nn.conv2d`` does.

    Args:
        images: (n, height, width, channels) float.
        kernel: (rows, columns, channels, features), of the same type.
        padding: "SAME" or "VALID".

    Returns:
        Tensor (n, height', width', features).
    """
    if not _is_faster(images, kernel):
        return tf.nn.conv2d(images, kernel, 1, padding)

    @tf.custom_gradient
    def function(images: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Any]:
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            by_images = _by_images(upstream, kernel, images.shape, padding)
            return by_images, _by_kernel(images, upstream, kernel.shape, padding)

        return _forward(images, kernel, padding), gradient

    return function(images, kernel)


def _by_images(upstream: tf.Tensor, kernel: tf.Tensor, shape: tf.TensorShape, padding: str) -> tf.Tensor:
    """Return the derivative by the images of ``sum(upstream * convolve(images, kernel))``."""

    @tf.custom_gradient
    def function(upstream: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Any]:
        def gradient(other: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            by_upstream = convolve(other, kernel, padding)
            return by_upstream, _by_kernel(other, upstream, kernel.shape, padding)

        derivative = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=shape, filter=kernel, out_backprop=upstream, strides=[1, 1, 1, 1], padding=padding
        )
        return derivative, gradient

    return function(upstream, kernel)


def _by_kernel(images: tf.Tensor, upstream: tf.Tensor, shape: tf.TensorShape, padding: str) -> tf.Tensor:
    """Return the derivative by the kernel of ``sum(upstream * convolve(images, kernel))``."""

    @tf.custom_gradient
    def function(images: tf.Tensor, upstream: tf.Tensor) -> tuple[tf.Tensor, Any]:
        def gradient(other: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            by_images = _by_images(upstream, other, images.shape, padding)
            return by_images, convolve(images, other, padding)

        return _sum_of_products(_padded(images, shape, padding), upstream, shape), gradient

    return function(images, upstream)


def _is_faster(images: tf.Tensor, kernel: tf.Tensor) -> bool:
    if images.dtype != tf.float32 or not images.shape.is_fully_defined() or compiling():
        return False
    _, height, width, _ = images.shape
    *_, channels, features = kernel.shape
    least = LEAST_FEATURES_AVX512 if "avx512f" in flags_here() else LEAST_FEATURES
    large = height * width >= LEAST_PIXELS and min(channels, features) >= least
    return large and not tf.config.list_logical_devices("GPU")


def _forward(images: tf.Tensor, kernel: tf.Tensor, padding: str) -> tf.Tensor:
    rows = images.shape[1] - (kernel.shape[0] - 1 if padding == "VALID" else 0)
    if images.shape[0] > 1 or rows % 2:
        return tf.nn.conv2d(images, kernel, 1, padding)
    padded, half = _padded(images, kernel.shape, padding), rows // 2
    halves = tf.concat([padded[:, : half + kernel.shape[0] - 1], padded[:, half:]], axis=0)
    outputs = tf.nn.conv2d(halves, kernel, 1, "VALID")
    return tf.reshape(outputs, (1, rows, *outputs.shape[2:]))


def _padded(images: tf.Tensor, shape: tf.TensorShape, padding: str) -> tf.Tensor:
    """Return images with the zeros that TensorFlow adds for a kernel of this shape."""
    if padding == "VALID":
        return images
    sides = [((size - 1) // 2, size // 2) for size in shape[:2]]
    return tf.pad(images, ((0, 0), *sides, (0, 0)))


def _sum_of_products(padded: tf.Tensor, upstream: tf.Tensor, shape: tf.TensorShape) -> tf.Tensor:
    """Sum products of pixels and derivatives, for each place in the kernel.

    Where both are matrices with a row for each pixel of the padded images, one after the other, a place in
    the kernel is a distance between their rows; pixels that have no output have a derivative of zero.
    """
    rows, columns, channels, features = shape
    width, pixels = padded.shape[2], padded.shape[0] * padded.shape[1] * padded.shape[2]
    # No output lies so near the end.
    used = pixels - (rows - 1) * width - (columns - 1)
    values = tf.reshape(padded, (pixels, channels))
    zeros = ((0, 0), (0, rows - 1), (0, columns - 1), (0, 0))
    derivatives = tf.reshape(tf.pad(upstream, zeros), (pixels, features))[:used]
    places = (row * width + column for row in range(rows) for column in range(columns))
    products = [tf.matmul(values[place : place + used], derivatives, transpose_a=True) for place in places]
    return tf.reshape(tf.stack(products), shape)
