"""Stateless random draws: each is a function of (run seed, stream, step, replica) and of nothing else.

`keras.random`, ``SeedGenerator`` and ``Dropout`` draw the same numbers on every replica, and TensorFlow's
default stateless generator differs between XLA and not; Philox does neither.
"""

import hashlib

import tensorflow as tf

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
        Tensor (2,) int64 for ``tf.random.stateless_*(..., alg="philox")``.
    """
    context = tf.distribute.get_replica_context()
    replica = context.replica_id_in_sync_group if context is not None else 0
    replica = tf.cast(replica, tf.int64) * tf.constant(_REPLICA_STRIDE, tf.int64)
    return tf.stack([tf.constant(stream_key(seed, stream), tf.int64) + replica, tf.cast(step, tf.int64)])


def normal(shape: tuple, seed: tf.Tensor) -> tf.Tensor:
    """Draw float32 from N(0, 1)."""
    return tf.random.stateless_normal(shape, seed, alg="philox")


def uniform(shape: tuple, seed: tf.Tensor, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Draw float32 from U(low, high)."""
    return tf.random.stateless_uniform(shape, seed, low, high, alg="philox")


def integers(shape: tuple, seed: tf.Tensor, low: int, high: int) -> tf.Tensor:
    """Draw int32 uniformly from low, ..., high - 1."""
    return tf.random.stateless_uniform(shape, seed, low, high, dtype=tf.int32, alg="philox")
