"""Batch normalisation over the whole batch, on however many devices it lies."""

from typing import Any

import keras
import tensorflow as tf

from kgan.nn.replicas import global_mean, replicas
from kgan.nn.xla import compiling

#: Types that TensorFlow's fused operation takes.
_FUSED = (tf.float32, tf.bfloat16, tf.float16)


@keras.saving.register_keras_serializable("kgan")
class BatchNorm(keras.layers.Layer):
    """Normalises each feature by its mean and variance over the batch and all positions.

    Keras's layer takes the statistics of each replica's share: 16 images normalised as 2 x 8 differ from the
    same as 1 x 16 by a third of their standard deviation in a DCGAN critic. Here replicas share theirs, so
    that a network computes the same on one device and on several. Weights have the order of Keras's layer,
    and the moving variance is that of the population, as Keras's is. On one device TensorFlow's fused
    operation computes it, which takes fewer passes over the images; not under XLA, which fuses by itself and
    whose version of that operation is less exact (decision 039).

    On several devices first derivatives are exact and second ones are not (the mean inside the variance
    counts as a constant), so that no gradient penalty may go through it.

    Args:
        momentum: decay of the moving statistics, in [0, 1).
        epsilon: added to the variance.

    Reference: Ioffe and Szegedy, Batch Normalization, 2015, arXiv:1502.03167, algorithm 1.
    """

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3, **options: Any) -> None:
        super().__init__(**options)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make gain, bias and moving statistics, each (features,)."""
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones")
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros")
        moving = {"shape": shape, "trainable": False, "autocast": False}
        self.moving_mean = self.add_weight(name="moving_mean", initializer="zeros", **moving)
        self.moving_variance = self.add_weight(name="moving_variance", initializer="ones", **moving)

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Map (n, ..., features) to the same shape and dtype; statistics are float32 or wider."""
        if inputs.dtype in _FUSED and replicas() == 1 and not compiling():
            return self._fused(inputs, training)
        wide = tf.cast(inputs, tf.float32) if inputs.dtype.size < 4 else inputs
        mean, variance = self._batch_statistics(wide) if training else self._moving_statistics(wide.dtype)
        scale = tf.cast(tf.convert_to_tensor(self.gamma), wide.dtype) * tf.math.rsqrt(variance + self.epsilon)
        offset = tf.cast(tf.convert_to_tensor(self.beta), wide.dtype) - mean * scale
        return tf.cast(wide * scale + offset, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}

    def _fused(self, inputs: tf.Tensor, training: bool) -> tf.Tensor:
        image_like = inputs if inputs.shape.rank == 4 else tf.reshape(inputs, (-1, 1, 1, inputs.shape[-1]))
        moving = (tf.convert_to_tensor(self.moving_mean), tf.convert_to_tensor(self.moving_variance))
        normed, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=image_like,
            scale=tf.cast(tf.convert_to_tensor(self.gamma), tf.float32),
            offset=tf.cast(tf.convert_to_tensor(self.beta), tf.float32),
            mean=tf.constant([]) if training else moving[0],
            variance=tf.constant([]) if training else moving[1],
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            # The operation's variance is that of a sample: n / (n - 1) times the population's.
            count = tf.cast(tf.size(image_like, tf.int64) / inputs.shape[-1], variance.dtype)
            self._move(mean, variance * (tf.maximum(count - 1.0, 1.0) / count))
        return tf.reshape(normed, tf.shape(inputs)) if inputs.shape.rank != 4 else normed

    def _batch_statistics(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        axes = list(range(inputs.shape.rank - 1))
        mean = global_mean(inputs, axes)
        variance = global_mean(tf.math.squared_difference(inputs, tf.stop_gradient(mean)), axes)
        self._move(mean, variance)
        return mean, variance

    def _move(self, mean: tf.Tensor, variance: tf.Tensor) -> None:
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            kept = tf.convert_to_tensor(moving) * self.momentum
            moving.assign(kept + tf.cast(value, kept.dtype) * (1.0 - self.momentum))

    def _moving_statistics(self, dtype: tf.DType) -> tuple[tf.Tensor, tf.Tensor]:
        moving = self.moving_mean, self.moving_variance
        mean, variance = (tf.cast(tf.convert_to_tensor(value), dtype) for value in moving)
        return mean, variance


def contains_batch_norm(network: keras.Layer) -> bool:
    """Whether a network, or one inside it, normalises by statistics of the batch."""
    inside = getattr(network, "layers", ())
    return isinstance(network, BatchNorm) or any(contains_batch_norm(layer) for layer in inside)
