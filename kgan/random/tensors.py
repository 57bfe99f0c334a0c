"""Stateless random draws: each is a function of (run seed, stream, step) and of its place in the batch.

A replica holds one share of the batch and draws what one device alone would draw for these images, so that a
training draws the same numbers on any number of devices. `keras.random`, ``SeedGenerator`` and ``Dropout``
draw the same numbers on every replica instead. TensorFlow's
``stateless_uniform`` and ``stateless_normal`` draw others under XLA than without it, even with
``alg="philox"``: key and counter come otherwise from the seed, and floats otherwise from the bits. The
bits of a given key and counter are the same, so all draws are made from those.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import tensorflow as tf

#: Sizes of each axis, as numbers or tensors, or one tensor of them all.
Shape: TypeAlias = "Sequence[int | tf.Tensor] | tf.Tensor"

_PHILOX = 1
#: Numbers that one block of Philox makes.
_BLOCK = 4
#: Values are made in whole runs of so many: vectorised logarithms round the rest of a run otherwise.
_RUN = 64
#: The second number of a seed is step * _SHARES + share.
_SHARES = 2**16


def stream_key(seed: int, stream: str) -> int:
    """Return a 63-bit key for one named stream of a run's seed."""
    digest = hashlib.sha256(f"{seed}/{stream}".encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def seed_for(seed: int, stream: str, step: tf.Tensor | int) -> tf.Tensor:
    """Return the seed of what is drawn for each image of this replica's share of the batch.

    Args:
        seed: the run's seed.
        stream: names the purpose of the draw, e.g. ``"generator/0/latents"``; unique within a step.
        step: scalar integer, the training step, below 2^47.

    Returns:
        Tensor (2,) int64 for the draws of this module, whose first axis must then be that of the images.
    """
    context = tf.distribute.get_replica_context()
    share = context.replica_id_in_sync_group if context is not None else 0
    return common_seed(seed, stream, step) + tf.stack([tf.zeros((), tf.int64), tf.cast(share, tf.int64)])


def common_seed(seed: int, stream: str, step: tf.Tensor | int) -> tf.Tensor:
    """Return the seed of a draw that is the same in every replica: (2,) int64; see `seed_for`."""
    return tf.stack([tf.constant(stream_key(seed, stream), tf.int64), tf.cast(step, tf.int64) * _SHARES])


def another(seed: tf.Tensor, number: int) -> tf.Tensor:
    """Return the seed of a further draw for the same images.

    Args:
        seed: (2,) int64.
        number: 1 or more; each gives another seed.
    """
    return seed + tf.constant([7919 * number, 0], tf.int64)


def normal(shape: Shape, seed: tf.Tensor) -> tf.Tensor:
    """Draw float32 from N(0, 1)."""

    def values(bits: tf.Tensor) -> tf.Tensor:
        pairs = tf.reshape(_unit(bits), (-1, 2))
        # Box and Muller 1958; 1 - u is never 0.
        return tf.sqrt(-2.0 * tf.math.log(1.0 - pairs[:, 0])) * tf.cos(2.0 * math.pi * pairs[:, 1])

    return _share(values, shape, seed, bits=2)


def uniform(shape: Shape, seed: tf.Tensor, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """Draw float32 from U(low, high), in steps of 2^-24 of the range."""
    return _share(lambda bits: low + (high - low) * _unit(bits), shape, seed)


def integers(shape: Shape, seed: tf.Tensor, low: int, high: int) -> tf.Tensor:
    """Draw int32 uniformly from low, ..., high - 1; at most 2^20 of them."""
    # The share is below 1 by 2^-24, more than what the product is rounded by.
    return _share(lambda bits: low + tf.cast(_unit(bits) * (high - low), tf.int32), shape, seed)


def _unit(bits: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, tf.uint32)), tf.float32) * 2.0**-24


def _share(
    values: Callable[[tf.Tensor], tf.Tensor], shape: Shape, seed: tf.Tensor, bits: int = 1
) -> tf.Tensor:
    """Draw share number s of a whole batch: values s * n to (s + 1) * n of its, for the n of the shape.

    Args:
        values: (n * bits,) uint32 -> (n,) values.
        shape: of the share.
        seed: (2,) int64.
        bits: numbers of 32 random bits that a value takes.
    """
    seed, sizes = tf.cast(seed, tf.int64), _sizes(shape)
    count = tf.reduce_prod(sizes)
    step, share = seed[1] // _SHARES, seed[1] % _SHARES
    first = share * tf.cast(count, tf.int64)
    # The step counts blocks of 2^64, so that two steps never share a number.
    counter = tf.stack([first // _RUN * (_RUN * bits // _BLOCK), step])
    drawn = tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=[(count // _RUN + 2) * (_RUN * bits)],
        key=tf.bitcast(seed[:1], tf.uint64),
        counter=tf.bitcast(counter, tf.uint64),
        alg=_PHILOX,
        dtype=tf.uint32,
    )
    return tf.reshape(tf.slice(values(drawn), [tf.cast(first % _RUN, tf.int32)], [count]), sizes)


def _sizes(shape: Shape) -> tf.Tensor:
    return tf.convert_to_tensor(shape, tf.int32)
