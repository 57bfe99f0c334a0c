import numpy as np
import pytest
import tensorflow as tf

from kgan import registry
from kgan.testing import parametrize
from kgan_plugins.losses.configs import WassersteinConfig


@parametrize(
    {"clipped": WassersteinConfig().build, "unclipped": lambda: WassersteinConfig(clip=None).build()}, "loss"
)
def test_contract(make, check):
    check(make)


def test_values_are_the_papers():
    real, fake = tf.constant([1.5, -2.0]), tf.constant([0.5, 3.0])
    np.testing.assert_allclose(WassersteinConfig().build().discriminator(real, fake), [-1.0, 5.0])
    np.testing.assert_allclose(WassersteinConfig().build().generator(fake), [-0.5, -3.0])


def test_the_critics_mean_loss_is_minus_the_distance_that_it_estimates():
    real, fake = np.random.default_rng(0).normal(size=(2, 20)).astype(np.float32)
    loss = WassersteinConfig().build().discriminator(tf.constant(real), tf.constant(fake))
    np.testing.assert_allclose(np.mean(loss), -(real.mean() - fake.mean()), rtol=1e-5)


@pytest.mark.parametrize("clip", [0.0, -0.01])
def test_clipping_to_nothing_is_refused_at_the_door(clip):
    (problem,) = registry.check_parameters("losses", "wgan", {"clip": clip})
    assert problem.place == ("clip",)


def test_clipping_may_be_left_out():
    assert registry.check_parameters("losses", "wgan", {"clip": None}) == ()
    assert WassersteinConfig().build().clip == 0.01 and WassersteinConfig(clip=None).build().clip is None
