"""A history of refined images, so that the critic does not forget what the refiner did before."""

from collections.abc import Sequence

import tensorflow as tf

from kgan.contracts import draws


class History:
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
        """Replace half of a batch by images from the history, if that is full.

        Args:
            fresh: (n, *image_shape) float32, this replica's; the first n - n // 2 stay.
            seed: (2,) int64 of this replica, for the choice without repeats.

        Returns:
            Tensor (n, *image_shape) float32.
        """
        count = tf.shape(fresh)[0]
        half = count // 2
        rows = _choose(self._capacity(count), half, seed)

        def mixed() -> tf.Tensor:
            return tf.concat([fresh[: count - half], tf.gather(self.images, rows)], axis=0)

        full = tf.shape(self.images)[0] >= self._capacity(count)
        return tf.ensure_shape(tf.cond(full, mixed, lambda: fresh), fresh.shape)

    def remember(self, fresh: tf.Tensor, seed: tf.Tensor) -> None:
        """Add the images; where the history is full, half of them replace images in random places.

        Every replica is given all replicas' images and draws the same places, so that the copies stay equal.

        Args:
            fresh: (n, *image_shape) float32, this replica's.
            seed: (2,) int64, the same in every replica.
        """
        count = tf.shape(fresh)[0]
        everyone = tf.distribute.get_replica_context().all_gather(fresh, axis=0)
        halves = tf.reshape(everyone, (-1, count, *self.image_shape))[:, : count // 2]
        halves = tf.reshape(halves, (-1, *self.image_shape))
        rows = _choose(self._capacity(count), tf.shape(halves)[0], seed)
        kept = tf.convert_to_tensor(self.images)
        self.images.assign(
            tf.cond(
                tf.shape(kept)[0] >= self._capacity(count),
                lambda: tf.tensor_scatter_nd_update(kept, rows[:, None], halves),
                lambda: tf.concat([kept, everyone], axis=0),
            )
        )

    def _capacity(self, count: tf.Tensor) -> tf.Tensor:
        return self.batches * count * tf.distribute.get_strategy().num_replicas_in_sync


def _choose(total: tf.Tensor, count: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Draw ``count`` different integers below ``total``."""
    return tf.argsort(draws.uniform((total,), seed))[:count]
