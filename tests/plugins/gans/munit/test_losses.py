import numpy as np
import tensorflow as tf

from kgan_plugins.gans.munit.losses import absolute_error, code_divergence, feature_distance, least_squares


def image(*values):
    return tf.reshape(tf.constant(values, tf.float32), (-1, 2, 2, 1))


def test_absolute_error_by_hand():
    first, other = image(0, 1, -1, 0.5, 1, 1, 1, 1), image(0, 0, 1, 0, 1, 1, 1, -1)
    np.testing.assert_allclose(absolute_error(first, other), [(0 + 1 + 2 + 0.5) / 4, 2 / 4])


def test_code_divergence_is_twice_the_mean_divergence_from_the_standard_normal():
    means = image(0, 1, -2, 3, 0.5, 0.5, 0.5, 0.5)
    np.testing.assert_allclose(code_divergence(means), [14 / 4, 0.25])
    # KL(N(m, 1) || N(0, 1)) by the sum over a fine grid, m = 1.5.
    grid = np.linspace(-12, 12, 200_001)
    density = np.exp(-((grid - 1.5) ** 2) / 2) / np.sqrt(2 * np.pi)
    divergence = np.sum(density * ((grid**2 - (grid - 1.5) ** 2) / 2)) * (grid[1] - grid[0])
    np.testing.assert_allclose(code_divergence(tf.fill((1, 3, 3, 2), 1.5)), [2 * divergence], rtol=1e-5)


def test_least_squares_by_hand():
    fine, coarse = image(0, 1, 2, 3, 1, 1, 1, 1), tf.reshape([3.0, -1.0], (2, 1, 1, 1))
    np.testing.assert_allclose(least_squares([fine, coarse], 1.0), [(1 + 0 + 1 + 4) / 4 + 4, 0 + 4])
    np.testing.assert_allclose(least_squares([fine, coarse], 0.0), [(0 + 1 + 4 + 9) / 4 + 9, 1 + 1])
    np.testing.assert_allclose(least_squares(fine, 1.0), [6 / 4, 0])


def test_feature_distance_by_hand():
    # Standardised: (-1, -1, 1, 1) both; the second image's halves are exchanged, so every pixel is off by 2.
    first, other = image(0, 0, 2, 2, 0, 0, 2, 2), image(10, 10, 30, 30, 5, 5, 3, 3)
    np.testing.assert_allclose(feature_distance(first, other), [0, 4], atol=1e-4)


def test_feature_distance_does_not_see_brightness_and_contrast():
    features = tf.random.stateless_normal((2, 4, 4, 3), (1, 2))
    np.testing.assert_allclose(feature_distance(features, 3 * features + 7), [0, 0], atol=1e-4)
    assert (feature_distance(features, features[:, ::-1]).numpy() > 0.1).all()
