import numpy as np
import pytest
import tensorflow as tf

from kgan.random import tensors
from kgan.training.generation import BATCH, generate_images, interpolate_latents


class Mirror:
    """A GAN whose images are its latents, in the middle of their range."""

    def __init__(self, draw=tensors.normal):
        self.draw = draw

    def sample_latents(self, count, seed):
        return self.draw((count, 16), seed)

    def sample(self, latents):
        return tf.reshape(latents / 8, (-1, 4, 4, 1))


def latents(images):
    return (images.reshape(len(images), -1) / 127.5 - 1) * 8


@pytest.mark.parametrize(
    "draw", [tensors.normal, lambda n, s: tensors.uniform(n, s, -1.0, 1.0)], ids=["N", "U"]
)
def test_ways_lead_from_end_to_end_and_stay_as_long_as_drawn_ones(draw):
    gan = Mirror(draw)
    images = interpolate_latents(gan, 3, 9, 7, "ways")
    assert images.shape == (27, 4, 4, 1) and images.dtype == np.uint8
    ends = gan.sample_latents(6, tensors.seed_for(7, "ways", 0)).numpy()
    ways = latents(images).reshape(3, 9, 16)
    np.testing.assert_allclose(ways[:, 0], ends[:3], atol=0.05)
    np.testing.assert_allclose(ways[:, -1], ends[3:], atol=0.05)
    for way, first, last in zip(ways, ends[:3], ends[3:], strict=True):
        lengths = np.linalg.norm(way, axis=-1)
        expected = np.linspace(np.linalg.norm(first), np.linalg.norm(last), 9)
        np.testing.assert_allclose(lengths, expected, rtol=0.03)


def test_opposite_ends_have_a_way_too():
    gan = Mirror(lambda shape, seed: tf.constant([[1.0] * 16, [-1.0] * 16])[: shape[0]])
    np.testing.assert_allclose(latents(interpolate_latents(gan, 1, 3, 0, "w"))[:, 0], [1, 0, -1], atol=0.05)


def test_an_image_is_the_same_in_a_pool_of_any_size():
    few = np.concatenate(list(generate_images(Mirror(), BATCH + 3, 1, "pool")))
    many = np.concatenate(list(generate_images(Mirror(), 2 * BATCH, 1, "pool")))
    assert few.shape == (BATCH + 3, 4, 4, 1)
    assert np.array_equal(few, many[: BATCH + 3])
