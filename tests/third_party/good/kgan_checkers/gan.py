"""A noise-to-image GAN of two dense layers."""

import keras
import tensorflow as tf

from kgan.random import tensors
from kgan.contracts.config import ImageShape
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss

from .config import TilesConfig
from .networks import critic, generator


class Tiles(NoiseToImageGAN):
    """Dense generator, dense critic."""

    def __init__(self, config: TilesConfig, image_shape: ImageShape, loss: AdversarialLoss) -> None:
        super().__init__(config, image_shape, loss)
        self._generator = generator(self.image_shape, config.latent)
        self._critic = critic(self.image_shape)
        self._optimizers = {
            name: keras.optimizers.SGD(rate)
            for name, rate in zip(("generator", "critic"), config.rates, strict=True)
        }
        for name, optimizer in self._optimizers.items():
            optimizer.build(self.networks[name].trainable_variables)

    @property
    def generator(self) -> keras.Model:
        return self._generator

    @property
    def critic(self) -> keras.Model:
        return self._critic

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        return self._optimizers

    def sample_latents(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return tensors.normal((count, self.config.latent), seed)
