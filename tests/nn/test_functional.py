import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.functional import Functional, assign_updates, built, clean, replica_mean, values_of


def network():
    keras.utils.set_random_seed(0)
    return keras.Sequential([
        keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization(momentum=0.5)
    ])  # fmt: skip


@pytest.fixture
def batch():
    return np.random.default_rng(0).normal(2, 3, (16, 3)).astype("float32")


def test_a_network_as_a_function_gives_what_the_network_gives(batch):
    model = network()
    function = Functional(model, values_of(model))
    np.testing.assert_allclose(function(batch, training=False), model(batch, training=False), rtol=1e-6)


def test_a_call_in_training_writes_nothing_before_its_updates_are_assigned(batch):
    model = network()
    kernel, bias = (weight.numpy() for weight in model.layers[0].weights)
    outputs = batch @ kernel + bias
    function = Functional(model, values_of(model))
    function(batch)
    np.testing.assert_array_equal(model.layers[1].moving_mean, np.zeros(2))
    function(batch)
    assign_updates(model, function.updates)
    # Two calls with momentum 0.5: a half and a quarter of the batch's mean.
    np.testing.assert_allclose(model.layers[1].moving_mean, 0.75 * outputs.mean(0), rtol=1e-5)
    np.testing.assert_allclose(model.layers[1].moving_variance, 0.25 + 0.75 * outputs.var(0), rtol=1e-5)


def test_it_is_differentiable_with_respect_to_its_values(batch):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    function = Functional(model, values_of(model))
    with tf.GradientTape() as tape:
        tape.watch(function.trainable)
        mean = replica_mean(function(batch))
    kernel, bias = tape.gradient(mean, function.trainable)
    np.testing.assert_allclose(kernel[:, 0], batch.mean(0), rtol=1e-5)
    np.testing.assert_allclose(bias, [1.0], rtol=1e-6)


def test_the_replicas_means_add_up_to_the_global_one(two_replicas):
    values = np.arange(8.0)
    data = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.constant(values[4 * context.replica_id_in_sync_group :][:4])
    )
    parts = two_replicas.run(replica_mean, args=(data,))
    total = two_replicas.reduce(tf.distribute.ReduceOp.SUM, parts, axis=None)
    assert float(total) == pytest.approx(3.5)
    assert float(replica_mean(tf.constant(values))) == pytest.approx(3.5)


def test_the_mean_of_half_precision_is_taken_in_single():
    assert replica_mean(tf.ones((4,), tf.float16)).dtype == tf.float32


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_only_float16_scales_the_loss(precision):
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy(precision)
        optimizer = built(keras.optimizers.Adam(), network().trainable_variables)
    finally:
        keras.config.set_dtype_policy(before)
    is_scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    assert optimizer.built and is_scaled == (precision == "mixed_float16")


def test_a_missing_gradient_is_named():
    gradients = [tf.ones(1), None, None]
    with pytest.raises(ValueError, match="no gradient reached kernel, bias"):
        clean(gradients, ["scale", "kernel", "bias"])
    assert clean(gradients[:1], ["scale"]) == gradients[:1]
