"""A noise-to-image GAN of two dense layers."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from kgan.random import tensors
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss

from .losses import Plain
from .networks import critic, generator


@keras.saving.register_keras_serializable("kgan_checkers")
class Tiles(NoiseToImageGAN):
    """Dense generator, dense critic."""

    def __init__(
        self,
        image_shape: Sequence[int],
        loss: AdversarialLoss,
        *,
        latent: int = 8,
        rates: Sequence[float] = (1e-3, 1e-3),
    ) -> None:
        super().__init__(image_shape, loss)
        self.latent = latent
        self.rates = tuple(rates)
        self._generator = generator(self.image_shape, latent)
        self._critic = critic(self.image_shape)
        self._optimizers = {
            name: keras.optimizers.SGD(rate)
            for name, rate in zip(("generator", "critic"), self.rates, strict=True)
        }
        for name, optimizer in self._optimizers.items():
            optimizer.build(self.networks[name].trainable_variables)

    @classmethod
    def tiny(cls) -> "Tiles":
        return cls((8, 8, 1), Plain()).train_as(average=0.9)

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
        return tensors.normal((count, self.latent), seed)
