import math

import numpy as np
import pytest
import tensorflow as tf

from kgan.testing import parametrize
from kgan_plugins.losses.configs import OriginalConfig

MAKERS = {
    "plain": OriginalConfig().build,
    "smooth": lambda: OriginalConfig(smoothing=0.9).build(),
    "both": lambda: OriginalConfig(smoothing=0.9, smooth_generator=True).build(),
}


@parametrize(MAKERS, "loss")
def test_contract(make, check):
    check(make)


def logit(probability):
    return math.log(probability / (1 - probability))


def one(score):
    return tf.constant([score], tf.float32)


@pytest.mark.parametrize(
    ("loss", "critic", "generator"),
    [
        # -ln 0.8 - ln(1 - 0.25); -ln 0.25
        (OriginalConfig().build(), 0.223144 + 0.287682, 1.386294),
        # -0.9 ln 0.8 - 0.1 ln 0.2 - ln(1 - 0.25)
        (OriginalConfig(smoothing=0.9).build(), 0.200829 + 0.160944 + 0.287682, 1.386294),
        # -0.9 ln 0.25 - 0.1 ln 0.75
        (
            OriginalConfig(smoothing=0.9, smooth_generator=True).build(),
            0.200829 + 0.160944 + 0.287682,
            1.247665 + 0.028768,
        ),
    ],
    ids=["plain", "smooth", "both"],
)
def test_values_by_hand(loss, critic, generator):
    real, fake = one(logit(0.8)), one(logit(0.25))
    np.testing.assert_allclose(loss.discriminator(real, fake), [critic], rtol=1e-5)
    np.testing.assert_allclose(loss.generator(fake), [generator], rtol=1e-5)


@pytest.mark.parametrize("label", [1.0, 0.9, 0.75])
def test_values_are_the_equations(label):
    real, fake = np.random.default_rng(0).normal(0.0, 2.0, (2, 50))
    d_real, d_fake = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-fake))
    expected = -label * np.log(d_real) - (1 - label) * np.log(1 - d_real) - np.log(1 - d_fake)
    costs = OriginalConfig(smoothing=label).build().discriminator(tf.constant(real), tf.constant(fake))
    np.testing.assert_allclose(costs, expected, rtol=1e-10)
    np.testing.assert_allclose(
        OriginalConfig().build().generator(tf.constant(fake)), -np.log(d_fake), rtol=1e-10
    )


def test_a_smoothed_critic_is_content_at_its_label():
    score = tf.constant([logit(0.9)])
    with tf.GradientTape() as tape:
        tape.watch(score)
        cost = OriginalConfig(smoothing=0.9).build().discriminator(score, tf.zeros(1))
    np.testing.assert_allclose(tape.gradient(cost, score), [0.0], atol=1e-6)


def test_the_generator_learns_from_images_that_deceive_no_critic():
    score = one(-30.0)
    with tf.GradientTape() as tape:
        tape.watch(score)
        cost = OriginalConfig().build().generator(score)
    np.testing.assert_allclose(tape.gradient(cost, score), [-1.0], rtol=1e-6)
