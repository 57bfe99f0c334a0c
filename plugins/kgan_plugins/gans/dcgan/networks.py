"""The networks that DCGAN and WGAN share, and all that the two have in common but their optimisers."""

import abc
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from kgan.contracts.config import CriticProperty, ImageShape
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss
from kgan.nn.batch_norm import BatchNorm
from kgan.nn.convolution import Conv2D
from kgan.nn.functional import built
from kgan.random import tensors
from kgan_plugins.gans.dcgan.config import ConvolutionalConfig
from kgan_plugins.gans.dcgan.layout import STDDEV_GROUP, Layout, layout
from kgan_plugins.layers.equalized import NEGATIVE_SLOPE, at_least_float32
from kgan_plugins.layers.layer_norm import LayerNorm
from kgan_plugins.layers.minibatch_discrimination import MinibatchDiscrimination, MinibatchStddev

# Keras's 0.99 would still be far from the statistics after a demo's few hundred updates.
_BATCH_NORM = {"momentum": 0.9, "epsilon": 1e-5}

#: What Keras's batch normalisation and `LayerNorm` call their gains.
_GAINS = ("gamma", "gain")


class ConvolutionalGAN(NoiseToImageGAN):
    """A pyramid of transposed convolutions against one of convolutions; a plugin adds the optimisers.

    Args:
        config: of the networks.
        image_shape: (size, size, channels).
        loss: any adversarial loss.
    """

    def __init__(self, config: ConvolutionalConfig, image_shape: ImageShape, loss: AdversarialLoss) -> None:
        super().__init__(config, image_shape, loss)
        self.layout = layout(config, self.image_shape)
        self._generator = build_generator(self.layout)
        self._generator_optimizer = built(self.new_optimizer(), self._generator.trainable_variables)
        self._build_critic()

    @abc.abstractmethod
    def new_optimizer(self) -> keras.optimizers.Optimizer:
        """Return an optimiser for one network."""

    @property
    def generator(self) -> keras.Model:
        """Latents (n, latent) -> images (n, *image_shape)."""
        return self._generator

    @property
    def critic(self) -> keras.Model:
        """Images (n, *image_shape) -> scores (n, 1)."""
        return self._critic

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """One for each network."""
        return {"generator": self._generator_optimizer, "critic": self._critic_optimizer}

    def sample_latents(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draw from U(-1, 1)."""
        return tensors.uniform((count, self.layout.architecture.latent_size), seed, -1.0, 1.0)

    def clip_critic(self, limit: float) -> None:
        """Bring the critic's weights into [-limit, limit], and gains of normalisations into [-1, 1].

        Gains start at 1. Clipped as low as weights they leave values at which ELU is a straight line, and the
        critic sees little but means (after a minute on 32x32 phantom slices the generated ones were twice as
        far from the real ones).
        """
        for variable in self.critic.trainable_variables:
            bound = 1.0 if variable.name in _GAINS else limit
            variable.assign(tf.clip_by_value(tf.convert_to_tensor(variable.value), -bound, bound))

    def train_as(self, **options: Any) -> "ConvolutionalGAN":
        """Change training options; make a new critic where R1 asks for another normalisation."""
        super().train_as(**options)
        if self._wanted_norm() != self.norm:
            del self._critic
            self._build_critic()
        return self

    def _build_critic(self) -> None:
        self.norm, self.notes = self._wanted_norm(), ()
        if self.norm != self.config.critic_norm and self.norm == "layer":
            self.notes = (
                f"critic_norm: layer normalisation instead of the published batch normalisation, because "
                f"{self._penalises()} penalises each image's own gradient (Gulrajani et al. 2017, section 4)",
            )
        self._critic = build_critic(self.layout, self.norm)
        self._critic_optimizer = built(self.new_optimizer(), self._critic.trainable_variables)

    def _wanted_norm(self) -> str:
        if self.config.critic_norm != "auto":
            return self.config.critic_norm
        return "layer" if self._penalises() else "batch"

    def _penalises(self) -> str:
        if CriticProperty.INDEPENDENT_SCORES in self.loss.config.requires:
            return type(self.loss).__name__
        return "R1" if self.training_options.r1 else ""


def build_generator(plan: Layout) -> keras.Model:
    """Return latents (n, latent) -> images (n, size, size, channels), not clipped.

    Layers that batch normalisation follows have no bias, as it would be subtracted again.
    """
    chosen = plan.architecture
    latents = keras.Input((chosen.latent_size,), name="latents")
    x = layers.Dense(
        plan.grid**2 * plan.projected, use_bias=False, kernel_initializer=_normal(), name="project"
    )(latents)
    x = layers.Reshape((plan.grid, plan.grid, plan.projected), name="reshape")(x)
    x = layers.ReLU(name="project_relu")(BatchNorm(**_BATCH_NORM, name="project_bn")(x))
    for number, (filters, stride) in enumerate(plan.generator, 1):
        name = f"up{number}"
        x = _up(filters, chosen.kernel, stride, use_bias=False, name=name)(x)
        x = BatchNorm(**_BATCH_NORM, name=f"{name}_bn")(x)
        x = layers.ReLU(name=f"{name}_relu")(x)
    last = {"activation": chosen.generator_output, "dtype": at_least_float32(), "name": "images"}
    x = _up(plan.image_shape[-1], chosen.kernel, plan.last_stride, **last)(x)
    return keras.Model(latents, x, name="generator")


def build_critic(plan: Layout, norm: str) -> keras.Model:
    """Return images (n, size, size, channels) -> scores (n, 1), raw.

    Args:
        plan: of the networks.
        norm: after each convolution but the first, "batch", "layer" or "none".
    """
    chosen = plan.architecture
    images = keras.Input(plan.image_shape, name="images")
    x = images
    for number, filters in enumerate(plan.critic, 1):
        name = f"down{number}"
        normed = norm if number > 1 else "none"
        options = {"kernel_initializer": _normal(), "use_bias": normed != "batch", "name": name}
        x = Conv2D(filters, chosen.kernel, 2, padding="same", **options)(x)
        x = _activated(_normed(x, normed, name), chosen.critic_activation, name)
    if chosen.similarity == "stddev":
        x = MinibatchStddev(STDDEV_GROUP, name="similarity")(x)
    x = layers.Flatten(name="flatten")(x)
    if chosen.dense:
        x = layers.Dense(chosen.dense, kernel_initializer=_normal(), dtype=at_least_float32(), name="dense")(
            x
        )
        x = _activated(x, chosen.critic_activation, "dense")
    if chosen.similarity == "discrimination":
        x = MinibatchDiscrimination(name="similarity")(x)
    score = layers.Dense(1, kernel_initializer=_normal(), dtype=at_least_float32(), name="score")
    return keras.Model(images, score(x), name="critic")


def _normal() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=0.02)


def _up(filters: int, kernel: int, stride: int, **options: Any) -> keras.layers.Layer:
    initial = {"kernel_initializer": _normal(), "padding": "same"}
    return layers.Conv2DTranspose(filters, kernel, stride, **initial, **options)


def _normed(x: keras.KerasTensor, norm: str, name: str) -> keras.KerasTensor:
    if norm == "batch":
        return BatchNorm(**_BATCH_NORM, name=f"{name}_bn")(x)
    if norm == "layer":
        return LayerNorm(name=f"{name}_ln")(x)
    return x


def _activated(x: keras.KerasTensor, activation: str, name: str) -> keras.KerasTensor:
    if activation == "elu":
        return layers.ELU(name=f"{name}_elu")(x)
    return layers.LeakyReLU(negative_slope=NEGATIVE_SLOPE, name=f"{name}_lrelu")(x)
