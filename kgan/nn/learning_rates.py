"""Learning rates as functions of the step."""

import math

import tensorflow as tf


def rate_share(step: tf.Tensor, *, halve_every: int | None, decay: str, steps: int | None) -> tf.Tensor:
    """Return what share of its first value a learning rate has.

    Args:
        step: integer scalar, the step about to be taken, from 0.
        halve_every: steps after which it is halved, again and again; ``None`` for never.
        decay: how it falls to zero: "constant" (not at all), "linear" or "cosine".
        steps: of the whole training, which a decay ends with.

    Returns:
        Tensor () float32 in [0, 1].
    """
    share = tf.ones((), tf.float32)
    if halve_every is not None:
        share *= 0.5 ** tf.cast(step // halve_every, tf.float32)
    done = tf.minimum(tf.cast(step, tf.float32) / float(steps or 1), 1.0)
    if decay == "linear":
        share *= 1.0 - done
    if decay == "cosine":
        share *= 0.5 * (1.0 + tf.cos(math.pi * done))
    return share
