"""Instance normalisation, and the adaptive kind, whose scales and shifts come from somewhere else.

Reference:
    Ulyanov et al., Instance Normalization, 2016, arXiv:1607.08022; Huang and Belongie, Arbitrary Style
    Transfer in Real-time with Adaptive Instance Normalization, 2017, arXiv:1703.06868, equation 8.
"""

from typing import Any

import keras
import tensorflow as tf

from kgan_plugins.layers.equalized import widened

#: Added to variances, so that a channel that is the same everywhere becomes zero.
EPSILON = 1e-5


def standardised(features: tf.Tensor) -> tf.Tensor:
    """Bring each channel of each image to mean 0 and variance 1 over its pixels.

    Args:
        features: (n, height, width, channels), any float type.

    Returns:
        Tensor of the same shape, at least float32.
    """
    features = widened(features)
    mean, variance = tf.nn.moments(features, axes=(1, 2), keepdims=True)
    return (features - mean) * tf.math.rsqrt(variance + EPSILON)


@keras.saving.register_keras_serializable("kgan_plugins")
class InstanceNorm(keras.layers.Layer):
    """`standardised` as a layer; there is nothing to be learnt in it."""

    def call(self, features: tf.Tensor) -> tf.Tensor:
        """Map (n, height, width, channels) to the same shape and type."""
        return tf.cast(standardised(features), features.dtype)


@keras.saving.register_keras_serializable("kgan_plugins")
class AdaptiveInstanceNorm(keras.layers.Layer):
    """Instance normalisation, then a scale and a shift for each channel of each image: (1 + a) x + b.

    Scales are counted from 1, so that parameters near zero leave the normalised features as they are.
    """

    def call(self, features: tf.Tensor, parameters: tf.Tensor) -> tf.Tensor:
        """Normalise.

        Args:
            features: (n, height, width, channels).
            parameters: (n, 2 * channels), a of each channel and then b of each.

        Returns:
            Tensor of the features' shape and type.
        """
        scale, shift = tf.split(widened(parameters)[:, None, None, :], 2, axis=-1)
        return tf.cast((1.0 + scale) * standardised(features) + shift, features.dtype)


@keras.saving.register_keras_serializable("kgan_plugins")
class LearntParameters(keras.layers.Layer):
    """One vector that is learnt and that every image gets: the parameters of a domain without styles.

    Args:
        size: numbers in it; all are 0 at first.
    """

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the vector (size,)."""
        self.parameters = self.add_weight(shape=(self.size,), initializer="zeros", name="parameters")

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map anything of n images to (n, size)."""
        parameters = tf.convert_to_tensor(self.parameters)
        return tf.broadcast_to(parameters, (tf.shape(inputs)[0], self.size))
