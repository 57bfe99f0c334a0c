import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.layers.changed_image import ChangedImage


@pytest.fixture
def images():
    return tf.constant(np.linspace(-1, 1, 9, dtype=np.float32).reshape(1, 3, 3, 1))


def test_no_change_leaves_the_image(images):
    same = ChangedImage()([images, tf.zeros_like(images)])
    np.testing.assert_allclose(same, np.clip(images, -0.999, 0.999), atol=1e-6)


def test_a_change_is_large_in_grey_and_small_in_black_and_white(images):
    changed = ChangedImage()([images, tf.fill(images.shape, 0.5)]) - images
    # tanh(atanh(0) + 0.5), and at 0.999, where tanh hardly rises.
    assert float(changed[0, 1, 1, 0]) == pytest.approx(np.tanh(0.5), rel=1e-5)
    assert abs(float(changed[0, 0, 0, 0])) < 3e-3
    assert abs(float(changed[0, 2, 2, 0])) < 3e-3


def test_results_are_float32_whatever_the_precision(images):
    half = tf.cast(images, tf.bfloat16)
    assert ChangedImage()([half, half]).dtype == tf.float32
