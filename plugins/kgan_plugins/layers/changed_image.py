"""What a refiner of small changes ends in: the image itself, and what is changed of it."""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from kgan_plugins.layers.equalized import at_least_float32

#: Grey values are kept this far from -1 and 1, where the inverse of tanh is infinite.
_LARGEST = 0.999


@keras.saving.register_keras_serializable("kgan_plugins")
class ChangedImage(layers.Layer):
    """Adds a change to an image on the scale on which tanh makes grey values of it.

    Without a change the image stays what it is, but for grey values beyond ±0.999. Where an image is black or
    white a change does little, so that air stays air.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": at_least_float32()})

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        """Map images in [-1, 1] and changes, (n, height, width, channels) both, to images in (-1, 1)."""
        images, changes = inputs
        return tf.tanh(tf.atanh(tf.clip_by_value(images, -_LARGEST, _LARGEST)) + changes)
