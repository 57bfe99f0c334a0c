import numpy as np
import pytest
import tensorflow as tf

from kgan import registry
from kgan.errors import PluginError
from kgan.random import tensors
from kgan.testing import parametrize
from kgan_plugins.losses.configs import WGANGPConfig


@parametrize(
    {"wgan_gp": WGANGPConfig().build, "drift": lambda: WGANGPConfig(weight=0.25, drift=0.001).build()}, "loss"
)
def test_contract(make, check):
    check(make)


def seed(*numbers):
    return tf.constant(numbers, tf.int64)


def test_losses_are_the_papers():
    real, fake = tf.constant([1.0, -2.0]), tf.constant([0.5, 3.0])
    loss = WGANGPConfig(drift=0.1).build()
    np.testing.assert_allclose(loss.discriminator(real, fake), [-0.5 + 0.1, 5.0 + 0.4], rtol=1e-6)
    np.testing.assert_allclose(loss.generator(fake), [-0.5, -3.0])


def test_penalty_of_a_linear_critic_is_known():
    weights = tf.constant(np.linspace(-1, 1, 12).reshape(1, 2, 3, 2), tf.float32)
    images = tensors.uniform((2, 5, 2, 3, 2), seed(1, 1))
    penalty = (
        WGANGPConfig(weight=3.0)
        .build()
        .penalty(lambda x: tf.reduce_sum(x * weights, axis=(1, 2, 3)), images[0], images[1], seed(1, 2))
    )
    norm = np.sqrt(np.sum(np.square(weights)))
    np.testing.assert_allclose(penalty, np.full(5, 3.0 * (norm - 1) ** 2), rtol=1e-5)


def test_penalty_looks_between_the_images():
    real, fake = tf.zeros((6, 2, 2, 1)), tf.ones((6, 2, 2, 1))
    seen = []

    def critic(images):
        seen.append(images.numpy())
        return tf.reduce_sum(images, axis=(1, 2, 3))

    WGANGPConfig().build().penalty(critic, real, fake, seed(1, 2))
    places = seen[0][:, 0, 0, 0]
    assert (seen[0] == places[:, None, None, None]).all()
    assert len(set(places)) == 6 and places.min() >= 0 and places.max() <= 1


@pytest.mark.parametrize("name", ["wgan-gp", "wgan gp", "wgangp"])
def test_other_spellings_find_the_name(name):
    with pytest.raises(PluginError, match="did you mean 'wgan_gp'"):
        registry.find("losses", name)


@pytest.mark.parametrize("figure", ["weight", "drift"])
def test_negative_weights_are_refused_at_the_door(figure):
    (problem,) = registry.check_parameters("losses", "wgan_gp", {figure: -1.0})
    assert problem.place == (figure,)
