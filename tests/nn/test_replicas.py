"""What replicas share."""

import numpy as np
import tensorflow as tf

from kgan.nn.replicas import by_replica, global_mean


def test_each_replica_gets_its_share_of_every_update():
    # Three updates of four images: the images of update u are 10 u + 0, 1, 2, 3.
    batch = tf.constant([[0], [1], [2], [3], [10], [11], [12], [13], [20], [21], [22], [23]])
    first, second = np.split(by_replica(batch, 3, 2).numpy()[:, 0], 2)
    assert first.tolist() == [0, 1, 10, 11, 20, 21]
    assert second.tolist() == [2, 3, 12, 13, 22, 23]


def test_nested_batches_are_reordered_alike():
    images, labels = by_replica((tf.range(4.0)[:, None], tf.range(4)), 2, 2)
    assert images.numpy()[:, 0].tolist() == labels.numpy().tolist() == [0, 2, 1, 3]


def test_the_mean_is_that_of_all_shares(two_replicas):
    shares = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.constant([[1.0], [2.0]]) + 10.0 * context.replica_id_in_sync_group
    )
    means = two_replicas.run(lambda values: global_mean(values, [0]), (shares,))
    assert [mean.numpy().tolist() for mean in two_replicas.experimental_local_results(means)] == [
        [6.5],
        [6.5],
    ]
    assert global_mean(tf.constant([[1.0], [2.0]]), [0]).numpy().tolist() == [1.5]
