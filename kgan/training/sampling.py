"""Images from trained GANs, batch by batch: image i is the same whatever the size of the pool."""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from kgan.contracts import draws
from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
from kgan.data.pixels import to_model, to_store

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
        return gan.sample(gan.sample_latents(BATCH, draws.seed_for(seed, stream, step)))

    for number, start in enumerate(range(0, count, BATCH)):
        images = sample(tf.constant(number, tf.int64)).numpy()
        yield to_store(images[: count - start])


def refiner(gan: ImageToImageGAN) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that refines one batch: (n, height, width, channels) uint8 to the same.

    It runs as a graph, as the served model does, so that both give the same images.
    """
    refine = tf.function(gan.refine, reduce_retracing=True)
    return lambda images: to_store(refine(tf.constant(to_model(images))).numpy())
