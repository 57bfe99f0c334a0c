"""Layers with an equalized learning rate: N(0, 1) weights, scaled at run time by He's constant.

Reference:
    Karras et al., Progressive Growing of GANs, 2018, arXiv:1710.10196, sections 4.1 and 4.2.
"""

import math
from typing import Any

import keras
import tensorflow as tf

from kgan.nn.bias import add_bias
from kgan.nn.convolution import convolve

NEGATIVE_SLOPE = 0.2


def at_least_float32() -> str:
    """Return the dtype of layers that mixed precision must not narrow: float32, or a run's float64."""
    return "float64" if keras.config.dtype_policy().compute_dtype == "float64" else "float32"


def widened(values: tf.Tensor) -> tf.Tensor:
    """Cast half-precision values to float32, where small squares do not vanish."""
    return tf.cast(values, tf.float32) if values.dtype.size < 4 else values


class Equalized(keras.layers.Layer):
    """Base of the layers whose N(0, 1) weights are scaled when they are used.

    Weights drawn small and left unscaled would train at another speed in each layer, and those near zero slow
    the processor down (denormals).

    Args:
        linear: leave out the activation and its gain of √2, as at the end of a network.
    """

    def __init__(self, *, linear: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.linear = linear

    def add_weights(self, shape: tuple[int, ...], fan_in: int) -> None:
        """Make kernel and bias, and know the scale.

        Args:
            shape: of the kernel; the bias has its last number.
            fan_in: inputs of one output.
        """
        self.kernel = self.add_weight(shape=shape, initializer=_normal(), name="kernel")
        self.bias = self.add_weight(shape=shape[-1:], initializer="zeros", name="bias")
        self.scale = math.sqrt((1.0 if self.linear else 2.0) / fan_in)

    def scaled(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the kernel as it is used on these inputs."""
        return tf.convert_to_tensor(self.kernel) * tf.cast(self.scale, inputs.dtype)

    def clip(self, limit: float) -> None:
        """Bring the weights, as they are once scaled, into [-limit, limit]."""
        for variable, bound in ((self.kernel, limit / self.scale), (self.bias, limit)):
            variable.assign(tf.clip_by_value(tf.convert_to_tensor(variable), -bound, bound))

    def activated(self, outputs: tf.Tensor) -> tf.Tensor:
        """Add the bias and apply the activation."""
        outputs = add_bias(outputs, tf.convert_to_tensor(self.bias))
        return outputs if self.linear else tf.nn.leaky_relu(outputs, NEGATIVE_SLOPE)


def _normal() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=1.0)


@keras.saving.register_keras_serializable("kgan_plugins")
class EqualizedConv2D(Equalized):
    """Convolution, bias and leaky ReLU (0.2).

    Args:
        filters: output channels.
        size: side of the kernel.
        padding: ``"same"`` or ``"valid"``.
        linear: leave out the activation and its gain of √2, as at the end of a network.
    """

    def __init__(
        self, filters: int, size: int, *, padding: str = "same", linear: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(linear=linear, **kwargs)
        self.filters = filters
        self.size = size
        self.padding = padding

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the kernel (size, size, channels, filters) and the bias (filters,)."""
        self.add_weights(
            (self.size, self.size, input_shape[-1], self.filters), self.size**2 * input_shape[-1]
        )

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Map (n, height, width, channels) to (n, height', width', filters)."""
        kernel, padding = self.scaled(inputs), self.padding.upper()
        if training:
            return self.activated(convolve(inputs, kernel, padding))
        return self.activated(tf.nn.conv2d(inputs, kernel, 1, padding))


@keras.saving.register_keras_serializable("kgan_plugins")
class EqualizedUpConv2D(EqualizedConv2D):
    """`EqualizedConv2D` of an image of which each pixel is first repeated twice in both directions.

    Both are one transposed convolution of stride 2: each pixel adds the sums of the kernel's entries that
    meet its four copies. It takes 16 products for each pixel, and a kernel of 3x3 on the repeated ones 36.

    Reference:
        Karras et al., Progressive Growing of GANs, 2018, arXiv:1710.10196, whose code does so too.
    """

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Map (n, height, width, channels) to (n, 2 * height, 2 * width, filters)."""
        kernel = tf.transpose(_over_copies(self.scaled(inputs)), (0, 1, 3, 2))
        count, (_, height, width, _) = tf.shape(inputs)[0], inputs.shape
        shape = (count, 2 * height, 2 * width, self.filters)
        return self.activated(tf.nn.conv2d_transpose(inputs, kernel, shape, 2, "SAME"))


def _over_copies(kernel: tf.Tensor) -> tf.Tensor:
    """Return what a pixel and its copies add to their neighbours: (size, size, ...) to one more a side.

    A place of the result is the sum of two neighbours, in both directions, of the turned kernel.
    """
    for axis in (0, 1):
        turned = tf.reverse(kernel, [axis])
        before, after = ([(0, 0)] * 4 for _ in range(2))
        before[axis], after[axis] = (1, 0), (0, 1)
        kernel = tf.pad(turned, before) + tf.pad(turned, after)
    return kernel


@keras.saving.register_keras_serializable("kgan_plugins")
class LatentToGrid(Equalized):
    """The generator's first convolution: a latent seen as one pixel, padded so that it fills a small grid.

    Args:
        filters: output channels.
        size: side of the kernel and of the grid.
    """

    def __init__(self, filters: int, size: int = 4, *, linear: bool = False, **kwargs: Any) -> None:
        super().__init__(linear=linear, **kwargs)
        self.filters = filters
        self.size = size

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the kernel (size, size, latent, filters) and the bias (filters,)."""
        self.add_weights(
            (self.size, self.size, input_shape[-1], self.filters), self.size**2 * input_shape[-1]
        )

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, latent) to (n, size, size, filters)."""
        return self.activated(tf.einsum("nl,hwlf->nhwf", inputs, self.scaled(inputs)))


@keras.saving.register_keras_serializable("kgan_plugins")
class EqualizedDense(Equalized):
    """Dense layer, bias and leaky ReLU (0.2).

    Args:
        units: output features.
        linear: leave out the activation and its gain of √2, as at the end of a network.
    """

    def __init__(self, units: int, *, linear: bool = False, **kwargs: Any) -> None:
        super().__init__(linear=linear, **kwargs)
        self.units = units

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the kernel (features, units) and the bias (units,)."""
        self.add_weights((input_shape[-1], self.units), input_shape[-1])

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, features) to (n, units)."""
        return self.activated(tf.matmul(inputs, self.scaled(inputs)))


@keras.saving.register_keras_serializable("kgan_plugins")
class PixelNorm(keras.layers.Layer):
    """Divides each pixel's feature vector (or a latent) by its root mean square."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, ..., features) to the same shape."""
        mean_square = tf.reduce_mean(tf.square(widened(inputs)), axis=-1, keepdims=True)
        return inputs * tf.cast(tf.math.rsqrt(mean_square + 1e-8), inputs.dtype)
