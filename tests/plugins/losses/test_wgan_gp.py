import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts import draws
from kgan.errors import PluginError
from kgan.testing import parametrize
from kgan_plugins.gans.growth import Stage
from kgan_plugins.gans.pggan import PGGAN
from kgan_plugins.losses.wgan_gp import WGANGP


@parametrize({"wgan_gp": WGANGP, "drift": lambda: WGANGP(weight=0.25, drift=0.001)}, "loss")
def test_contract(make, check):
    check(make)


@pytest.fixture
def double():
    policy, floatx = keras.config.dtype_policy(), keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


def seed(*numbers):
    return tf.constant(numbers, tf.int64)


def test_losses_are_the_papers():
    real, fake = tf.constant([1.0, -2.0]), tf.constant([0.5, 3.0])
    loss = WGANGP(drift=0.1)
    np.testing.assert_allclose(loss.discriminator(real, fake), [-0.5 + 0.1, 5.0 + 0.4], rtol=1e-6)
    np.testing.assert_allclose(loss.generator(fake), [-0.5, -3.0])


def test_penalty_of_a_linear_critic_is_known():
    slope = tf.constant(np.linspace(-1, 1, 12).reshape(1, 2, 3, 2), tf.float32)
    images = draws.uniform((2, 5, 2, 3, 2), seed(1, 1))
    penalty = WGANGP(weight=3.0).penalty(
        lambda x: tf.reduce_sum(x * slope, axis=(1, 2, 3)), images[0], images[1], seed(1, 2)
    )
    norm = np.sqrt(np.sum(np.square(slope)))
    np.testing.assert_allclose(penalty, np.full(5, 3.0 * (norm - 1) ** 2), rtol=1e-5)


def test_penalty_looks_between_the_images():
    real, fake = tf.zeros((6, 2, 2, 1)), tf.ones((6, 2, 2, 1))
    seen = []

    def critic(images):
        seen.append(images.numpy())
        return tf.reduce_sum(images, axis=(1, 2, 3))

    WGANGP().penalty(critic, real, fake, seed(1, 2))
    places = seen[0][:, 0, 0, 0]
    assert (seen[0] == places[:, None, None, None]).all()
    assert len(set(places)) == 6 and places.min() >= 0 and places.max() <= 1


def test_a_critic_without_gradient_is_refused():
    images = tf.zeros((2, 4, 4, 1))
    with pytest.raises(PluginError, match="no gradient"):
        WGANGP().penalty(lambda x: tf.ones((2, 1)), images, images, seed(1, 1))


def test_a_flat_critic_gives_no_nan():
    variable = tf.Variable(0.0)
    images = draws.uniform((2, 2, 4, 4, 1), seed(1, 1))
    with tf.GradientTape() as tape:
        scores = WGANGP().penalty(
            lambda x: variable * tf.reduce_sum(x, axis=(1, 2, 3)), images[0], images[1], seed(1, 2)
        )
    assert np.isfinite(tape.gradient(scores, variable))


@pytest.mark.parametrize("stage", [Stage(8), Stage(16, fading=True), Stage(16)], ids=lambda s: s.name)
def test_second_derivative_through_the_critic_is_exact(double, stage):
    widths = {4: 6, 8: 6, 16: 4}
    gan = PGGAN((16, 16, 1), WGANGP(), latent_size=4, channels=widths)
    gan.fade.alpha.assign(0.3)
    critic = gan.growing_critic.stage(stage)
    shape = (2, 4, stage.resolution, stage.resolution, 1)
    images = tf.cast(draws.uniform(shape, seed(1, 1), -1, 1), tf.float64)
    variables = critic.trainable_variables
    rng = np.random.default_rng(0)
    directions = [rng.normal(size=variable.shape) for variable in variables]

    def penalty():
        return tf.reduce_mean(gan.loss.penalty(critic, images[0], images[1], seed(1, 2)))

    with tf.GradientTape() as tape:
        value = penalty()
    # The biases after the last slope at 4x4 move the scores, and the penalty not at all.
    gradients = tape.gradient(value, [v.value for v in variables], unconnected_gradients="zero")
    along = sum(np.sum(g.numpy() * d) for g, d in zip(gradients, directions, strict=True))
    ends = []
    for step in (1e-6, -2e-6):
        for variable, direction in zip(variables, directions, strict=True):
            variable.assign_add(step * direction)
        ends.append(float(penalty()))
    np.testing.assert_allclose(along, (ends[0] - ends[1]) / 2e-6, rtol=1e-6)
