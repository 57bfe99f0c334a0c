import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.augmentation import diff_augment
from kgan.nn.gradient_norm import r1
from kgan.random import tensors

SEED = tf.constant([11, 5], tf.int64)
AUGMENTATIONS = ("brightness", "contrast", "translation", "cutout")


def images(n=64, size=16, dtype=tf.float32):
    return tf.cast(tensors.uniform((n, size, size, 2), tf.constant([3, 4], tf.int64), -1, 1), dtype)


def test_brightness_adds_one_value_an_image_of_at_most_a_half():
    before = images()
    change = (diff_augment(before, ["brightness"], SEED) - before).numpy()
    first = change[:, :1, :1, :1]
    np.testing.assert_allclose(change, np.broadcast_to(first, change.shape), atol=1e-6)
    assert -0.5 <= first.min() < -0.4 and 0.4 < first.max() <= 0.5


def test_contrast_keeps_the_mean_and_scales_distances_from_it():
    before = images()
    after = diff_augment(before, ["contrast"], SEED).numpy()
    before = before.numpy()
    middle = before.mean(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(after.mean(axis=(1, 2, 3), keepdims=True), middle, atol=1e-6)
    scales = after.std(axis=(1, 2, 3)) / before.std(axis=(1, 2, 3))
    np.testing.assert_allclose(after, middle + (before - middle) * scales[:, None, None, None], atol=1e-5)
    assert 0.5 <= scales.min() < 0.6 and 1.4 < scales.max() <= 1.5


def test_translation_moves_whole_pixels_by_at_most_an_eighth_and_fills_with_air():
    rows, columns = np.meshgrid(np.arange(16), np.arange(16), indexing="ij")
    coded = np.repeat(((rows * 16 + columns) / 256.0)[None, ..., None], 200, axis=0)
    after = diff_augment(tf.constant(coded, tf.float32), ["translation"], SEED).numpy()[..., 0]
    seen = set()
    for image in after:
        # The middle is inside for every shift, so what stands there tells where it came from.
        source = round(image[8, 8] * 256)
        down, right = 8 - source // 16, 8 - source % 16
        seen.add((down, right))
        expected = np.full((16, 16), -1.0)
        ys, xs = slice(max(down, 0), 16 + min(down, 0)), slice(max(right, 0), 16 + min(right, 0))
        from_y, from_x = slice(max(-down, 0), 16 - max(down, 0)), slice(max(-right, 0), 16 - max(right, 0))
        expected[ys, xs] = coded[0, from_y, from_x, 0]
        np.testing.assert_allclose(image, expected, atol=1e-6)
    assert {down for down, _ in seen} == {right for _, right in seen} == {-2, -1, 0, 1, 2}


def test_cutout_greys_a_square_of_half_the_side():
    after = diff_augment(tf.ones((200, 16, 16, 1)), ["cutout"], SEED).numpy()[..., 0]
    sizes = set()
    for image in after:
        ys, xs = np.nonzero(image == 0)
        height, width = ys.max() - ys.min() + 1, xs.max() - xs.min() + 1
        assert len(ys) == height * width
        sizes.add((height, width))
    assert max(height for height, _ in sizes) == max(width for _, width in sizes) == 8
    assert min(height for height, _ in sizes) >= 4


@pytest.mark.parametrize("operation", AUGMENTATIONS)
def test_draws_follow_the_seed_and_differ_among_images(operation):
    same = tf.repeat(images(1), 8, axis=0)
    first, again = (diff_augment(same, [operation], SEED).numpy() for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(np.unique(first.reshape(8, -1), axis=0)) > 4
    assert not np.array_equal(first, diff_augment(same, [operation], SEED + 1).numpy())


@pytest.mark.parametrize("compiled", [False, True])
def test_xla_draws_the_same(compiled):
    def augmented(real):
        return diff_augment(real, AUGMENTATIONS, SEED)

    plain = augmented(images(8))
    graph = tf.function(augmented, jit_compile=compiled)(images(8))
    np.testing.assert_allclose(graph, plain, atol=1e-6)


def test_r1_of_a_linear_critic_is_half_its_squared_norm():
    weights = tf.reshape(tf.range(1.0, 9.0), (2, 2, 2))
    values = r1(lambda x: tf.reduce_sum(x * weights, axis=(1, 2, 3)), images(3, 2), weight=0.5)
    np.testing.assert_allclose(values, [0.25 * sum(n * n for n in range(1, 9))] * 3, rtol=1e-6)


def test_the_gradient_of_r1_through_every_augmentation_agrees_with_finite_differences():
    weights = tf.Variable(tf.cast(tensors.normal((3, 3, 2, 4), SEED), tf.float64))
    real = images(3, 8, tf.float64)

    def critic(x):
        x = diff_augment(x, AUGMENTATIONS, SEED)
        return tf.reduce_sum(tf.nn.softplus(tf.nn.conv2d(x, weights, 2, "SAME")) ** 2, axis=(1, 2, 3))

    def value():
        with tf.GradientTape() as inner:
            inner.watch(real)
            scores = critic(real)
        return tf.reduce_sum(tf.square(inner.gradient(scores, real)))

    with tf.GradientTape() as tape:
        total = value()
    gradient = tape.gradient(total, weights).numpy()
    start, h = weights.numpy(), 1e-5
    for place in [(0, 0, 0, 0), (1, 2, 1, 3), (2, 2, 0, 1)]:
        sides = []
        for sign in (1, -1):
            moved = start.copy()
            moved[place] += sign * h
            weights.assign(moved)
            sides.append(float(value()))
        assert gradient[place] == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=1e-5)
