import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.layers.network_group import Group, trainable, watched


@pytest.fixture
def group():
    networks = {
        name: keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False, name=name)])
        for name in ("second", "first")
    }
    optimizer = keras.optimizers.SGD(0.5)
    optimizer.build(trainable(networks))
    for network, weight in zip(networks.values(), (1.0, -1.0), strict=True):
        network.set_weights([np.full((2, 1), weight)])
    return Group(networks, optimizer)


def test_gradients_reach_the_network_that_they_belong_to(group):
    functions = group.pure(group.values())
    with tf.GradientTape() as tape:
        tape.watch(watched(functions))
        inputs = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        losses = functions["first"](inputs)[:, 0] + 10 * functions["second"](inputs)[:, 0]
        objective = group.objective(losses)
    gradients = group.gradients(tape, objective, functions)
    np.testing.assert_allclose(gradients, [[[20], [30]], [[2], [3]]])
    group.apply(gradients)
    np.testing.assert_allclose(group.networks["second"].get_weights()[0][:, 0], [1 - 10, 1 - 15])
    np.testing.assert_allclose(group.networks["first"].get_weights()[0][:, 0], [-1 - 1, -1 - 1.5])


def test_a_network_without_gradient_is_named(group):
    functions = group.pure(group.values())
    with tf.GradientTape() as tape:
        tape.watch(watched(functions))
        objective = group.objective(functions["first"](tf.ones((1, 2))))
    with pytest.raises(ValueError, match="no gradient reached .*second"):
        group.gradients(tape, objective, functions)
