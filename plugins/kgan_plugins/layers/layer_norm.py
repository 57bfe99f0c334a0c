"""Layer normalisation that a gradient penalty may go through."""

from typing import Any

import keras
import tensorflow as tf

from kgan_plugins.layers.equalized import widened


@keras.saving.register_keras_serializable("kgan_plugins")
class LayerNorm(keras.layers.Layer):
    """Normalises each image over rows, columns and features; a gain and a bias for each feature.

    Keras's normalisation layers take their statistics from ``tf.nn.moments``, which stops the gradient at
    the mean: first derivatives are right, but second ones are not, and the gradient of a penalty with them.

    Args:
        epsilon: added to the variance.

    Reference:
        Ba et al., Layer Normalization, 2016, arXiv:1607.06450, section 3.
    """

    def __init__(self, epsilon: float = 1e-5, **options: Any) -> None:
        super().__init__(**options)
        self.epsilon = epsilon

    def build(self, shape: tuple[Any, ...]) -> None:
        """Make gain and bias."""
        self.gain = self.add_weight(name="gain", shape=(shape[-1],), initializer="ones")
        self.bias = self.add_weight(name="bias", shape=(shape[-1],), initializer="zeros")

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """Return (n, height, width, features) in the layer's dtype; statistics are float32 or wider."""
        wide = widened(images)
        centred = wide - tf.reduce_mean(wide, axis=(1, 2, 3), keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), axis=(1, 2, 3), keepdims=True)
        normed = centred * tf.math.rsqrt(variance + self.epsilon)
        # Gain and bias are widened as well, so that their derivatives are added up in float32.
        gain, bias = (widened(tf.convert_to_tensor(value)) for value in (self.gain, self.bias))
        return tf.cast(normed * gain + bias, images.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}
