"""Fused updates against Keras's own, on one device, on two and compiled by XLA."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn import optimizers

CASES = [
    pytest.param("Adam", {"learning_rate": 1e-2, "beta_1": 0.5, "beta_2": 0.99, "epsilon": 1e-8}, id="adam"),
    pytest.param("Adam", {"learning_rate": 1e-2, "beta_1": 0.0}, id="adam without momentum"),
    pytest.param("SGD", {"learning_rate": 0.1}, id="sgd"),
    pytest.param("SGD", {"learning_rate": 0.1, "momentum": 0.9}, id="sgd with momentum"),
]
STEPS = 20


def variables():
    return [keras.Variable(np.linspace(-1, 1, size).astype(np.float32)) for size in (37, 5)]


def gradients(step):
    generator = np.random.default_rng(step)
    return [tf.constant(generator.normal(size=size), tf.float32) for size in (37, 5)]


def trained(make, options, strategy=None, **compiler):
    """Return variables and the optimiser's state after some steps as a graph."""
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        moved, optimizer = variables(), make(**options)
        optimizer.build(moved)

    @tf.function(autograph=False, **compiler)
    def step(*values):
        count = strategy.num_replicas_in_sync
        strategy.run(lambda: optimizer.apply([value / count for value in values], moved))

    for number in range(STEPS):
        step(*gradients(number))
    return [variable.numpy() for variable in (*moved, *optimizer.variables)]


def assert_equal(first, second):
    for left, right in zip(first, second, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_they_move_variables_and_state_as_keras_does(name, options):
    ours = trained(getattr(optimizers, name), options)
    assert_equal(ours, trained(getattr(keras.optimizers, name), options))
    assert np.abs(ours[0] - variables()[0].numpy()).max() > 0.1


@pytest.mark.parametrize(("name", "options"), CASES)
def test_xla_and_two_replicas_do_the_same(name, options, two_replicas):
    make = getattr(optimizers, name)
    alone = trained(make, options)
    assert_equal(alone, trained(make, options, jit_compile=True))
    assert_equal(alone, trained(make, options, two_replicas))


def test_a_rate_that_falls_is_followed():
    options = {"learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)}
    assert_equal(trained(optimizers.Adam, options), trained(keras.optimizers.Adam, options))


@pytest.mark.parametrize(("name", "option"), [("Adam", "amsgrad"), ("SGD", "nesterov")])
def test_what_they_do_not_know_is_refused(name, option):
    with pytest.raises(ValueError, match=f"{name}: expected {option}=False, received True"):
        getattr(optimizers, name)(**{option: True}).build(variables())
