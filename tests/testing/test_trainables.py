"""Each law finds the fault it was made for."""

import keras
import pytest
import tensorflow as tf

from kgan.contracts.config import NoiseToImageConfig
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.trainable import Phase
from kgan.random import tensors
from kgan.testing import hold, laws, parametrize
from kgan.testing.losses import PlainConfig


class TinyConfig(NoiseToImageConfig):
    rate: float = 0.01
    model: str = "Tiny"

    def build(self, image_shape, loss):
        return globals()[self.model](self, image_shape, loss)


def made(model):
    """Return what builds one of the models below."""
    return lambda: TinyConfig(model=model.__name__).build((4, 4, 1), PlainConfig().build())


class Tiny(NoiseToImageGAN):
    """The least GAN: one dense layer each way."""

    def __init__(self, config, image_shape, loss):
        super().__init__(config, image_shape, loss)
        size = image_shape[0] * image_shape[1] * image_shape[2]
        flat = keras.Sequential([keras.Input((3,)), keras.layers.Dense(size, "tanh")])
        self._generator = keras.Sequential([flat, keras.layers.Reshape(image_shape)])
        self._critic = keras.Sequential(
            [keras.Input(image_shape), keras.layers.Flatten(), keras.layers.Dense(1)]
        )
        self._optimizers = {name: keras.optimizers.SGD(config.rate) for name in self.networks}
        for name, optimizer in self._optimizers.items():
            optimizer.build(self.networks[name].trainable_variables)

    @property
    def generator(self):
        return self._generator

    @property
    def critic(self):
        return self._critic

    @property
    def optimizers(self):
        return self._optimizers

    def sample_latents(self, count, seed):
        return tensors.normal((count, 3), seed)


@parametrize({"tiny": made(Tiny)}, "noise_to_image")
def test_the_least_gan_keeps_the_contract(make, check):
    check(make)


class Summed(Tiny):
    """Reduces with a plain mean: twice the gradient on two replicas."""

    def _update_generator(self, count, update):
        latents = self.sample_latents(count, self.seed_for("latents"))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.loss.generator(self.critic(self.generator(latents))))
        gradients = tape.gradient(loss, [v.value for v in self.generator.trainable_variables])
        self.optimizers["generator"].apply(gradients, self.generator.trainable_variables)
        return {"generator_loss": loss}


class SameNoise(Tiny):
    """Draws from the run's seed alone, and so the same on each replica."""

    def seed_for(self, stream):
        return tensors.seed_for(1, stream, 0) * 0 + 1


class Unseeded(Tiny):
    """Draws from Keras's own generator, whose state no checkpoint keeps."""

    def __init__(self, *given):
        super().__init__(*given)
        self.generator_of_noise = keras.random.SeedGenerator(1)

    def sample_latents(self, count, seed):
        return keras.random.normal((count, 3), seed=self.generator_of_noise)


class Forgets(Tiny):
    """Keeps something that training needs out of the state."""

    def __init__(self, *given):
        super().__init__(*given)
        self.pull = tf.Variable(0.0)

    def train_step(self, data):
        self.pull.assign_add(0.1)
        return super().train_step(data + self.pull)


class Frozen(Tiny):
    """Never trains its critic."""

    def _update_critic(self, real, update):
        return {}


class Loud(Tiny):
    """Samples beyond the range."""

    def sample(self, latents):
        return 2.0 + self.generator(latents)


class Chatty(Tiny):
    """Reports what it does not list."""

    @property
    def reported(self):
        return ("critic_loss",)

    def report(self, **values):
        return values


class WarmsUp(Tiny):
    """Warms up, of which its configuration says nothing, so no plan knows."""

    def phases(self, steps):
        return Phase("alone", 3, counted=False), Phase("together", steps)


@pytest.mark.parametrize(
    ("gan", "broken"),
    [
        (Summed, "replicas_agree"),
        (SameNoise, "replicas_agree"),
        (Unseeded, "latents_follow_the_seed"),
        (Forgets, "training_continues"),
        (Frozen, "a_step_moves_each_network"),
        (Loud, "samples_are_images"),
        (Chatty, "reports_what_it_says"),
        (WarmsUp, "warm_up_is_in_the_configuration"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_broken_gan_is_found(gan, broken, two_replicas):
    result = hold(broken, laws("noise_to_image")[broken], made(gan))
    assert result.passed is False, result
    assert not result.message.startswith(("TypeError", "AttributeError", "ValueError")), result


class Phased(Tiny):
    """Trains in two phases."""

    def phases(self, steps):
        return Phase("first", steps // 2), Phase("second", steps - steps // 2)


def test_phases_continue_too():
    assert hold("", laws("noise_to_image")["training_continues"], made(Phased)).passed
