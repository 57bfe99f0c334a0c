"""The norm of a critic's gradient, which gradient penalties hold near a value."""

import tensorflow as tf

from kgan.contracts.loss import Critic
from kgan.contracts.slope import squared_slope


def steepness(critic: Critic, images: tf.Tensor, loss: str) -> tf.Tensor:
    """Return ‖∇critic‖₂ at each image; where scores form a map, the gradient is that of their sum.

    Args:
        critic: images -> scores, differentiable twice.
        images: (n, height, width, channels).
        loss: name of the loss, for the error.

    Returns:
        Tensor (n,) of the images' dtype, with finite derivatives even where the critic is flat.

    Raises:
        PluginError: the critic's scores do not depend on the images.
    """
    slope = squared_slope(critic, images, f"the gradient penalty of {loss!r}")
    # The derivative of the square root is infinite at zero, and a NaN ends a training.
    return tf.sqrt(slope + 1e-12)
