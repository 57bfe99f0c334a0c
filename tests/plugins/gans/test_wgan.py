import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts import draws
from kgan.testing import parametrize
from kgan_plugins.gans.dcgan import DCGAN
from kgan_plugins.gans.wgan import WGAN
from kgan_plugins.losses.wgan import WGAN as WassersteinLoss
from kgan_plugins.losses.wgan_gp import WGANGP


def noise(*shape):
    return draws.uniform(shape, tf.constant([1, 0], tf.int64), -1.0, 1.0)


def shapes(network):
    return [(type(x).__name__, x.output.shape, x.count_params()) for x in network.layers]


@pytest.mark.parametrize("size", [64, 128])
def test_networks_are_dcgans_of_the_same_paper(size):
    figures = {"architecture": "multi_sequence", "width": 0.25}
    dcgan = DCGAN((size, size, 1), WassersteinLoss(), **figures)
    wgan = WGAN((size, size, 1), WassersteinLoss(), width=0.25)
    for name, network in wgan.networks.items():
        assert shapes(network) == shapes(dcgan.networks[name])


def test_training_is_as_published():
    gan = WGAN((16, 16, 1), WassersteinLoss(), width=1 / 16)
    for optimizer in gan.optimizers.values():
        assert isinstance(optimizer, keras.optimizers.RMSprop)
        assert float(optimizer.learning_rate) == np.float32(5e-5)
        assert not optimizer.momentum
    assert gan.regime.critic_updates == gan.batch_factor == 5
    assert gan.regime.generator_updates == 1


def test_a_step_updates_the_critic_five_times_and_clips_it():
    gan = WGAN((16, 16, 1), WassersteinLoss(), width=1 / 16)
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
    gan = WGAN((16, 16, 1), WGANGP(), width=1 / 16)
    assert gan.norm == "layer" and "WGANGP" in gan.notes[0]


@parametrize({"wgan": WGAN.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
