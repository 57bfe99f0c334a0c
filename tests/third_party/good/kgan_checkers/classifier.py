"""A classifier of one neuron."""

import keras
import tensorflow as tf

from kgan.contracts.classifier import Classifier
from kgan.contracts.config import ImageShape

from .config import BrightnessConfig


class Brightness(Classifier):
    """Logistic regression on the mean grey value."""

    def __init__(self, config: BrightnessConfig, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        pool = keras.layers.GlobalAveragePooling2D if config.form == "mean" else keras.layers.GlobalMaxPooling2D
        inputs = keras.Input(self.image_shape)
        self._network = keras.Model(inputs, keras.layers.Dense(1)(pool()(inputs)))
        self._optimizers = {"classifier": keras.optimizers.SGD(config.rate)}
        self._optimizers["classifier"].build(self._network.trainable_variables)

    @property
    def network(self) -> keras.Model:
        return self._network

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        return self._optimizers

    def loss_of(self, outputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        labels = tf.cast(labels, tf.float32)
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=outputs[:, 0])

    def scores(self, images: tf.Tensor) -> tf.Tensor:
        return tf.sigmoid(self._network(images, training=False)[:, 0])
