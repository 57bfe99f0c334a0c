import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts import draws
from kgan.testing import parametrize
from kgan_plugins.losses.dragan import DRAGAN
from kgan_plugins.losses.original import Original

MAKERS = {
    "mixed": DRAGAN,
    "added": lambda: DRAGAN(noise="added", weight=0.25),
    "smooth": lambda: DRAGAN(smoothing=0.9, smooth_generator=True),
}


@parametrize(MAKERS, "loss")
def test_contract(make, check):
    check(make)


def seed(*numbers):
    return tf.constant(numbers, tf.int64)


def looked_at(loss, real):
    """Return the images at which a penalty asks the critic."""
    seen = []

    def critic(images):
        seen.append(images.numpy())
        return tf.reduce_sum(images, axis=(1, 2, 3))

    loss.penalty(critic, tf.constant(real), tf.zeros_like(real), seed(1, 2))
    return seen[0]


@pytest.mark.parametrize("figures", [{}, {"smoothing": 0.9}, {"smoothing": 0.9, "smooth_generator": True}])
def test_scores_cost_what_they_cost_without_the_penalty(figures):
    real, fake = draws.uniform((2, 20), seed(1, 1), -3.0, 3.0)
    mine, original = DRAGAN(**figures), Original(**figures)
    np.testing.assert_array_equal(mine.discriminator(real, fake), original.discriminator(real, fake))
    np.testing.assert_array_equal(mine.generator(fake), original.generator(fake))


@pytest.mark.parametrize("noise", ["mixed", "added"])
def test_penalty_of_a_linear_critic_is_known(noise):
    slope = tf.constant(np.linspace(-1, 1, 12).reshape(1, 2, 3, 2), tf.float32)
    real, fake = draws.uniform((2, 5, 2, 3, 2), seed(1, 1))
    penalty = DRAGAN(weight=3.0, noise=noise).penalty(
        lambda x: tf.reduce_sum(x * slope, axis=(1, 2, 3)), real, fake, seed(1, 2)
    )
    norm = np.sqrt(np.sum(np.square(slope)))
    np.testing.assert_allclose(penalty, np.full(5, 3.0 * (norm - 1) ** 2), rtol=1e-5)


def halves(count, size=64):
    """Images whose left half is -1 and whose right half is 1: their standard deviation is 1."""
    real = np.ones((count, size, size, 1), np.float32)
    real[:, :, : size // 2] = -1.0
    return real


def test_mixed_noise_is_equation_5():
    seen = looked_at(DRAGAN(), halves(40))
    left, right = seen[:, :, :32], seen[:, :, 32:]
    # Left pixels are -α + (1 - α) p, right ones α + (1 - α) p, with p of U(0, 0.5).
    alpha = (right.mean(axis=(1, 2, 3)) - left.mean(axis=(1, 2, 3))) / 2
    assert -0.02 < alpha.min() < 0.1 and 0.9 < alpha.max() < 1.02
    assert 0.35 < alpha.mean() < 0.65
    some = alpha < 0.8
    weight = (1 - alpha[some])[:, None, None, None]
    noise = (right[some] - alpha[some][:, None, None, None]) / weight
    assert -0.05 < noise.min() < 0.0 + 0.05 and 0.45 < noise.max() < 0.55
    np.testing.assert_allclose(noise.mean(axis=(1, 2, 3)), 0.25, atol=0.05)
    np.testing.assert_allclose(noise.std(axis=(1, 2, 3)), 0.5 / np.sqrt(12), atol=0.02)


def test_added_noise_stays_near_the_image():
    real = halves(40)
    away = looked_at(DRAGAN(noise="added"), real) - real
    assert away.min() >= -1e-6
    # (1 - α) p: its largest value in an image tells α.
    largest = away.max(axis=(1, 2, 3))
    assert largest.max() <= 0.5 + 1e-6 and largest.min() < 0.1
    np.testing.assert_allclose(away.mean(axis=(1, 2, 3)), largest / 2, rtol=0.05)


@pytest.mark.parametrize("noise", ["mixed", "added"])
def test_noise_is_as_wide_as_each_image(noise):
    real = draws.uniform((3, 8, 8, 2), seed(1, 1), -1.0, 1.0).numpy()
    loss = DRAGAN(noise=noise)
    seen = looked_at(loss, real)
    halved = looked_at(loss, real * np.float32([1.0, 0.5, 0.0])[:, None, None, None])
    np.testing.assert_array_equal(halved[0], seen[0])
    np.testing.assert_allclose(halved[1], 0.5 * seen[1], atol=1e-6)
    np.testing.assert_array_equal(halved[2], np.zeros_like(halved[2]))


def test_each_pixel_and_image_has_noise_of_its_own():
    seen = looked_at(DRAGAN(noise="added"), halves(2)) - halves(2)
    assert len(np.unique(seen.round(7))) > 0.9 * seen.size


def test_generated_images_do_not_matter():
    real, fake = draws.uniform((2, 3, 4, 4, 1), seed(1, 1))

    def critic(images):
        return tf.reduce_sum(tf.square(images), axis=(1, 2, 3))

    first = DRAGAN().penalty(critic, real, fake, seed(1, 2))
    np.testing.assert_array_equal(first, DRAGAN().penalty(critic, real, fake * 0, seed(1, 2)))
