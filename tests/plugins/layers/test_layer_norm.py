import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.layers.layer_norm import LayerNorm


def numbers(*shape):
    return np.random.default_rng(0).normal(1.0, 2.0, shape)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_values_are_those_of_one_group(policy):
    images = tf.constant(numbers(3, 4, 5, 6), tf.float32)
    ours, keras_own = LayerNorm(dtype=policy), keras.layers.GroupNormalization(1, epsilon=1e-5)
    expected = keras_own(images)
    ours(images)
    for layer in (ours, keras_own):
        layer.set_weights([numbers(6), 0.5 * numbers(6)])
    expected, outputs = keras_own(images), ours(images)
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), expected, atol=1e-5 if policy == "float32" else 0.05
    )


def test_values_by_hand():
    images = tf.constant([[[[1.0, 3.0]]], [[[10.0, 30.0]]]])
    outputs = LayerNorm(epsilon=0.0)(images)
    np.testing.assert_allclose(outputs, [[[[-1.0, 1.0]]], [[[-1.0, 1.0]]]], rtol=1e-6)


def test_it_is_made_again_from_its_configuration():
    again = LayerNorm.from_config(LayerNorm(epsilon=0.25, name="norm").get_config())
    assert again.epsilon == 0.25 and again.name == "norm"


def derivatives(layer):
    """Return the derivative of a squared gradient in some direction, exactly and by finite differences."""
    rng = np.random.default_rng(0)
    images, way, weights = (tf.constant(rng.normal(size=(4, 4, 4, 3))) for _ in range(3))
    kernel = tf.constant(rng.normal(size=(3, 3, 3, 3)))

    def squared(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = tf.reduce_sum(weights * tf.tanh(layer(tf.nn.conv2d(images, kernel, 1, "SAME"))))
        return tf.reduce_sum(tf.square(tape.gradient(scores, images)))

    with tf.GradientTape() as tape:
        tape.watch(images)
        value = squared(images)
    derivative = float(tf.reduce_sum(tape.gradient(value, images) * way))
    return derivative, float(squared(images + 1e-6 * way) - squared(images - 1e-6 * way)) / 2e-6


def test_second_derivatives_are_exact():
    derivative, expected = derivatives(LayerNorm(dtype="float64"))
    np.testing.assert_allclose(derivative, expected, rtol=1e-7)


def test_those_of_keras_are_not():
    derivative, expected = derivatives(keras.layers.GroupNormalization(1, epsilon=1e-5, dtype="float64"))
    assert abs(derivative - expected) > 1e-4 * abs(expected), "Keras may be used again: see LayerNorm"
