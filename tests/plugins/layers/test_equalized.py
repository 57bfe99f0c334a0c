import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.random import tensors
from kgan_plugins.layers.equalized import (
    EqualizedConv2D,
    EqualizedDense,
    EqualizedUpConv2D,
    LatentToGrid,
    PixelNorm,
)


def noise(*shape, number=1):
    return tensors.normal(shape, tf.constant([number, 0], tf.int64))


@pytest.mark.parametrize(
    ("make", "inputs", "outputs", "fan_in"),
    [
        (lambda **more: EqualizedConv2D(64, 3, **more), (4, 8, 8, 32), (4, 8, 8, 64), 9 * 32),
        (lambda **more: EqualizedUpConv2D(64, 3, **more), (4, 8, 8, 32), (4, 16, 16, 64), 9 * 32),
        (
            lambda **more: EqualizedConv2D(64, 4, padding="valid", **more),
            (4, 4, 4, 32),
            (4, 1, 1, 64),
            16 * 32,
        ),
        (lambda **more: LatentToGrid(64, **more), (4, 32), (4, 4, 4, 64), 16 * 32),
        (lambda **more: EqualizedDense(640, **more), (4, 32), (4, 640), 32),
    ],
    ids=["same", "up", "valid", "grid", "dense"],
)
def test_weights_are_standard_normal_and_scaled_by_hes_constant(make, inputs, outputs, fan_in):
    for linear, gain in ((False, 2), (True, 1)):
        layer = make(linear=linear)
        assert layer(noise(*inputs)).shape == outputs
        np.testing.assert_allclose(np.std(layer.kernel.numpy()), 1, atol=0.05)
        np.testing.assert_array_equal(layer.bias, np.zeros(outputs[-1]))
        assert layer.scale == pytest.approx(math.sqrt(gain / fan_in))


@pytest.mark.parametrize("size", [3, 5])
def test_an_up_convolution_is_the_convolution_of_repeated_pixels(size):
    up, plain = EqualizedUpConv2D(4, size), EqualizedConv2D(4, size)
    images, weights = noise(2, 6, 5, 3), noise(size, size, 3, 4, number=2)
    repeated = tf.repeat(tf.repeat(images, 2, axis=1), 2, axis=2)
    results = []
    for layer, inputs in ((up, images), (plain, repeated)):
        layer.build(inputs.shape)
        layer.kernel.assign(weights)
        layer.bias.assign([1.0, -1.0, 0.5, 0.0])
        with tf.GradientTape() as tape:
            outputs = layer(inputs)
            loss = tf.reduce_sum(outputs**2)
        results.append((outputs, tape.gradient(loss, layer.kernel.value)))
    for ours, expected in zip(*results, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-4)


def test_a_dense_layer_is_that_of_numpy():
    layer = EqualizedDense(5)
    inputs = noise(3, 7)
    layer(inputs)
    layer.bias.assign(np.linspace(-1, 1, 5))
    expected = inputs.numpy() @ layer.kernel.numpy() * math.sqrt(2 / 7) + np.linspace(-1, 1, 5)
    expected = np.where(expected > 0, expected, 0.2 * expected)
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-4, atol=1e-5)


def test_a_latent_fills_the_grid():
    layer = LatentToGrid(6, 4, linear=True)
    latents = noise(2, 8)
    outputs = layer(latents)
    expected = np.einsum("nl,hwlf->nhwf", latents, layer.kernel.numpy()) * math.sqrt(1 / (16 * 8))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_layers_leak_by_a_fifth():
    layer = EqualizedConv2D(1, 1)
    layer.build((None, 1, 1, 1))
    layer.kernel.assign(tf.ones_like(layer.kernel))
    outputs = layer(tf.reshape([-1.0, 0.0, 1.0], (3, 1, 1, 1)))
    np.testing.assert_allclose(tf.reshape(outputs, -1), [-0.2 * math.sqrt(2), 0, math.sqrt(2)], rtol=1e-6)


def test_clipping_bounds_the_weights_as_they_are_used():
    layer = EqualizedDense(50)
    inputs = noise(2, 30)
    layer(inputs)
    layer.bias.assign(np.full(50, 3.0))
    layer.clip(0.1)
    used = layer.scaled(inputs).numpy()
    np.testing.assert_allclose([used.min(), used.max()], [-0.1, 0.1], rtol=1e-5)
    np.testing.assert_allclose(layer.bias, np.full(50, 0.1), rtol=1e-6)


def test_features_of_a_pixel_have_the_mean_square_one():
    inputs = 100 * noise(2, 3, 3, 16)
    outputs = PixelNorm()(inputs).numpy()
    np.testing.assert_allclose(np.square(outputs).mean(-1), np.ones((2, 3, 3)), rtol=1e-5)
    half = PixelNorm(dtype="float16")(tf.fill((1, 4), tf.constant(1e-4, tf.float16)))
    assert half.dtype == tf.float16 and np.isfinite(half).all()


def test_layers_survive_their_configuration():
    layer = EqualizedConv2D.from_config(EqualizedConv2D(8, 5, padding="valid", linear=True).get_config())
    assert isinstance(layer, keras.layers.Layer)
    assert (layer.filters, layer.size, layer.padding, layer.linear) == (8, 5, "valid", True)
