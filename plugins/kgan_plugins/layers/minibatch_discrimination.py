"""Layers by which a critic compares the images of a batch."""

from typing import Any

import keras
import tensorflow as tf

from kgan_plugins.layers.equalized import widened


@keras.saving.register_keras_serializable("kgan_plugins")
class MinibatchDiscrimination(keras.layers.Layer):
    """Appends to each image's features its nearness to the others of the batch, in learned views of them.

    A view b maps features to a row of the matrix M; two images are ``exp(-‖M_i,b - M_j,b‖₁)`` near in it. The
    sum over the other images is divided by their number, so that batches of other sizes give like values;
    that, and leaving out an image's nearness to itself (always 1), are ours.

    Args:
        views: B, how many views.
        size: C, numbers in a row.

    Reference:
        Salimans et al., Improved Techniques for Training GANs, 2016, arXiv:1606.03498, section 3.2; 100 views
        of 5 numbers as in its code.
    """

    def __init__(self, views: int = 100, size: int = 5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.views = views
        self.size = size

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the tensor T, (features, views * size)."""
        shape = (input_shape[-1], self.views * self.size)
        initial = keras.initializers.RandomNormal(stddev=0.02)
        self.kernel = self.add_weight(shape=shape, initializer=initial, name="kernel")

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, features) to (n, features + views)."""
        rows = tf.matmul(widened(inputs), widened(tf.convert_to_tensor(self.kernel)))
        rows = tf.reshape(rows, (-1, self.views, self.size))
        distances = tf.reduce_sum(tf.abs(rows[:, None] - rows[None]), axis=3)
        others = tf.cast(tf.maximum(tf.shape(rows)[0] - 1, 1), rows.dtype)
        nearness = (tf.reduce_sum(tf.exp(-distances), axis=1) - 1.0) / others
        return tf.concat([inputs, tf.cast(nearness, inputs.dtype)], axis=1)


@keras.saving.register_keras_serializable("kgan_plugins")
class MinibatchStddev(keras.layers.Layer):
    """Appends one channel that says how much the images of a group differ (Karras et al. 2018, section 3).

    Groups are runs of consecutive images, so that batches put one after the other do not mix.

    Args:
        group: images in a group; a smaller batch is one group.
    """

    def __init__(self, group: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.group = group

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, h, w, c) to (n, h, w, c + 1); n is a multiple of the group."""
        _, height, width, channels = inputs.shape
        count = tf.shape(inputs)[0]
        group = tf.minimum(count, self.group)
        grouped = widened(tf.reshape(inputs, (-1, group, height * width * channels)))
        deviation = tf.sqrt(tf.math.reduce_variance(grouped, axis=1) + 1e-8)
        mean = tf.cast(tf.reduce_mean(deviation, axis=1), inputs.dtype)
        spread = tf.broadcast_to(mean[:, None, None, None, None], (count // group, group, height, width, 1))
        return tf.concat([inputs, tf.reshape(spread, (count, height, width, 1))], axis=3)
