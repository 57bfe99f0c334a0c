import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.learning_rates import rate_share


def shares(at, halve_every=None, decay="constant", steps=None):
    chosen = {"halve_every": halve_every, "decay": decay, "steps": steps}
    return [float(rate_share(tf.constant(step, tf.int64), **chosen)) for step in at]


def test_a_constant_rate_stays():
    assert shares([0, 7, 10_000_000], steps=10) == [1, 1, 1]


def test_rates_are_halved_again_and_again():
    assert shares([0, 19, 20, 39, 40, 60], halve_every=20) == [1, 1, 0.5, 0.5, 0.25, 0.125]


@pytest.mark.parametrize(
    ("decay", "curve"),
    [("linear", lambda done: 1 - done), ("cosine", lambda done: (1 + np.cos(np.pi * done)) / 2)],
)
def test_rates_fall_to_zero_with_the_training(decay, curve):
    at = [0, 3, 5, 6, 9, 11, 12, 20]
    expected = curve(np.minimum(np.array(at) / 12, 1))
    np.testing.assert_allclose(shares(at, decay=decay, steps=12), expected, atol=1e-6)
    assert shares([12, 20], decay=decay, steps=12) == pytest.approx([0, 0], abs=1e-7)


def test_a_halved_rate_falls_too():
    assert shares([0, 5], halve_every=5, decay="linear", steps=10) == [1, 0.25]
