import runpy
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.random import tensors
from kgan.testing import parametrize
from kgan_plugins.gans.dcgan.config import WGANConfig
from kgan_plugins.losses.configs import WassersteinConfig, WGANGPConfig

tables = runpy.run_path(str(Path(__file__).with_name("tables.py")))
listed, built = tables["listed"], tables["built"]


def noise(*shape):
    return tensors.uniform(shape, tf.constant([1, 0], tf.int64), -1.0, 1.0)


@pytest.mark.parametrize("size", tables["MULTI_SEQUENCE"])
def test_networks_are_half_of_radfords_table(size):
    generator, critic = tables["MULTI_SEQUENCE"][size]
    gan = WGANConfig().build((size, size, 1), WassersteinConfig().build())
    assert list(built(gan.generator)) == list(listed(generator, (100,)))
    assert list(built(gan.critic)) == list(listed(critic, (size, size, 1)))
    assert gan.generator.layers[-1].activation is keras.activations.linear


def test_training_is_as_published():
    gan = WGANConfig(width=1 / 16).build((16, 16, 1), WassersteinConfig().build())
    for optimizer in gan.optimizers.values():
        assert isinstance(optimizer, keras.optimizers.RMSprop)
        assert float(optimizer.learning_rate) == np.float32(5e-5)
        # PyTorch's defaults, as in the code of Arjovsky et al.
        assert (optimizer.rho, optimizer.epsilon, optimizer.centered) == (0.99, 1e-8, False)
        assert not optimizer.momentum
    assert gan.training_options.critic_updates == gan.batch_factor == 5
    assert gan.training_options.generator_updates == 1


def test_a_step_updates_the_critic_five_times_and_clips_it():
    gan = WGANConfig(width=1 / 16).build((16, 16, 1), WassersteinConfig().build())
    gan.begin(seed=1)
    gan.train_step(noise(5 * 4, 16, 16, 1))
    assert int(gan.optimizers["critic"].iterations) == 5
    assert int(gan.optimizers["generator"].iterations) == 1
    largest = {}
    for variable in gan.critic.trainable_variables:
        largest[variable.name] = max(largest.get(variable.name, 0), np.abs(variable.numpy()).max())
    assert largest["kernel"] == np.float32(0.01)
    assert largest["bias"] <= np.float32(0.01) and largest["beta"] <= np.float32(0.01)
    assert 0.99 < largest["gamma"] <= 1.0


def test_a_gradient_penalty_switches_to_layer_normalisation():
    gan = WGANConfig(width=1 / 16).build((16, 16, 1), WGANGPConfig().build())
    assert gan.norm == "layer" and "WGANGP" in gan.notes[0]


@parametrize({"wgan": WGANConfig.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
