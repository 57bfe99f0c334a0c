import numpy as np
import tensorflow as tf

from kgan_plugins.layers.minibatch_discrimination import MinibatchDiscrimination


def test_nearness_by_hand():
    layer = MinibatchDiscrimination(views=2, size=2)
    features = tf.constant([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    layer.build(features.shape)
    layer.kernel.assign([[1.0, 2.0, 0.0, 0.5], [0.0, 0.0, 1.0, 0.0]])
    # Rows of M: images 0 and 2 have (1, 2) and (0, 0.5), image 1 has (0, 0) and (1, 0).
    apart = np.exp([-3.0, -1.5])
    expected = np.stack([(1 + apart) / 2, apart, (1 + apart) / 2])
    np.testing.assert_allclose(layer(features)[:, 2:], expected, rtol=1e-6)
    np.testing.assert_array_equal(layer(features)[:, :2], features)


def test_nearness_does_not_grow_with_the_batch():
    layer = MinibatchDiscrimination()
    features = tf.ones((8, 3))
    for count in (2, 8):
        outputs = layer(features[:count])
        assert outputs.shape == (count, 103)
        np.testing.assert_allclose(outputs[:, 3:], np.ones((count, 100)), atol=1e-6)
    np.testing.assert_array_equal(layer(features[:1])[:, 3:], np.zeros((1, 100)))


def test_half_precision_keeps_its_dtype():
    layer = MinibatchDiscrimination(dtype="mixed_bfloat16")
    assert layer(tf.ones((4, 3))).dtype == tf.bfloat16
