"""Learning rates as functions of the step."""

import math

import tensorflow as tf

from kgan.contracts.regime import Regime


def rate_share(regime: Regime, step: tf.Tensor) -> tf.Tensor:
    """Return what share of its first value a learning rate has.

    Args:
        regime: its ``halve_every``, ``decay`` and ``steps`` are used.
        step: integer scalar, the step about to be taken, from 0.

    Returns:
        Tensor () float32 in [0, 1].
    """
    share = tf.ones((), tf.float32)
    if regime.halve_every is not None:
        share *= 0.5 ** tf.cast(step // regime.halve_every, tf.float32)
    done = tf.minimum(tf.cast(step, tf.float32) / float(regime.steps or 1), 1.0)
    if regime.decay == "linear":
        share *= 1.0 - done
    if regime.decay == "cosine":
        share *= 0.5 * (1.0 + tf.cos(math.pi * done))
    return share
