"""The base class of classifiers, by a logistic regression of which NumPy knows the gradient."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts.classifier import Classifier
from kgan.contracts.config import ClassifierConfig


class LogisticConfig(ClassifierConfig):
    rate: float = 0.5

    def build(self, image_shape):
        return Logistic(self, image_shape)


class Logistic(Classifier):
    def __init__(self, config, image_shape):
        super().__init__(config, image_shape)
        layers = [keras.Input(self.image_shape), keras.layers.Flatten()]
        self._network = keras.Sequential([*layers, keras.layers.Dense(1, kernel_initializer="zeros")])
        self._optimizers = {"classifier": keras.optimizers.SGD(config.rate)}
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


@pytest.fixture
def model():
    model = LogisticConfig().build((2, 2, 1))
    model.begin(seed=1)
    return model


def test_a_step_is_one_of_gradient_descent_on_the_mean_loss(model):
    images = np.random.default_rng(0).normal(size=(6, 2, 2, 1)).astype("float32")
    labels = np.array([0, 1, 1, 0, 1, 1])
    results = model.train_step((tf.constant(images), tf.constant(labels)))
    assert float(results["loss"]) == pytest.approx(np.log(2))
    error = 0.5 - labels
    kernel, bias = (variable.numpy() for variable in model.network.trainable_variables)
    np.testing.assert_allclose(kernel[:, 0], -0.5 * error @ images.reshape(6, 4) / 6, atol=1e-6)
    np.testing.assert_allclose(bias, [-0.5 * error.mean()], atol=1e-6)


def test_the_network_is_called_classifier_and_draws_nothing(model):
    assert model.networks == {"classifier": model.network}
    assert model.draw(tf.constant(3)) is None


def test_a_classifier_comes_back_from_its_configuration(model):
    again = Logistic.from_config(model.get_config())
    assert (again.config, again.image_shape) == (LogisticConfig(), (2, 2, 1))
