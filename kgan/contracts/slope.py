"""How steep a critic is at an image: what gradient penalties share."""

from collections.abc import Sequence

import tensorflow as tf

from kgan.contracts.loss import Critic
from kgan.errors import PluginError


def squared_slope(critic: Critic, images: tf.Tensor, who: str, axes: Sequence[int] = (1, 2, 3)) -> tf.Tensor:
    """Return ‖∇critic‖² at each image; where scores form a map, the gradient is that of their sum.

    Args:
        critic: images -> scores, differentiable twice.
        images: (n, height, width, channels).
        who: what penalises, for the error.
        axes: over which the gradient is squared and summed.

    Returns:
        Tensor (n,), or (n, ...) of the axes that are left, of the images' dtype.

    Raises:
        PluginError: the critic's scores do not depend on the images.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(images)
        scores = critic(images)
    gradient = tape.gradient(scores, images)
    if gradient is None:
        raise PluginError(
            f"{who} got no gradient; expected scores that depend on the images through differentiable "
            "operations alone; check the critic"
        )
    return tf.reduce_sum(tf.square(gradient), axis=axes)
