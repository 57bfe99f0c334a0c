"""Norms of a critic's gradient, which gradient penalties hold near a value."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from kgan.errors import PluginError

Critic = Callable[[tf.Tensor], tf.Tensor]


def squared_gradient_norm(
    critic: Critic, images: tf.Tensor, penalty: str, axes: Sequence[int] = (1, 2, 3)
) -> tf.Tensor:
    """Return ‖∇critic‖² at each image; where scores form a map, the gradient is that of their sum.

    Args:
        critic: images -> scores, differentiable twice.
        images: (n, height, width, channels).
        penalty: name of the penalty, for the error.
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
            f"{penalty} got no gradient; expected scores that depend on the images through differentiable "
            "operations alone; check the critic"
        )
    return tf.reduce_sum(tf.square(gradient), axis=axes)


def gradient_norm(critic: Critic, images: tf.Tensor, loss: str, axes: Sequence[int] = (1, 2, 3)) -> tf.Tensor:
    """Return ‖∇critic‖₂ at each image, with finite derivatives even where the critic is constant.

    Args:
        critic: images -> scores, differentiable twice.
        images: (n, height, width, channels).
        loss: name of the loss, for the error.
        axes: over which the gradient is squared and summed.

    Returns:
        Tensor (n,), or (n, ...) of the axes that are left, of the images' dtype.

    Raises:
        PluginError: the critic's scores do not depend on the images.
    """
    squared = squared_gradient_norm(critic, images, f"the gradient penalty of {loss!r}", axes)
    # The derivative of the square root is infinite at zero, and a NaN ends a training.
    return tf.sqrt(squared + 1e-12)


def r1(critic: Critic, real: tf.Tensor, weight: float) -> tf.Tensor:
    """Return ``weight / 2 * ‖∇critic(real)‖²``, one value an image: (n,) float32.

    Raises:
        PluginError: the critic's scores do not depend on the images.

    Reference:
        Mescheder et al., Which Training Methods for GANs do actually Converge?, 2018, arXiv:1801.04406,
        equation 9.
    """
    return 0.5 * weight * tf.cast(squared_gradient_norm(critic, real, "R1"), tf.float32)
