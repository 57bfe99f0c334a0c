"""Each law of classifiers finds the fault it was made for."""

import keras
import pytest
import tensorflow as tf

from kgan.contracts.classifier import Classifier
from kgan.contracts.config import ClassifierConfig
from kgan.testing import hold, laws


class NeuronConfig(ClassifierConfig):
    model: str = "Neuron"

    def build(self, image_shape):
        return globals()[self.model](self, image_shape)


class Neuron(Classifier):
    """Logistic regression."""

    def __init__(self, config, image_shape):
        super().__init__(config, image_shape)
        self._network = keras.Sequential(
            [keras.Input(self.image_shape), keras.layers.Flatten(), keras.layers.Dense(1)]
        )
        self._optimizers = {"classifier": keras.optimizers.SGD(0.1)}
        self._optimizers["classifier"].build(self._network.trainable_variables)

    @property
    def network(self):
        return self._network

    @property
    def optimizers(self):
        return self._optimizers

    def loss_of(self, outputs, labels):
        labels = tf.cast(labels, tf.float32)
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=outputs[:, 0])

    def scores(self, images):
        return tf.sigmoid(self._network(images)[:, 0])


class Raw(Neuron):
    def scores(self, images):
        return 2.0 + self._network(images)[:, 0] ** 2


class Ranked(Neuron):
    def scores(self, images):
        scores = super().scores(images)
        return scores / tf.reduce_sum(scores)


class Falling(Neuron):
    def begin_epoch(self, epoch):
        self.optimizers["classifier"].learning_rate = self.optimizers["classifier"].learning_rate * 0.9


class Reduced(Neuron):
    def loss_of(self, outputs, labels):
        return tf.reduce_mean(super().loss_of(outputs, labels))


LAWS = {
    Raw: "scores_are_probabilities",
    Ranked: "scores_are_each_images_own",
    Falling: "begin_epoch_is_a_function_of_the_epoch",
    Reduced: "losses_are_one_a_sample",
}


@pytest.mark.parametrize(("model", "broken"), LAWS.items(), ids=LAWS.values())
def test_a_broken_classifier_is_found(model, broken):
    law = laws("classifier")[broken]
    result = hold(broken, law, lambda: NeuronConfig(model=model.__name__).build((4, 4, 1)))
    assert result.passed is False, result
    assert not result.message.startswith(("TypeError", "AttributeError", "ValueError")), result
    assert hold(broken, law, lambda: NeuronConfig().build((4, 4, 1))).passed
