"""Images from trained GANs, batch by batch: image i does not depend on the size of the pool."""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
from kgan.data.store.pixels import to_model, to_store
from kgan.random import tensors

BATCH = 50


def generate_images(gan: NoiseToImageGAN, count: int, seed: int, stream: str) -> Iterator[np.ndarray]:
    """Generate ``count`` images.

    Args:
        gan: a trained GAN.
        count: number of images.
        seed: of the run.
        stream: name of the pool; every latent is a function of seed, stream and batch.

    Yields:
        ndarray (`BATCH` or fewer, height, width, channels) uint8.
    """

    @tf.function(autograph=False, reduce_retracing=True)
    def sample(step: tf.Tensor) -> tf.Tensor:
        return gan.sample(gan.sample_latents(BATCH, tensors.seed_for(seed, stream, step)))

    for number, start in enumerate(range(0, count, BATCH)):
        images = sample(tf.constant(number, tf.int64)).numpy()
        yield to_store(images[: count - start])


def interpolate_latents(gan: NoiseToImageGAN, rows: int, columns: int, seed: int, stream: str) -> np.ndarray:
    """Generate images by spherical interpolation (slerp) between pairs of latents.

    The direction is interpolated on the sphere, the norm linearly. Linear interpolation would pass through
    latents far shorter than those of the training, whether normal or uniform (White, Sampling Generative
    Networks, 2016, arXiv:1609.04468). Smooth transitions indicate that the GAN did not memorise images.

    Args:
        gan: a trained GAN.
        rows: number of pairs.
        columns: images per pair, including both ends.
        seed: of the step.
        stream: name of the random stream of the ends.

    Returns:
        ndarray (rows * columns, height, width, channels) uint8, row after row.
    """
    latents = gan.sample_latents(2 * rows, tensors.seed_for(seed, stream, 0)).numpy()
    positions = np.linspace(0, 1, columns, dtype=np.float32)
    pairs = zip(latents[:rows], latents[rows:], strict=True)
    paths = [_slerp(first, second, positions) for first, second in pairs]
    return to_store(gan.sample(tf.constant(np.concatenate(paths))).numpy())


def _slerp(first: np.ndarray, second: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return (positions, latent) float32 from one latent (latent,) to another."""
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    start, end = (
        latent / max(length, 1e-12) for latent, length in zip((first, second), lengths, strict=True)
    )
    angle = float(np.arccos(np.clip(start @ end, -1, 1)))
    t = positions[:, None]
    if np.sin(angle) < 1e-4:  # equal directions, or opposite ones, for which slerp is not unique
        return ((1 - t) * first + t * second).astype(np.float32)
    direction = (np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)
    return (direction * ((1 - t) * lengths[0] + t * lengths[1])).astype(np.float32)


def refine_function(gan: ImageToImageGAN) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that refines one batch: (n, height, width, channels) uint8 to the same shape.

    It runs as a graph, like the served model, so that both give the same images.
    """
    refine = tf.function(gan.refine, autograph=False, reduce_retracing=True)
    return lambda images: to_store(refine(tf.constant(to_model(images))).numpy())
