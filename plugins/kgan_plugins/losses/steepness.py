"""The norm of a critic's gradient, which gradient penalties hold near a value."""

from collections.abc import Sequence

import tensorflow as tf

from kgan.contracts.loss import Critic
from kgan.contracts.slope import squared_slope


def steepness(critic: Critic, images: tf.Tensor, loss: str, axes: Sequence[int] = (1, 2, 3)) -> tf.Tensor:
    """Return ‖∇critic‖₂ at each image; where scores form a map, the gradient is that of their sum.

    Args:
        critic: images -> scores, differentiable twice.
        images: (n, height, width, channels).
        loss: name of the loss, for the error.
        axes: over which the gradient is squared and summed.

    Returns:
        Tensor (n,), or (n, ...) of the axes that are left, of the images' dtype, with finite derivatives even
        where the critic is flat.

    Raises:
        PluginError: the critic's scores do not depend on the images.
    """
    slope = squared_slope(critic, images, f"the gradient penalty of {loss!r}", axes)
    # The derivative of the square root is infinite at zero, and a NaN ends a training.
    return tf.sqrt(slope + 1e-12)
