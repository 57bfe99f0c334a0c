"""Penalties through the very critics that they are used with, in float64, against finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.errors import PluginError
from kgan.nn.functional import Functional, values_of
from kgan.nn.gradient_norm import gradient_norm
from kgan.random import tensors
from kgan_plugins.gans.dcgan.config import DCGANConfig
from kgan_plugins.gans.pggan.config import PGGANConfig
from kgan_plugins.gans.pggan.growth import Stage
from kgan_plugins.gans.srresnet.config import SRResNetConfig
from kgan_plugins.losses.configs import DRAGANConfig, WGANGPConfig

LOSSES = (WGANGPConfig().build(), DRAGANConfig().build())
BY_COLUMNS = DRAGANConfig(alpha="pixel", slopes="rows").build()


@pytest.fixture
def double():
    policy, floatx = keras.config.dtype_policy(), keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    # Initial weights are drawn: by chance, rarely, some along whose way the penalty hardly rises.
    keras.utils.set_random_seed(5)
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


def seed(*numbers):
    return tf.constant(numbers, tf.int64)


def pggan(stage):
    gan = PGGANConfig(latent_size=4, channels={4: 6, 8: 6, 16: 4}).build((16, 16, 1), WGANGPConfig().build())
    gan.fade.alpha.assign(0.3)
    return gan.growing_critic.stage(stage)


def dcgan(shape=(16, 16, 2), **figures):
    return fan_in_scaled(
        DCGANConfig(width=1 / 64, latent_size=4, **figures).build(shape, WGANGPConfig().build()).critic
    )


def srresnet():
    gan = SRResNetConfig(latent_size=4, width=2, blocks=1, critic_width=3, critic_blocks=1).build(
        (32, 32, 1), WGANGPConfig().build()
    )
    return fan_in_scaled(gan.critic)


def fan_in_scaled(critic):
    """Give a critic weights with which its gradient norm is about one, and its biases any."""
    rng = np.random.default_rng(1)
    for variable in critic.trainable_variables:
        fan_in = np.prod(variable.shape[:-1]) if len(variable.shape) > 1 else 100.0
        variable.assign_add(rng.normal(size=variable.shape) * np.sqrt(2.0 / fan_in))
    return critic


CRITICS = {
    "pggan-8": lambda: pggan(Stage(8)),
    "pggan-8-16": lambda: pggan(Stage(16, fading=True)),
    "pggan-16": lambda: pggan(Stage(16)),
    "dcgan": lambda: dcgan(),
    "dcgan-multi_sequence": lambda: dcgan(architecture="multi_sequence"),
    "dcgan-zoo": lambda: dcgan(architecture="zoo", shape=(32, 32, 1)),
    "dcgan-discrimination": lambda: dcgan(similarity="discrimination", critic_norm="none"),
    "srresnet": srresnet,
}


@pytest.mark.parametrize("critic", CRITICS.values(), ids=CRITICS)
def test_a_penalty_is_that_of_finite_differences(double, critic):
    critic = critic()
    values = values_of(critic)
    images = tf.cast(tensors.uniform((2, 2, *critic.input_shape[1:]), seed(1, 1), -1, 1), tf.float64)
    for loss in LOSSES:
        check_value(loss, Functional(critic, values), images)
        check_gradient(loss, critic, values, images)
    check_gradient(BY_COLUMNS, critic, values, images)


def check_value(loss, critic, images):
    """Compare with (norm - 1)², the norm being measured along each image's gradient."""
    seen = []

    def watched(images):
        seen.append(images)
        return critic(images)

    penalties = loss.penalty(watched, *images, seed(1, 2)).numpy()
    (places,) = seen
    with tf.GradientTape() as tape:
        tape.watch(places)
        scores = critic(places)
    gradient = tape.gradient(scores, places).numpy()
    for image, penalty in enumerate(penalties):
        way = np.zeros_like(gradient)
        way[image] = gradient[image] / np.linalg.norm(gradient[image])
        ends = [float(tf.reduce_sum(critic(places + step * way))) for step in (1e-7, -1e-7)]
        norm = (ends[0] - ends[1]) / 2e-7
        np.testing.assert_allclose(penalty, loss.config.weight * (norm - 1) ** 2, rtol=1e-6, atol=1e-8)


def check_gradient(loss, critic, values, images):
    trainable, other = values
    rng = np.random.default_rng(0)
    ways = [rng.normal(size=value.shape) for value in trainable]

    def penalty(weights):
        return tf.reduce_mean(loss.penalty(Functional(critic, (weights, other)), *images, seed(1, 2)))

    with tf.GradientTape() as tape:
        tape.watch(trainable)
        total = penalty(trainable)
    # Biases after the last nonlinearity move the scores, and the penalty not at all.
    gradients = tape.gradient(total, trainable, unconnected_gradients="zero")
    along = sum(np.sum(gradient.numpy() * way) for gradient, way in zip(gradients, ways, strict=True))
    # A short way, so that no unit passes the kink of its leaky ReLU: there the penalty jumps.
    ends = [
        float(penalty([value + step * way for value, way in zip(trainable, ways, strict=True)]))
        for step in (1e-8, -1e-8)
    ]
    expected = (ends[0] - ends[1]) / 2e-8
    assert abs(expected) > 1e-2
    np.testing.assert_allclose(along, expected, rtol=1e-4)


def test_norm_of_a_linear_critic_is_that_of_its_weights():
    weights = tf.constant(np.linspace(-1, 1, 12).reshape(1, 2, 3, 2))
    images = tf.zeros((4, 2, 3, 2), tf.float64)
    norms = gradient_norm(lambda x: tf.reduce_sum(x * weights, axis=(1, 2, 3)), images, "any")
    np.testing.assert_allclose(norms, np.full(4, np.linalg.norm(weights)), rtol=1e-10)


def test_norms_over_the_rows_are_those_of_columns():
    weights = tf.constant([[3.0, 0.0, 1.0], [4.0, 2.0, 0.0]], tf.float64)[None, :, :, None]
    norms = gradient_norm(
        lambda x: tf.reduce_sum(x * weights, axis=(1, 2, 3)), tf.zeros_like(weights), "any", (1,)
    )
    np.testing.assert_allclose(norms, [[[5.0], [2.0], [1.0]]], rtol=1e-10)


def test_a_map_of_scores_is_summed():
    images = tf.ones((2, 4, 4, 1))
    norms = gradient_norm(lambda x: 3.0 * x, images, "any")
    np.testing.assert_allclose(norms, [12.0, 12.0], rtol=1e-6)


def test_a_critic_without_gradient_is_refused():
    with pytest.raises(PluginError, match="'any' got no gradient"):
        gradient_norm(lambda x: tf.ones((2, 1)), tf.zeros((2, 4, 4, 1)), "any")


def test_a_flat_critic_gives_no_nan():
    variable = tf.Variable(0.0)
    images = tensors.uniform((2, 4, 4, 1), seed(1, 1))
    with tf.GradientTape() as tape:
        norms = gradient_norm(lambda x: variable * tf.reduce_sum(x, axis=(1, 2, 3)), images, "any")
    assert np.isfinite(tape.gradient(norms, variable))
