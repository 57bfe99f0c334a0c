"""Laws of GANs."""

import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kgan.random import tensors
from kgan.testing import driver
from kgan.testing.checks import Make
from kgan.testing.configurable import check_config_survives_json
from kgan.testing.trainables import TRAINABLE

COUNT = 4


def check_samples_are_images(make: Make) -> None:
    """Samples are (n, *image_shape) float32 in [-1, 1]; the generator's output has their shape."""
    model = make()
    latents = model.sample_latents(COUNT, _seed(1))
    _images(model.sample(latents), model.image_shape, "sample")
    assert model.generator(latents).shape == (COUNT, *model.image_shape), "generator: not of the image shape"


def check_critic_scores_each_image(make: Make) -> None:
    """The critic gives (n, 1) float32."""
    model = make()
    scores = model.critic(tf.zeros((COUNT, *model.image_shape)))
    assert scores.shape == (COUNT, 1), (
        f"critic: shape {scores.shape} for {COUNT} images; expected ({COUNT}, 1)"
    )
    assert scores.dtype == tf.float32, f"critic: {scores.dtype}; expected float32"


def check_latents_follow_the_seed(make: Make) -> None:
    """The same seed draws the same latents, in a graph too; another seed draws others."""
    model = make()
    first = model.sample_latents(COUNT, _seed(1)).numpy()
    again = tf.function(model.sample_latents, autograph=False)(COUNT, _seed(1)).numpy()
    assert np.array_equal(first, again), "the same seed drew other latents"
    assert not np.array_equal(first, model.sample_latents(COUNT, _seed(2)).numpy()), (
        "another seed drew the same"
    )


def check_generator_survives_saving(make: Make) -> None:
    """A SavedModel of the generator gives the same images to the last bit."""
    model = make()
    _survives(model.sample, model.sample_latents(COUNT, _seed(1)), model)


def check_refined_are_images(make: Make) -> None:
    """Refined images have the shape of the images they come from, are float32, finite and in [-1, 1]."""
    model = make()
    _images(model.refine(_noise(model.image_shape)), model.image_shape, "refine")


def check_refiner_survives_saving(make: Make) -> None:
    """A SavedModel of the refiner gives the same images to the last bit."""
    model = make()
    _survives(model.refine, _noise(model.image_shape), model)


def _seed(number: int) -> tf.Tensor:
    return tf.constant([driver.SEED, number], tf.int64)


def _noise(image_shape: tuple[int, ...]) -> tf.Tensor:
    return tensors.uniform((COUNT, *image_shape), _seed(3), -1.0, 1.0)


def _images(images: tf.Tensor, image_shape: tuple[int, ...], where: str) -> None:
    expected = (COUNT, *image_shape)
    assert images.shape == expected, f"{where}: shape {images.shape}; expected {expected}"
    assert images.dtype == tf.float32, f"{where}: {images.dtype}; expected float32"
    low, high = float(tf.reduce_min(images)), float(tf.reduce_max(images))
    assert low >= -1.0 and high <= 1.0, f"{where}: values from {low:g} to {high:g}; expected [-1, 1]"


def _survives(function: Callable[..., Any], inputs: tf.Tensor, model: tf.Module) -> None:
    module = tf.Module()
    specification = tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype)
    module.function = tf.function(function, autograph=False, input_signature=[specification])
    module.weights = list(module.function.get_concrete_function().variables)
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder)
        loaded = tf.saved_model.load(folder)
        images = loaded.function(inputs).numpy()
    # A graph fuses operations that run one by one outside it, so only graphs agree to the last bit.
    assert np.array_equal(images, module.function(inputs).numpy()), "the SavedModel gives other images"
    gap = float(np.abs(images - function(inputs).numpy()).max())
    assert gap <= 1e-5, f"the SavedModel's images are off by up to {gap:.2g}"


_EVERY_GAN = (check_config_survives_json, *TRAINABLE)

NOISE_TO_IMAGE = (
    *_EVERY_GAN,
    check_samples_are_images,
    check_critic_scores_each_image,
    check_latents_follow_the_seed,
    check_generator_survives_saving,
)

IMAGE_TO_IMAGE = (
    *_EVERY_GAN,
    check_refined_are_images,
    check_refiner_survives_saving,
)
