import math

import numpy as np
import pytest
import tensorflow as tf

from kgan.testing import parametrize
from kgan_plugins.losses.configs import LSGANConfig

MAKERS = {
    "plain": LSGANConfig().build,
    "smooth": lambda: LSGANConfig(smoothing=0.9).build(),
    "both": lambda: LSGANConfig(smoothing=0.9, smooth_generator=True).build(),
    "probability": lambda: LSGANConfig(scores="probability").build(),
    "zoo": lambda: LSGANConfig(scores="probability", smoothing=0.9, smooth_generator=True).build(),
}


@parametrize(MAKERS, "loss")
def test_contract(make, check):
    check(make)


@pytest.mark.parametrize(
    ("loss", "critic", "generator"),
    [
        # (0.5 - 1)² + 0.25²; (0.25 - 1)²
        (LSGANConfig().build(), 0.25 + 0.0625, 0.5625),
        # (0.5 - 0.9)² + 0.25²
        (LSGANConfig(smoothing=0.9).build(), 0.16 + 0.0625, 0.5625),
        # (0.25 - 0.9)²
        (LSGANConfig(smoothing=0.9, smooth_generator=True).build(), 0.16 + 0.0625, 0.4225),
    ],
    ids=["plain", "smooth", "both"],
)
def test_values_by_hand(loss, critic, generator):
    real, fake = tf.constant([0.5]), tf.constant([0.25])
    np.testing.assert_allclose(loss.discriminator(real, fake), [critic], rtol=1e-6)
    np.testing.assert_allclose(loss.generator(fake), [generator], rtol=1e-6)


def test_values_are_the_equations():
    real, fake = np.random.default_rng(0).normal(0.0, 2.0, (2, 50))
    costs = LSGANConfig().build().discriminator(tf.constant(real), tf.constant(fake))
    np.testing.assert_allclose(costs, (real - 1) ** 2 + fake**2, rtol=1e-12)
    np.testing.assert_allclose(
        LSGANConfig().build().generator(tf.constant(fake)), (fake - 1) ** 2, rtol=1e-12
    )


@pytest.mark.parametrize(
    ("figures", "critic", "generator"),
    [
        # (0.8 - 1)² + 0.25²; (0.25 - 1)²
        ({}, 0.04 + 0.0625, 0.5625),
        # (0.8 - 0.9)² + 0.25²; (0.25 - 0.9)²
        ({"smoothing": 0.9, "smooth_generator": True}, 0.01 + 0.0625, 0.4225),
    ],
    ids=["plain", "smooth"],
)
def test_equation_2_of_the_zoo_squares_probabilities(figures, critic, generator):
    # Logits of D(x) = 0.8 and D(G(z)) = 0.25.
    real, fake = tf.constant([math.log(4)], tf.float32), tf.constant([-math.log(3)], tf.float32)
    loss = LSGANConfig(scores="probability", **figures).build()
    np.testing.assert_allclose(loss.discriminator(real, fake), [critic], rtol=1e-5)
    np.testing.assert_allclose(loss.generator(fake), [generator], rtol=1e-5)


def test_raw_scores_are_the_default_as_in_mao_et_al():
    assert LSGANConfig().scores == "raw"
    np.testing.assert_allclose(LSGANConfig().build().generator(tf.constant([3.0])), [4.0])
