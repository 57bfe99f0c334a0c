"""Images from trained GANs, batch by batch: image i is the same whatever the size of the pool."""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
from kgan.data.store.pixels import to_model, to_store
from kgan.random import tensors

BATCH = 50


def generated(gan: NoiseToImageGAN, count: int, seed: int, stream: str) -> Iterator[np.ndarray]:
    """Generate ``count`` images.

    Args:
        gan: trained.
        count: how many.
        seed: the run's seed.
        stream: names the pool; with the seed and the image's batch it decides every latent.

    Yields:
        ndarray (`BATCH` or fewer, height, width, channels) uint8.
    """

    @tf.function(reduce_retracing=True)
    def sample(step: tf.Tensor) -> tf.Tensor:
        return gan.sample(gan.sample_latents(BATCH, tensors.seed_for(seed, stream, step)))

    for number, start in enumerate(range(0, count, BATCH)):
        images = sample(tf.constant(number, tf.int64)).numpy()
        yield to_store(images[: count - start])


def between(gan: NoiseToImageGAN, rows: int, columns: int, seed: int, stream: str) -> np.ndarray:
    """Generate images on the ways between pairs of latents: smooth ones where nothing is learnt by heart.

    Each way turns the first latent's direction into the second's on a sphere while its length goes straight
    from one to the other. A straight way would lead through latents far shorter than any that the GAN was
    trained on, be they normal or uniform (White, Sampling Generative Networks, 2016, arXiv:1609.04468).

    Args:
        gan: trained.
        rows: pairs.
        columns: images from one end to the other, both ends included.
        seed: the step's seed.
        stream: names the draw of the ends.

    Returns:
        ndarray (rows * columns, height, width, channels) uint8, row after row.
    """
    latents = gan.sample_latents(2 * rows, tensors.seed_for(seed, stream, 0)).numpy()
    shares = np.linspace(0, 1, columns, dtype=np.float32)
    ways = [_way(first, second, shares) for first, second in zip(latents[:rows], latents[rows:], strict=True)]
    return to_store(gan.sample(tf.constant(np.concatenate(ways))).numpy())


def _way(first: np.ndarray, second: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return (shares, latent) float32 from one latent (latent,) to another."""
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    one, other = (end / max(length, 1e-12) for end, length in zip((first, second), lengths, strict=True))
    angle = float(np.arccos(np.clip(one @ other, -1, 1)))
    share = shares[:, None]
    if np.sin(angle) < 1e-4:  # the same direction, or opposite ones, which no sphere has one way between
        return ((1 - share) * first + share * second).astype(np.float32)
    turned = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    return (turned * ((1 - share) * lengths[0] + share * lengths[1])).astype(np.float32)


def refiner(gan: ImageToImageGAN) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that refines one batch: (n, height, width, channels) uint8 to the same.

    It runs as a graph, as the served model does, so that both give the same images.
    """
    refine = tf.function(gan.refine, reduce_retracing=True)
    return lambda images: to_store(refine(tf.constant(to_model(images))).numpy())
