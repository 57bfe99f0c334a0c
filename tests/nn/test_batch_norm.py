"""Batch normalisation: Keras's arithmetic on one device, and the same on several."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.batch_norm import BatchNorm, contains_batch_norm
from kgan.nn.xla import compiled

OPTIONS = {"momentum": 0.9, "epsilon": 1e-3}


def images(count=8, seed=0):
    values = np.random.default_rng(seed).normal(3.0, 2.0, (count, 5, 4, 6))
    return tf.constant(values, tf.float32)


def test_it_computes_what_algorithm_1_says():
    layer, x = BatchNorm(**OPTIONS), images().numpy().astype(np.float64)
    normed = layer(images(), training=True).numpy()
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    np.testing.assert_allclose(normed, (x - mean) / np.sqrt(variance + 1e-3), atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, 0.1 * mean, rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, 0.9 + 0.1 * variance, rtol=1e-5)
    expected = (x - 0.1 * mean) / np.sqrt(0.9 + 0.1 * variance + 1e-3)
    np.testing.assert_allclose(layer(images()), expected, atol=1e-4)


def double(x, weights):
    """Algorithm 1 in double precision, and the gradient of its weighted sum."""
    x = tf.cast(x, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        mean, variance = tf.nn.moments(x, list(range(x.shape.rank - 1)))
        normed = (x - mean) * tf.math.rsqrt(variance + 1e-3)
        total = tf.reduce_sum(tf.cast(weights, tf.float64) * normed)
    return normed, tape.gradient(total, x)


@pytest.mark.parametrize("make", [lambda f: f, tf.function, compiled], ids=["eager", "graph", "XLA"])
@pytest.mark.parametrize("shape", [(8, 5, 4, 6), (16, 1, 1, 6), (16, 6), (4, 7, 6)])
def test_it_is_exact_where_the_mean_is_large(make, shape):
    """XLA's own batch normalisation, from E[x²] - E[x]², is off by 10⁻⁴ here."""
    x = 1.0 + 0.01 * tf.random.stateless_normal(shape, (1, 2))
    weights = tf.random.stateless_normal(shape, (3, 4))
    layer = BatchNorm(**OPTIONS)
    layer.build((None, *shape[1:]))

    def normed_and_gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            normed = layer(x, training=True)
            total = tf.reduce_sum(weights * normed)
        return normed, tape.gradient(total, x)

    for got, wanted in zip(make(normed_and_gradient)(x), double(x, weights), strict=True):
        np.testing.assert_allclose(got, wanted, atol=2e-5 * np.abs(wanted).max())
    variance = np.var(x.numpy().astype(np.float64), axis=tuple(range(len(shape) - 1)))
    np.testing.assert_allclose(layer.moving_variance, 0.9 + 0.1 * variance, rtol=1e-5)


def test_it_takes_the_weights_of_keras_layer():
    ours, theirs = BatchNorm(**OPTIONS), keras.layers.BatchNormalization(**OPTIONS)
    for layer in (ours, theirs):
        layer.build((None, 5, 4, 6))
    weights = [np.random.default_rng(n).uniform(0.5, 1.5, 6) for n in range(4)]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    for training in (True, False):
        np.testing.assert_allclose(
            ours(images(), training=training), theirs(images(), training=training), atol=1e-6
        )
    for own, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(own, other, atol=1e-6)


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_narrow_types_have_statistics_in_float32(dtype):
    layer = BatchNorm(**OPTIONS, dtype=dtype)
    normed = layer(tf.cast(images() + 1000.0, tf.float32), training=True)
    assert normed.dtype == layer.compute_dtype
    assert layer.moving_variance.dtype == "float32"


def test_two_replicas_normalise_as_one_device_does(two_replicas):
    """Values, gradients through the statistics of the other replica, and moving statistics."""
    with two_replicas.scope():
        shared = BatchNorm(**OPTIONS)
        shared.build((None, 5, 4, 6))
    alone = BatchNorm(**OPTIONS)
    weights = tf.constant(np.random.default_rng(1).normal(size=(8, 5, 4, 6)), tf.float32)

    def normed_and_gradient(layer, x, weight):
        with tf.GradientTape() as tape:
            tape.watch(x)
            normed = layer(x, training=True)
            total = tf.reduce_sum(weight * normed**2)
        return normed, tape.gradient(total, x)

    def share(whole):
        return two_replicas.experimental_distribute_values_from_function(
            lambda context: tf.split(whole, 2)[context.replica_id_in_sync_group]
        )

    # Skewed shares, whose own statistics are far from those of the batch.
    whole = images() + tf.reshape(tf.range(8.0), (8, 1, 1, 1))
    expected = normed_and_gradient(alone, whole, weights)
    results = two_replicas.run(
        lambda x, weight: normed_and_gradient(shared, x, weight), (share(whole), share(weights))
    )
    for got, wanted in zip(results, expected, strict=True):
        together = tf.concat(two_replicas.experimental_local_results(got), 0)
        np.testing.assert_allclose(together, wanted, atol=1e-4)


def test_it_is_found_in_networks_of_networks():
    inner = keras.Sequential([keras.Input((5, 4, 6)), BatchNorm()])
    assert contains_batch_norm(keras.Sequential([keras.Input((5, 4, 6)), inner]))
    assert not contains_batch_norm(keras.Sequential([keras.Input((6,)), keras.layers.Dense(2)]))
