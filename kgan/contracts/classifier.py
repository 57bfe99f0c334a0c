"""Classifiers: images -> the probability of the positive class."""

import abc
from typing import Any

import keras
import tensorflow as tf

from kgan.contracts.config import from_json
from kgan.contracts.trainable import Trainable
from kgan.nn.functional import Functional, Values, assign_updates, clean, replica_mean, values_of


class Classifier(Trainable):
    """Two classes, label 1 being the positive one. A plugin is final and brings network and optimiser.

    Args:
        config: of the classifier, kept as ``config``.
        image_shape: (height, width, channels) of the images it is given; a network with another number of
            channels (three, for ImageNet weights) repeats them itself.
    """

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Build a classifier from what `get_config` returned."""
        return from_json(config).build(tuple(config["image_shape"]))

    @property
    @abc.abstractmethod
    def network(self) -> keras.Model:
        """Images (n, *image_shape) float32 in [-1, 1] -> outputs float32, for `loss_of` and `scores`.

        Keras's own ``Dropout`` draws the same numbers in every replica; a network that needs draws takes
        them as a second input, made by `draw` (and not in inference: see `scores`).
        """

    @abc.abstractmethod
    def loss_of(self, outputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Return one loss a sample, (n,) float32, for int64 labels (n,)."""

    @abc.abstractmethod
    def scores(self, images: tf.Tensor) -> tf.Tensor:
        """Return (n,) float32 in [0, 1]; the predicted class is positive where it is at least 0.5."""

    def draw(self, count: tf.Tensor) -> tf.Tensor | None:
        """Draw what a training call of the network takes beside the images (a dropout mask), or ``None``."""
        return None

    def begin_epoch(self, epoch: int) -> None:
        """Set the learning rate of epoch ``epoch`` (from 0)."""

    @property
    def networks(self) -> dict[str, keras.Model]:
        """The one network, as ``"classifier"``."""
        return {"classifier": self.network}

    def compile_differentiation(self) -> None:
        """Wrap the differentiation."""
        self.differentiate = self.as_graph(self._differentiate)

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        """Train on one batch.

        Args:
            data: images (n, *image_shape) float32 in [-1, 1] and labels (n,) int64.

        Returns:
            dict: running mean of ``loss``.
        """
        images, labels = data
        drawn = self.draw(tf.shape(images)[0])

        loss, gradients, updates = self.differentiate(values_of(self.network), images, labels, drawn)

        self.optimizers["classifier"].apply(gradients, self.network.trainable_variables)
        assign_updates(self.network, updates)
        return self.report(loss=loss)

    def _differentiate(
        self, values: Values, images: tf.Tensor, labels: tf.Tensor, drawn: tf.Tensor | None
    ) -> tuple[Any, ...]:
        network = Functional(self.network, values)
        inputs = images if drawn is None else [images, drawn]
        with tf.GradientTape() as tape:
            tape.watch(network.trainable)
            loss = self.loss_of(network(inputs), labels)
            objective = self.optimizers["classifier"].scale_loss(replica_mean(loss))
        gradients = tape.gradient(objective, network.trainable)
        names = [variable.path for variable in self.network.trainable_variables]
        return loss, clean(gradients, names), network.updates
