from typing import ClassVar, Literal

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts.config import CriticProperty, LossConfig, NoiseToImageConfig
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss
from kgan.contracts.training_options import TrainingOptions
from kgan.errors import RecipeError
from kgan.nn.functional import built
from kgan.random import tensors
from kgan.testing import driver, parametrize


class ScoresConfig(LossConfig):
    limit: float | None = None

    def build(self):
        return Scores(self)


class DemandingConfig(ScoresConfig):
    requires: ClassVar = (CriticProperty.INDEPENDENT_SCORES,)


class Scores(AdversarialLoss):
    """The Wasserstein loss."""

    def __init__(self, config):
        super().__init__(config)
        self.clip = config.limit

    def discriminator(self, real, fake):
        return fake - real

    def generator(self, fake):
        return -fake


class LineConfig(NoiseToImageConfig):
    training_options: ClassVar = TrainingOptions(critic_updates=2)

    norm: Literal["none", "batch"] = "none"

    def missing_properties(self):
        return {CriticProperty.INDEPENDENT_SCORES: "norm"} if self.norm == "batch" else {}

    def build(self, image_shape, loss):
        return Line(self, image_shape, loss)


def line(loss=None, norm="none"):
    return LineConfig(norm=norm).build((8, 8, 1), (loss or ScoresConfig()).build())


class Line(NoiseToImageGAN):
    """One dense layer each way."""

    def __init__(self, config, image_shape, loss):
        super().__init__(config, image_shape, loss)
        self._generator = keras.Sequential(
            [keras.Input((3,)), keras.layers.Dense(64, "tanh"), keras.layers.Reshape((8, 8, 1))]
        )
        self._critic = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(4, "softplus"),
                keras.layers.Dense(1),
            ]
        )
        self._optimizers = {
            name: built(keras.optimizers.SGD(0.1), network.trainable_variables)
            for name, network in self.networks.items()
        }

    generator = property(lambda self: self._generator)
    critic = property(lambda self: self._critic)
    optimizers = property(lambda self: self._optimizers)

    def sample_latents(self, count, seed):
        return tensors.normal((count, 3), seed)


def begun(gan):
    gan.begin(seed=1)
    driver.enter_last_phase(gan)
    return gan


def stepped(gan, steps=1):
    begun(gan)
    for step in range(steps):
        results = gan.train_step(driver.example(gan, step))
        gan.advance()
    return results


def every_regulariser():
    return line().train_as(
        augment=("translation", "brightness", "cutout"), r1=1.0, average=0.9, halve_every=1
    )


@parametrize({"line": every_regulariser}, "noise_to_image")
def test_keeps_the_laws_with_every_regulariser(make, check):
    check(make)


def test_a_plugins_own_training_options_stand_unless_overridden():
    assert line().training_options.critic_updates == 2
    assert line().train_as(critic_updates=None, r1=2.0).training_options.critic_updates == 2
    assert line().train_as(critic_updates=1).batch_factor == 1


def test_weights_are_clipped_after_each_update():
    gan = line(ScoresConfig(limit=0.01))
    stepped(gan)
    largest = max(np.abs(variable.numpy()).max() for variable in gan.critic.trainable_variables)
    assert largest == pytest.approx(0.01)
    assert max(np.abs(variable.numpy()).max() for variable in gan.generator.trainable_variables) > 0.01


def test_r1_is_reported_and_pulls_the_critic_flat():
    assert "r1" not in stepped(line())
    keras.utils.set_random_seed(0)
    free = line()
    stepped(free, 10)
    keras.utils.set_random_seed(0)
    held = line().train_as(r1=10.0)
    assert float(stepped(held, 10)["r1"]) > 0
    norms = [
        np.abs(gan.critic.layers[1].kernel.numpy() @ gan.critic.layers[2].kernel.numpy()).max()
        for gan in (free, held)
    ]
    assert norms[1] < 0.5 * norms[0]


def test_learning_rates_fall_and_a_restored_step_has_the_same():
    gan = begun(line().train_as(decay="linear", steps=4))
    rates = []
    for step in range(4):
        rates.append(float(gan.optimizers["critic"].learning_rate))
        gan.train_step(driver.example(gan, step))
        gan.advance()
    np.testing.assert_allclose(rates, [0.1, 0.075, 0.05, 0.025], rtol=1e-6)
    other = begun(line().train_as(decay="linear", steps=4))
    driver.assign(other, driver.numbers(gan))
    other.step.assign(2)
    driver.enter_last_phase(other)
    other.advance()
    assert float(other.optimizers["generator"].learning_rate) == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("gan", "who"),
    [
        (lambda: line(DemandingConfig(), norm="batch"), "Scores"),
        (lambda: line(norm="batch").train_as(r1=1.0), "R1"),
    ],
)
def test_a_critic_that_the_penalty_cannot_work_with_is_refused(gan, who):
    with pytest.raises(RecipeError, match=f"{who} needs independent scores: .*norm: batch takes them away"):
        gan().begin(seed=1)


def test_without_the_need_any_critic_will_do():
    line(norm="batch").begin(seed=1)
    line(DemandingConfig()).begin(seed=1)
    assert tf.convert_to_tensor(line().step) == 0


def test_averages_take_the_moving_statistics_along():
    gan = line().train_as(average=0.9)
    gan._generator = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(64),
            keras.layers.BatchNormalization(),
            keras.layers.Reshape((8, 8, 1)),
        ]
    )
    gan._optimizers["generator"] = built(keras.optimizers.SGD(0.1), gan.generator.trainable_variables)
    stepped(gan, 3)
    norm = gan.generator.layers[1]
    at_the_end = norm.moving_variance.numpy().copy()
    gan.finish()
    kept = dict(zip((v.path for v in gan.averaged_variables()), gan.averages, strict=True))
    np.testing.assert_array_equal(norm.moving_variance.numpy(), kept[norm.moving_variance.path])
    assert not np.array_equal(norm.moving_variance.numpy(), at_the_end)
