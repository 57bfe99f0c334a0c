"""An image-to-image GAN whose refiner learns one gain."""

import keras
import tensorflow as tf

from kgan.contracts.config import ImageShape
from kgan.contracts.gan import ImageToImageGAN
from kgan.nn.functional import replica_mean

from .config import PolishConfig


class Polish(ImageToImageGAN):
    """Brings refined images near the target images that come in the same place of the batch."""

    def __init__(self, config: PolishConfig, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        inputs = keras.Input(self.image_shape)
        self._refiner = keras.Model(inputs, keras.layers.Conv2D(self.image_shape[-1], 1)(inputs))
        self._optimizers = {"refiner": keras.optimizers.SGD(config.rate)}
        self._optimizers["refiner"].build(self._refiner.trainable_variables)

    @property
    def refiner(self) -> keras.Model:
        return self._refiner

    @property
    def networks(self) -> dict[str, keras.Model]:
        return {"refiner": self._refiner}

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        return self._optimizers

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        source, target = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self._refiner(source) - target), axis=(1, 2, 3))
            objective = replica_mean(loss)
        variables = self._refiner.trainable_variables
        self._optimizers["refiner"].apply(tape.gradient(objective, variables), variables)
        return self.report(loss=loss)
