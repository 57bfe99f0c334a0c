"""The terms of the UNIT and MUNIT losses: one value an image each, unweighted.

Reference:
    Liu et al., Unsupervised Image-to-Image Translation Networks, 2017, arXiv:1703.00848; Huang et al.,
    Multimodal Unsupervised Image-to-Image Translation, 2018, arXiv:1804.04732, section 4 and appendix.
"""

from collections.abc import Sequence

import tensorflow as tf

from kgan_plugins.layers.adaptive_norm import standardised


def per_image_mean(values: tf.Tensor) -> tf.Tensor:
    """Average (n, ...) over all but the first axis: (n,)."""
    return tf.reduce_mean(values, axis=tuple(range(1, values.shape.rank)))


def absolute_error(first: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Return the mean absolute difference of two images, or codes, each: (n, ...) -> (n,)."""
    return per_image_mean(tf.abs(first - other))


def code_divergence(means: tf.Tensor) -> tf.Tensor:
    """Return the mean square of a code's numbers: (n, ...) -> (n,).

    The Kullback-Leibler divergence of N(m, 1) from N(0, 1) is m²/2. The authors' public code leaves the half
    out and averages over the code instead of adding up; the weight 0.01 is for that.
    """
    return per_image_mean(tf.square(means))


def least_squares(maps: tf.Tensor | Sequence[tf.Tensor], wanted: float) -> tf.Tensor:
    """Return the mean squared distance of scores from what is wanted, summed over the scales.

    Args:
        maps: (n, rows, columns, 1) of one scale, or a list of them.
        wanted: 1 for real and 0 for generated images in the critic's loss, 1 in the generator's.

    Returns:
        Tensor (n,).
    """
    return tf.add_n([per_image_mean(tf.square(scores - wanted)) for scores in tf.nest.flatten(maps)])


def feature_distance(first: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Return the mean squared difference of features that were instance-normalised first.

    What a domain does to all of an image (brightness, contrast) is so left out: what is compared is where
    things are.

    Args:
        first: (n, rows, columns, channels).
        other: the same shape.

    Returns:
        Tensor (n,).
    """
    return per_image_mean(tf.square(standardised(first) - standardised(other)))
