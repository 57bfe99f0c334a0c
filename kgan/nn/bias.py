"""Adding biases, so that their derivatives are right in half precision too."""

from typing import Any

import tensorflow as tf


def add_bias(outputs: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """Add a number to each feature; derivatives of every order are added up in float32 or wider.

    The derivative by a bias is a sum over all images and pixels. On CPUs TensorFlow adds up bfloat16 in
    bfloat16: of 32,768 ones it makes 256.

    Args:
        outputs: (n, ..., features) float.
        bias: (features,), of the same type.

    Returns:
        Tensor of the outputs' shape and type.
    """
    if outputs.dtype.size >= 4:
        return tf.nn.bias_add(outputs, bias)

    @tf.custom_gradient
    def function(outputs: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Any]:
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            total = tf.reduce_sum(tf.cast(upstream, tf.float32), axis=tuple(range(upstream.shape.rank - 1)))
            return upstream, tf.cast(total, bias.dtype)

        return outputs + bias, gradient

    return function(outputs, bias)
