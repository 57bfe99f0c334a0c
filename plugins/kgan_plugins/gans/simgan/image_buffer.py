"""A buffer of refined images, so that the critic does not forget what the refiner did before."""

from collections.abc import Sequence

import tensorflow as tf

from kgan.nn.replicas import replicas
from kgan.random import tensors


class ImageBuffer:
    """Refined images of earlier steps, the same ones in every replica.

    It grows to ``batches`` global batches; from then on it keeps its size.

    Args:
        image_shape: (height, width, channels).
        batches: its size in global batches.

    Reference: Shrivastava et al. 2017, arXiv:1612.07828, section 2.3.
    """

    def __init__(self, image_shape: Sequence[int], batches: int) -> None:
        self.image_shape = tuple(image_shape)
        self.batches = batches
        self.images = tf.Variable(
            tf.zeros((0, *image_shape)),
            shape=tf.TensorShape((None, *image_shape)),
            trainable=False,
            name="history",
        )

    def mix(self, fresh: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Replace the last half of a batch by images from the buffer, if that is full.

        Args:
            fresh: (n, *image_shape) float32, this replica's share of the batch.
            seed: (2,) int64, the same in every replica, for the choice without repeats.

        Returns:
            Tensor (n, *image_shape) float32.
        """
        share = tf.shape(fresh)[0]
        batch = share * replicas()
        stay = batch - batch // 2
        rows = _choose(self.batches * batch, batch // 2, seed)
        # Which image of the whole batch each of the share's is.
        place = share * tf.distribute.get_replica_context().replica_id_in_sync_group + tf.range(share)

        def mixed() -> tf.Tensor:
            chosen = tf.gather(rows, tf.clip_by_value(place - stay, 0, tf.maximum(batch - stay - 1, 0)))
            is_old = tf.reshape(place >= stay, (-1, 1, 1, 1))
            return tf.where(is_old, tf.gather(self.images, chosen), fresh)

        full = (tf.shape(self.images)[0] >= self.batches * batch) & (stay < batch)
        return tf.ensure_shape(tf.cond(full, mixed, lambda: fresh), fresh.shape)

    def remember(self, fresh: tf.Tensor, seed: tf.Tensor) -> None:
        """Add the images; where the buffer is full, half of them replace images in random places.

        Every replica is given the whole batch and draws the same places, so that the copies stay equal.

        Args:
            fresh: (n, *image_shape) float32, this replica's share of the batch.
            seed: (2,) int64, the same in every replica.
        """
        batch = tf.distribute.get_replica_context().all_gather(fresh, axis=0)
        count = tf.shape(batch)[0]
        rows = _choose(self.batches * count, count // 2, seed)
        kept = tf.convert_to_tensor(self.images)
        self.images.assign(
            tf.cond(
                tf.shape(kept)[0] >= self.batches * count,
                lambda: tf.tensor_scatter_nd_update(kept, rows[:, None], batch[: count // 2]),
                lambda: tf.concat([kept, batch], axis=0),
            )
        )


def _choose(total: tf.Tensor, count: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Draw ``count`` different integers below ``total``."""
    return tf.argsort(tensors.uniform((total,), seed))[:count]
