import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.errors import RecipeError
from kgan.nn.batch_norm import BatchNorm
from kgan.random import tensors
from kgan.testing import parametrize
from kgan_plugins.gans.dcgan.config import DCGANConfig
from kgan_plugins.layers.layer_norm import LayerNorm
from kgan_plugins.losses.configs import DRAGANConfig, OriginalConfig, WGANGPConfig


def tiny(architecture="radford", loss=None, size=16, **changes):
    figures = {"width": 1 / 32, "latent_size": 8, **changes}
    return DCGANConfig(architecture=architecture, **figures).build(
        (size, size, 1), loss or OriginalConfig().build()
    )


def noise(*shape, number=1):
    return tensors.uniform(shape, tf.constant([number, 0], tf.int64), -1.0, 1.0)


@pytest.fixture(scope="module")
def zoo():
    return DCGANConfig(architecture="zoo", width=1 / 32).build((256, 256, 1), OriginalConfig().build())


@pytest.fixture(scope="module")
def radford():
    return DCGANConfig().build((64, 64, 3), OriginalConfig().build())


def test_weights_start_as_published(radford):
    for network in radford.networks.values():
        for variable in network.trainable_variables:
            value = variable.numpy()
            if variable.name == "kernel" and value.size > 1000:
                np.testing.assert_allclose(value.std(), 0.02, rtol=0.05)
                np.testing.assert_allclose(value.mean(), 0.0, atol=0.002)
            elif variable.name != "kernel":
                np.testing.assert_array_equal(value, 1.0 if variable.name == "gamma" else 0.0)
    leaky = [layer for layer in radford.critic.layers if isinstance(layer, keras.layers.LeakyReLU)]
    assert {layer.negative_slope for layer in leaky} == {0.2}


def test_adam_is_as_published(radford):
    for adam in radford.optimizers.values():
        assert isinstance(adam, keras.optimizers.Adam)
        assert (float(adam.learning_rate), adam.beta_1) == (np.float32(2e-4), 0.5)
        # TensorFlow 1's defaults, with which the zoo's public code trains.
        assert (adam.beta_2, adam.epsilon) == (0.999, 1e-8)
    assert radford.training_options.critic_updates == radford.training_options.generator_updates == 1


def test_what_layers_have_that_no_recipe_says(zoo):
    layers = [layer for network in zoo.networks.values() for layer in network.layers]
    norms = [layer for layer in layers if isinstance(layer, BatchNorm)]
    assert {(norm.momentum, norm.epsilon) for norm in norms} == {(0.9, 1e-5)}
    assert [layer.group for layer in layers if type(layer).__name__ == "MinibatchStddev"] == [4]
    (elu,) = {
        layer.alpha for layer in tiny("multi_sequence").critic.layers if isinstance(layer, keras.layers.ELU)
    }
    assert elu == 1.0


def test_latents_are_uniform(zoo):
    latents = zoo.sample_latents(100, tf.constant([1, 2], tf.int64)).numpy()
    assert latents.shape == (100, 256)
    assert -1 <= latents.min() < -0.99 and 0.99 < latents.max() <= 1
    np.testing.assert_allclose(latents.std(), 1 / math.sqrt(3), rtol=0.02)


def test_a_linear_output_is_clipped_when_sampled():
    gan = tiny("multi_sequence")
    last = gan.generator.layers[-1]
    last.bias.assign([3.0])
    assert float(tf.reduce_max(gan.generator(noise(2, 8)))) > 1
    assert float(tf.reduce_max(gan.sample(noise(2, 8)))) == 1


@pytest.mark.parametrize("loss", [DRAGANConfig().build(), WGANGPConfig().build()], ids=["dragan", "wgan_gp"])
def test_a_penalty_switches_to_layer_normalisation_and_says_so(loss):
    gan = tiny(loss=loss)
    kinds = {type(layer) for layer in gan.critic.layers}
    assert LayerNorm in kinds and BatchNorm not in kinds
    assert f"because {type(loss).__name__} penalises" in gan.notes[0]
    assert BatchNorm in {type(layer) for layer in gan.generator.layers}
    gan.begin(seed=1)


def test_r1_switches_too():
    gan = tiny()
    assert gan.norm == "batch" and not gan.notes
    gan.train_as(r1=10.0)
    assert gan.norm == "layer" and "because R1 penalises" in gan.notes[0]
    gan.begin(seed=1)
    results = gan.train_step(noise(4, 16, 16, 1))
    assert set(results) == {"critic_loss", "r1", "generator_loss"}


def test_batch_normalisation_under_a_penalty_is_refused_when_requested():
    with pytest.raises(RecipeError, match="critic_norm: batch"):
        tiny(loss=DRAGANConfig().build(), critic_norm="batch").begin(seed=1)
    with pytest.raises(RecipeError, match="critic_norm: batch"):
        tiny(critic_norm="batch").train_as(r1=1.0).begin(seed=1)
    for norm in ("layer", "none"):
        gan = tiny(loss=DRAGANConfig().build(), critic_norm=norm)
        gan.begin(seed=1)
        assert not gan.notes


def test_images_and_batches_that_do_not_fit_are_refused():
    with pytest.raises(RecipeError, match="architecture radford: images of shape"):
        DCGANConfig().build((20, 20, 1), OriginalConfig().build())
    gan = tiny("zoo")
    gan.check_batch(8)
    with pytest.raises(RecipeError, match="such as 8"):
        gan.check_batch(10)


def test_half_precision_stays_inside():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        gan = tiny("zoo", DRAGANConfig().build())
    finally:
        keras.config.set_dtype_policy(policy)
    gan.begin(seed=1)
    assert all(np.isfinite(value) for value in gan.train_step(noise(4, 16, 16, 1)).values())
    assert gan.generator(noise(4, 8)).dtype == gan.critic(noise(4, 16, 16, 1)).dtype == tf.float32


MAKERS = {"radford": DCGANConfig.tiny, "zoo": lambda: tiny("zoo", DRAGANConfig().build())}


@parametrize(MAKERS, "noise_to_image")
def test_contract(make, check):
    check(make)
