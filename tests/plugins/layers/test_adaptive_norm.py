import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.layers.adaptive_norm import (
    AdaptiveInstanceNorm,
    InstanceNorm,
    LearntParameters,
    standardised,
)

FEATURES = np.random.default_rng(1).normal(3, 5, (2, 6, 5, 4)).astype("float32")


def by_formula(features):
    mean, variance = features.mean((1, 2), keepdims=True), features.var((1, 2), keepdims=True)
    return (features - mean) / np.sqrt(variance + 1e-5)


def test_each_channel_of_each_image_is_standardised():
    np.testing.assert_allclose(standardised(tf.constant(FEATURES)), by_formula(FEATURES), atol=1e-5)
    np.testing.assert_allclose(InstanceNorm()(FEATURES), by_formula(FEATURES), atol=1e-5)
    assert not InstanceNorm().weights


def test_by_hand():
    # Mean 2, variance 2 of (1, 1, 2, 4): (-1, -1, 0, 2) / sqrt(1.5).
    features = tf.reshape([1.0, 1.0, 2.0, 4.0], (1, 2, 2, 1))
    expected = np.reshape([-1.0, -1.0, 0.0, 2.0], (1, 2, 2, 1)) / np.sqrt(1.5)
    np.testing.assert_allclose(standardised(features), expected, rtol=1e-5)


def test_a_flat_channel_becomes_zero():
    np.testing.assert_array_equal(standardised(tf.fill((1, 3, 3, 2), 7.0)), np.zeros((1, 3, 3, 2)))


def test_adaptive_normalisation_follows_its_formula():
    parameters = np.random.default_rng(2).normal(size=(2, 8)).astype("float32")
    scale, shift = 1 + parameters[:, None, None, :4], parameters[:, None, None, 4:]
    outputs = AdaptiveInstanceNorm()(FEATURES, parameters)
    np.testing.assert_allclose(outputs, scale * by_formula(FEATURES) + shift, atol=1e-5)
    np.testing.assert_allclose(outputs.numpy().mean((1, 2)), parameters[:, 4:], atol=1e-5)
    np.testing.assert_allclose(outputs.numpy().std((1, 2)), np.abs(1 + parameters[:, :4]), atol=1e-4)


def test_learnt_parameters_are_one_vector_for_all_images():
    layer = LearntParameters(3)
    np.testing.assert_array_equal(layer(FEATURES), np.zeros((2, 3)))
    layer.parameters.assign([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(layer(FEATURES), [[1, 2, 3], [1, 2, 3]])


@pytest.mark.parametrize("layer", [InstanceNorm, AdaptiveInstanceNorm])
def test_half_precision_is_widened_inside(layer):
    # Squares of 300 are beyond float16.
    features = tf.cast(300 * by_formula(FEATURES), tf.float16)
    arguments = [features] if layer is InstanceNorm else [features, tf.zeros((2, 8), tf.float16)]
    outputs = layer(dtype="float16")(*arguments)
    assert outputs.dtype == tf.float16
    np.testing.assert_allclose(outputs, by_formula(FEATURES), atol=1e-2)
