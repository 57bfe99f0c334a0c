"""A classifier of one neuron."""

from collections.abc import Sequence
from typing import Literal

import keras
import tensorflow as tf

from kgan.contracts.classifier import Classifier


class Brightness(Classifier):
    """Logistic regression on the mean grey value."""

    def __init__(
        self,
        image_shape: Sequence[int],
        *,
        rate: float = 0.1,
        form: Literal["mean", "max"] = "mean",
    ) -> None:
        super().__init__(image_shape)
        self.rate = rate
        self.form = form
        pool = keras.layers.GlobalAveragePooling2D if form == "mean" else keras.layers.GlobalMaxPooling2D
        inputs = keras.Input(self.image_shape)
        self._network = keras.Model(inputs, keras.layers.Dense(1)(pool()(inputs)))
        self._optimizers = {"classifier": keras.optimizers.SGD(rate)}
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
