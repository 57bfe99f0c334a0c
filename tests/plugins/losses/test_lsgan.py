import numpy as np
import pytest
import tensorflow as tf

from kgan.testing import parametrize
from kgan_plugins.losses.lsgan import LSGAN

MAKERS = {
    "plain": LSGAN,
    "smooth": lambda: LSGAN(smoothing=0.9),
    "both": lambda: LSGAN(smoothing=0.9, smooth_generator=True),
}


@parametrize(MAKERS, "loss")
def test_contract(make, check):
    check(make)


@pytest.mark.parametrize(
    ("loss", "critic", "generator"),
    [
        # (0.5 - 1)² + 0.25²; (0.25 - 1)²
        (LSGAN(), 0.25 + 0.0625, 0.5625),
        # (0.5 - 0.9)² + 0.25²
        (LSGAN(smoothing=0.9), 0.16 + 0.0625, 0.5625),
        # (0.25 - 0.9)²
        (LSGAN(smoothing=0.9, smooth_generator=True), 0.16 + 0.0625, 0.4225),
    ],
    ids=["plain", "smooth", "both"],
)
def test_values_by_hand(loss, critic, generator):
    real, fake = tf.constant([0.5]), tf.constant([0.25])
    np.testing.assert_allclose(loss.discriminator(real, fake), [critic], rtol=1e-6)
    np.testing.assert_allclose(loss.generator(fake), [generator], rtol=1e-6)


def test_values_are_the_equations():
    real, fake = np.random.default_rng(0).normal(0.0, 2.0, (2, 50))
    found = LSGAN().discriminator(tf.constant(real), tf.constant(fake))
    np.testing.assert_allclose(found, (real - 1) ** 2 + fake**2, rtol=1e-12)
    np.testing.assert_allclose(LSGAN().generator(tf.constant(fake)), (fake - 1) ** 2, rtol=1e-12)
