"""Stateless random draws: each is a function of (run seed, stream, step, replica) and of nothing else.

`keras.random`, ``SeedGenerator`` and ``Dropout`` draw the same numbers on every replica. TensorFlow's
``stateless_uniform`` and ``stateless_normal`` draw others under XLA than without it, even with
``alg="philox"``: key and counter come otherwise from the seed, and floats otherwise from the bits. The
bits of a given key and counter are the same, so all draws are made from those.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import TypeAlias

import tensorflow as tf

#: Sizes of each axis, as numbers or tensors, or one tensor of them all.
Shape: TypeAlias = "Sequence[int | tf.Tensor] | tf.Tensor"

_PHILOX = 1
_REPLICA_STRIDE = 0x9E3779B97F4A7C15 % 2**63


def stream_key(seed: int, stream: str) -> int:
    """Return a 63-bit key for one named stream of a run's seed."""
    digest = hashlib.sha256(f"{seed}/{stream}".encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def seed_for(seed: int, stream: str, step: tf.Tensor | int) -> tf.Tensor:
    """Return the (2,) int64 seed of a draw in this replica.

    Args:
        seed: the run's seed.
        stream: names the purpose of the draw, e.g. ``"generator/0/latents"``; unique within a step.
        step: scalar integer, the training step.

    Returns:
        Tensor (2,) int64 for the draws of this module.
    """
    context = tf.distribute.get_replica_context()
    replica = context.replica_id_in_sync_group if context is not None else 0
    replica = tf.cast(replica, tf.int64) * tf.constant(_REPLICA_STRIDE, tf.int64)
    return tf.stack([tf.constant(stream_key(seed, stream), tf.int64) + replica, tf.cast(step, tf.int64)])


def normal(shape: Shape, seed: tf.Tensor) -> tf.Tensor:
    """Draw float32 from N(0, 1)."""
    pairs = uniform(tf.concat([[2], _sizes(shape)], axis=0), seed)
    # Box and Muller 1958; 1 - u is never 0.
    return tf.sqrt(-2.0 * tf.math.log(1.0 - pairs[0])) * tf.cos(2.0 * math.pi * pairs[1])


def uniform(shape: Shape, seed: tf.Tensor, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Draw float32 from U(low, high), in steps of 2^-24 of the range."""
    bits = tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=_sizes(shape), **_key_and_counter(seed), alg=_PHILOX, dtype=tf.uint32
    )
    share = tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, tf.uint32)), tf.float32) * 2.0**-24
    return low + (high - low) * share


def integers(shape: Shape, seed: tf.Tensor, low: int, high: int) -> tf.Tensor:
    """Draw int32 uniformly from low, ..., high - 1."""
    return tf.raw_ops.StatelessRandomUniformIntV2(
        shape=_sizes(shape), **_key_and_counter(seed), alg=_PHILOX, minval=low, maxval=high
    )


def _sizes(shape: Shape) -> tf.Tensor:
    return tf.convert_to_tensor(shape, tf.int32)


def _key_and_counter(seed: tf.Tensor) -> dict[str, tf.Tensor]:
    # The step counts blocks of 2^64 draws, so that two steps never share a number.
    seed = tf.cast(seed, tf.int64)
    counter = tf.stack([tf.zeros((), tf.int64), seed[1]])
    return {"key": tf.bitcast(seed[:1], tf.uint64), "counter": tf.bitcast(counter, tf.uint64)}
