"""SRResNet: a deep residual generator that turns features into pixels, and a residual critic."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from kgan.contracts.config import ImageShape
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss
from kgan.nn import optimizers
from kgan.nn.batch_norm import BatchNorm
from kgan.nn.convolution import Conv2D
from kgan.nn.functional import built
from kgan.random import tensors
from kgan_plugins.gans.srresnet.config import END, START, SRResNetConfig, doublings
from kgan_plugins.layers.equalized import NEGATIVE_SLOPE, at_least_float32


class SRResNet(NoiseToImageGAN):
    """Residual blocks at 16x16 followed by pixel shuffles, against a residual critic without batch norm.

    Generator: latents scaled to length one, a dense layer to 16x16, residual blocks with a skip around them
    all, a pixel shuffle for each doubling of the size. Critic: stride-2 convolutions down to 2x2, each but
    the last followed by residual blocks, then one dense unit; 256x256 images take seven and end as 2x2x2048.

    Where the paper is silent, its authors' public code is followed: the critic's widths of 32, 64, ..., 2048
    and its two blocks at each resolution, batch normalisation (momentum 0.9) and ReLU in the generator, the
    skip, the last 9x9 convolution, tanh, leaky ReLU (0.2) in the critic. That code has 4x4 kernels in all
    stride-2 convolutions but the last; the paper says 3x3, and so it is here. Ours: smaller images take fewer
    shuffles and fewer stages of the critic, which then ends narrower; no bias before a batch normalisation.

    Args:
        config: of the GAN.
        image_shape: (size, size, channels); the size is a power of two from 32 to 512.
        loss: any adversarial loss; DRAGAN in the paper's best result.
    """

    def __init__(self, config: SRResNetConfig, image_shape: ImageShape, loss: AdversarialLoss) -> None:
        super().__init__(config, image_shape, loss)
        self._generator = residual_generator(
            self.image_shape, config.latent_size, config.width, config.blocks
        )
        self._critic = residual_critic(self.image_shape, config.critic_width, config.critic_blocks)
        self.generator_optimizer = self._adam(self._generator)
        self.critic_optimizer = self._adam(self._critic)

    @property
    def generator(self) -> keras.Model:
        """Latents (n, latent) -> images (n, *image_shape) in [-1, 1]."""
        return self._generator

    @property
    def critic(self) -> keras.Model:
        """Images (n, *image_shape) -> scores (n, 1)."""
        return self._critic

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """One Adam for each network."""
        return {"generator": self.generator_optimizer, "critic": self.critic_optimizer}

    def sample_latents(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draw from N(0, 1); the generator itself scales latents to length one."""
        return tensors.normal((count, self.config.latent_size), seed)

    def _adam(self, network: keras.Model) -> keras.optimizers.Optimizer:
        adam = optimizers.Adam(
            self.config.learning_rate, self.config.beta_1, self.config.beta_2, epsilon=1e-8
        )
        return built(adam, network.trainable_variables)


@keras.saving.register_keras_serializable("kgan_plugins")
class PixelShuffle(layers.Layer):
    """Makes 2x2 pixels of each one, by taking its features in four parts (Shi et al. 2016, arXiv:1609.05158).

    It moves values and computes nothing, so derivatives of every order are exact.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, h, w, 4c) to (n, 2h, 2w, c)."""
        return tf.nn.depth_to_space(inputs, 2)


def residual_generator(image_shape: Sequence[int], latent_size: int, width: int, blocks: int) -> keras.Model:
    """Return latents (n, latent_size) -> images (n, *image_shape) float32 in [-1, 1].

    Args:
        image_shape: (size, size, channels); the size is 16, doubled a few times.
        latent_size: features of the latents.
        width: features of all layers.
        blocks: residual blocks.
    """
    latents = keras.Input((latent_size,), name="latents")
    x = layers.UnitNormalization(dtype=at_least_float32(), name="unit_latents")(latents)
    x = layers.Dense(
        START * START * width, kernel_initializer="he_normal", dtype=at_least_float32(), name="dense"
    )(x)
    x = layers.Reshape((START, START, width), name="grid")(x)
    first = x = _relu(_norm(x, "dense"), "dense")
    for number in range(blocks):
        x = _generator_block(x, f"block_{number}")
    x = layers.Add(name="trunk_add")([first, _relu(_norm(x, "trunk"), "trunk")])
    for number in range(doublings(START, image_shape[0])):
        name = f"up_{START << number + 1}"
        x = _convolution(4 * width, name, use_bias=False)(x)
        x = PixelShuffle(name=f"{name}_shuffle")(x)
        x = _relu(_norm(x, name), name)
    images = _convolution(image_shape[2], "to_image", 9, activation="tanh", dtype=at_least_float32())(x)
    return keras.Model(latents, images, name="generator")


def residual_critic(image_shape: Sequence[int], width: int, blocks: int) -> keras.Model:
    """Return images (n, *image_shape) -> scores (n, 1) float32.

    Args:
        image_shape: (size, size, channels); the size is 2, doubled a few times.
        width: features of the first convolution; each further stride-2 one doubles them.
        blocks: residual blocks after each stride-2 convolution but the last.
    """
    images = x = keras.Input(tuple(image_shape), name="images")
    stages = doublings(END, image_shape[0])
    for stage in range(stages):
        features, name = width << stage, f"down_{image_shape[0] >> stage + 1}"
        x = _leaky(_convolution(features, name, strides=2)(x), name)
        for number in range(blocks if stage < stages - 1 else 0):
            x = _critic_block(x, f"{name}_block_{number}")
    x = layers.Flatten(name="flatten")(x)
    score = layers.Dense(1, kernel_initializer="he_normal", dtype=at_least_float32(), name="score")
    return keras.Model(images, score(x), name="critic")


def _generator_block(x: tf.Tensor, name: str) -> tf.Tensor:
    width = x.shape[-1]
    inner = _relu(_norm(_convolution(width, f"{name}_0", use_bias=False)(x), f"{name}_0"), f"{name}_0")
    inner = _norm(_convolution(width, f"{name}_1", use_bias=False)(inner), f"{name}_1")
    return layers.Add(name=f"{name}_add")([x, inner])


def _critic_block(x: tf.Tensor, name: str) -> tf.Tensor:
    width = x.shape[-1]
    inner = _leaky(_convolution(width, f"{name}_0")(x), f"{name}_0")
    inner = _convolution(width, f"{name}_1")(inner)
    return _leaky(layers.Add(name=f"{name}_add")([x, inner]), f"{name}_1")


def _convolution(filters: int, name: str, size: int = 3, **options: Any) -> Conv2D:
    return Conv2D(filters, size, padding="same", kernel_initializer="he_normal", name=name, **options)


def _norm(x: tf.Tensor, name: str) -> tf.Tensor:
    return BatchNorm(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)


def _relu(x: tf.Tensor, name: str) -> tf.Tensor:
    return layers.ReLU(name=f"{name}_relu")(x)


def _leaky(x: tf.Tensor, name: str) -> tf.Tensor:
    return layers.LeakyReLU(NEGATIVE_SLOPE, name=f"{name}_leaky")(x)
