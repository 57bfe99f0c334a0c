"""Replicas share one batch: what is computed over a batch is computed over all of their shares."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


def replicas() -> int:
    """Return how many replicas share each batch."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def global_mean(values: tf.Tensor, axes: Sequence[int]) -> tf.Tensor:
    """Return the mean over axes of the whole batch, of which each replica holds an equal share.

    Args:
        values: this replica's, float.
        axes: that vanish, the batch's among them.

    Returns:
        Tensor of the other axes, the same in every replica; its gradient is exact, as each replica's loss
        reaches the values of all.
    """
    mean = tf.reduce_mean(values, axis=axes)
    context = tf.distribute.get_replica_context()
    if context is None or replicas() == 1:
        return mean
    return context.all_reduce(tf.distribute.ReduceOp.SUM, mean) / replicas()


def by_replica(batch: Any, updates: int, count: int) -> Any:
    """Reorder a batch so that its ``count`` equal parts, one after the other, are the replicas' shares.

    A step that makes several updates takes the images of each from the batch, one after the other; each
    replica gets its share of every update's images, so that an update is made of the same images on any
    number of replicas.

    Args:
        batch: tensors (updates * n, ...), nested in any way; n is a multiple of ``count``.
        updates: of a step.
        count: replicas.
    """

    def reordered(images: tf.Tensor) -> tf.Tensor:
        parts = tf.reshape(images, (updates, count, -1, *images.shape[1:]))
        order = (1, 0, *range(2, parts.shape.rank))
        return tf.reshape(tf.transpose(parts, order), tf.shape(images))

    return tf.nest.map_structure(reordered, batch)
