import numpy as np
import pytest
import tensorflow as tf

from kgan.random import tensors
from kgan.testing import parametrize
from kgan_plugins.losses.configs import DRAGANConfig, OriginalConfig

MAKERS = {
    "mixed": DRAGANConfig().build,
    "added": lambda: DRAGANConfig(noise="added", weight=0.25).build(),
    "smooth": lambda: DRAGANConfig(smoothing=0.9, smooth_generator=True).build(),
    "code": lambda: DRAGANConfig(alpha="pixel", slopes="rows", weight=0.25).build(),
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
    real, fake = tensors.uniform((2, 20), seed(1, 1), -3.0, 3.0)
    dragan, original = DRAGANConfig(**figures).build(), OriginalConfig(**figures).build()
    np.testing.assert_array_equal(dragan.discriminator(real, fake), original.discriminator(real, fake))
    np.testing.assert_array_equal(dragan.generator(fake), original.generator(fake))


@pytest.mark.parametrize("noise", ["mixed", "added"])
def test_penalty_of_a_linear_critic_is_known(noise):
    weights = tf.constant(np.linspace(-1, 1, 12).reshape(1, 2, 3, 2), tf.float32)
    real, fake = tensors.uniform((2, 5, 2, 3, 2), seed(1, 1))
    penalty = (
        DRAGANConfig(weight=3.0, noise=noise)
        .build()
        .penalty(lambda x: tf.reduce_sum(x * weights, axis=(1, 2, 3)), real, fake, seed(1, 2))
    )
    norm = np.sqrt(np.sum(np.square(weights)))
    np.testing.assert_allclose(penalty, np.full(5, 3.0 * (norm - 1) ** 2), rtol=1e-5)


@pytest.mark.parametrize(
    ("slopes", "expected"),
    [
        # ‖a‖ is the root of 9 + 1 + 16 + 4 + 16 + 9 = 55.
        ("image", 2 * (np.sqrt(55) - 1) ** 2),
        # Over the rows the six norms of three columns and two channels are 5, 2, 1 and 4, 3, 0.
        ("rows", 2 * (16 + 1 + 0 + 9 + 4 + 1) / 6),
    ],
)
def test_norms_of_a_linear_critic_by_hand(slopes, expected):
    first, second = [[3, 0, 1], [4, 2, 0]], [[0, 3, 0], [4, 0, 0]]
    weights = tf.constant(np.stack([first, second], axis=-1)[None], tf.float32)
    real, fake = tensors.uniform((2, 5, 2, 3, 2), seed(1, 1))
    penalty = (
        DRAGANConfig(weight=2.0, slopes=slopes)
        .build()
        .penalty(lambda x: tf.reduce_sum(x * weights, axis=(1, 2, 3)), real, fake, seed(1, 2))
    )
    np.testing.assert_allclose(penalty, np.full(5, expected), rtol=1e-5)


@pytest.mark.parametrize(("slopes", "norm"), [("image", 1.0), ("rows", 16.0)])
def test_over_the_rows_a_critic_is_drawn_to_sixteen_times_the_norm(slopes, norm):
    # Of 256x256 pixels that all weigh c, the image's norm is 256 c and each column's 16 c.
    def penalty(norm):
        images = tf.zeros((1, 256, 256, 1))
        loss = DRAGANConfig(weight=1.0, slopes=slopes).build()
        return float(loss.penalty(lambda x: norm / 256 * tf.reduce_sum(x), images, images, seed(1, 2))[0])

    assert penalty(norm) == pytest.approx(0, abs=1e-6)
    assert penalty(0.5 * norm) == pytest.approx(0.25, rel=1e-4)
    assert penalty(1.5 * norm) == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize("slopes", ["image", "rows"])
def test_norms_are_those_of_finite_differences(slopes):
    rng = np.random.default_rng(2)
    first, second = (tf.constant(rng.normal(size=shape)) for shape in ((60, 7), (7, 1)))
    images = tf.constant(rng.uniform(-1, 1, (2, 5, 4, 3)))
    seen = []

    def critic(x):
        seen.append(np.array(x))
        return tf.matmul(tf.tanh(tf.matmul(tf.reshape(x, (-1, 60)), first)), second)

    penalties = (
        DRAGANConfig(weight=0.25, alpha="pixel", slopes=slopes)
        .build()
        .penalty(critic, images, images, seed(1, 2))
    )
    places = seen[0]
    gradient = np.zeros_like(places)
    for where in np.ndindex(*places.shape[1:]):
        step = np.zeros_like(places)
        step[(slice(None), *where)] = 1e-6
        gradient[(slice(None), *where)] = (critic(places + step) - critic(places - step))[:, 0] / 2e-6
    norms = np.sqrt(np.sum(gradient**2, axis=1 if slopes == "rows" else (1, 2, 3)).reshape(2, -1))
    np.testing.assert_allclose(penalties, 0.25 * np.mean((norms - 1) ** 2, axis=1), rtol=1e-6)


def parts(loss, real):
    """Return α and p of α x + (1 - α) p, found from what is looked at for x and for -x under one seed."""
    forward, other = looked_at(loss, real), looked_at(loss, -real)
    alpha = (forward - other) / (2 * real)
    return alpha, (forward + other) / (2 * np.maximum(1 - alpha, 1e-3))


def test_alpha_is_drawn_for_each_image():
    alpha, _ = parts(DRAGANConfig().build(), halves(40))
    np.testing.assert_allclose(alpha, np.broadcast_to(alpha[:, :1, :1], alpha.shape), atol=1e-6)
    assert len(np.unique(alpha[:, 0, 0])) == 40 and 0.35 < alpha.mean() < 0.65


def test_alpha_may_be_drawn_for_each_pixel():
    alpha, noise = parts(DRAGANConfig(alpha="pixel").build(), halves(10))
    assert alpha.min() < 0.01 and alpha.max() > 0.99
    for image in alpha:
        assert image.mean() == pytest.approx(0.5, abs=0.03)
        assert image.std() == pytest.approx(1 / np.sqrt(12), abs=0.01)
    kept = alpha < 0.9
    assert noise[kept].min() > -0.01 and noise[kept].max() < 0.51
    assert noise[kept].mean() == pytest.approx(0.25, abs=0.01)
    assert abs(np.corrcoef(alpha[kept], noise[kept])[0, 1]) < 0.02


def halves(count, size=64):
    """Images whose left half is -1 and whose right half is 1: their standard deviation is 1."""
    real = np.ones((count, size, size, 1), np.float32)
    real[:, :, : size // 2] = -1.0
    return real


def test_mixed_noise_is_equation_5():
    seen = looked_at(DRAGANConfig().build(), halves(200))
    left, right = seen[:, :, :32], seen[:, :, 32:]
    # Left pixels are -α + (1 - α) p, right ones α + (1 - α) p, with p of U(0, 0.5).
    alpha = (right.mean(axis=(1, 2, 3)) - left.mean(axis=(1, 2, 3))) / 2
    assert -0.02 < alpha.min() < 0.1 and 0.9 < alpha.max() < 1.02
    assert 0.4 < alpha.mean() < 0.6
    some = alpha < 0.8
    weight = (1 - alpha[some])[:, None, None, None]
    noise = (right[some] - alpha[some][:, None, None, None]) / weight
    assert -0.05 < noise.min() < 0.0 + 0.05 and 0.45 < noise.max() < 0.55
    np.testing.assert_allclose(noise.mean(axis=(1, 2, 3)), 0.25, atol=0.05)
    np.testing.assert_allclose(noise.std(axis=(1, 2, 3)), 0.5 / np.sqrt(12), atol=0.02)


def test_added_noise_stays_near_the_image():
    real = halves(40)
    away = looked_at(DRAGANConfig(noise="added").build(), real) - real
    assert away.min() >= -1e-6
    # (1 - α) p: its largest value in an image tells α.
    largest = away.max(axis=(1, 2, 3))
    assert largest.max() <= 0.5 + 1e-6 and largest.min() < 0.1
    np.testing.assert_allclose(away.mean(axis=(1, 2, 3)), largest / 2, rtol=0.05)


@pytest.mark.parametrize("noise", ["mixed", "added"])
def test_noise_is_as_wide_as_each_image(noise):
    real = tensors.uniform((3, 8, 8, 2), seed(1, 1), -1.0, 1.0).numpy()
    loss = DRAGANConfig(noise=noise).build()
    seen = looked_at(loss, real)
    halved = looked_at(loss, real * np.float32([1.0, 0.5, 0.0])[:, None, None, None])
    np.testing.assert_array_equal(halved[0], seen[0])
    np.testing.assert_allclose(halved[1], 0.5 * seen[1], atol=1e-6)
    np.testing.assert_array_equal(halved[2], np.zeros_like(halved[2]))


def test_each_pixel_and_image_has_noise_of_its_own():
    seen = looked_at(DRAGANConfig(noise="added").build(), halves(2)) - halves(2)
    assert len(np.unique(seen.round(7))) > 0.9 * seen.size


def test_generated_images_do_not_matter():
    real, fake = tensors.uniform((2, 3, 4, 4, 1), seed(1, 1))

    def critic(images):
        return tf.reduce_sum(tf.square(images), axis=(1, 2, 3))

    first = DRAGANConfig().build().penalty(critic, real, fake, seed(1, 2))
    np.testing.assert_array_equal(first, DRAGANConfig().build().penalty(critic, real, fake * 0, seed(1, 2)))
