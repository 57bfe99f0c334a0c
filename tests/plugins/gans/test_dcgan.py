import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts import draws
from kgan.errors import RecipeError
from kgan.nn.batch_norm import BatchNorm
from kgan.testing import parametrize
from kgan_plugins.gans.dcgan import DCGAN
from kgan_plugins.gans.layer_norm import LayerNorm
from kgan_plugins.losses.dragan import DRAGAN
from kgan_plugins.losses.original import Original
from kgan_plugins.losses.wgan_gp import WGANGP

# Table 1 and 2 of the zoo paper: (kind, kernel, activation, output shape). The sigmoid belongs to the loss.
ZOO_GENERATOR = [
    ("dense", 0, "BN+ReLU", (8, 8, 256)),
    ("up", 5, "BN+ReLU", (16, 16, 256)),
    ("up", 5, "BN+ReLU", (16, 16, 256)),
    ("up", 5, "BN+ReLU", (32, 32, 256)),
    ("up", 5, "BN+ReLU", (32, 32, 256)),
    ("up", 5, "BN+ReLU", (64, 64, 256)),
    ("up", 5, "BN+ReLU", (64, 64, 256)),
    ("up", 5, "BN+ReLU", (128, 128, 128)),
    ("up", 5, "BN+ReLU", (256, 256, 64)),
    ("up", 5, "tanh", (256, 256, 1)),
]
ZOO_CRITIC = [
    ("conv", 5, "LeakyReLU", (128, 128, 64)),
    ("conv", 5, "BN+LeakyReLU", (64, 64, 128)),
    ("conv", 5, "BN+LeakyReLU", (32, 32, 256)),
    ("conv", 5, "BN+LeakyReLU", (16, 16, 512)),
    ("conv", 5, "BN+LeakyReLU", (8, 8, 1024)),
    ("similarity", 0, "linear", (8, 8, 1025)),
    ("dense", 0, "LeakyReLU", (1024,)),
    ("dense", 0, "linear", (1,)),
]
# Figure 1 of Radford et al. and its mirror.
RADFORD_GENERATOR = [
    ("dense", 0, "BN+ReLU", (4, 4, 1024)),
    ("up", 5, "BN+ReLU", (8, 8, 512)),
    ("up", 5, "BN+ReLU", (16, 16, 256)),
    ("up", 5, "BN+ReLU", (32, 32, 128)),
    ("up", 5, "tanh", (64, 64, 3)),
]
RADFORD_CRITIC = [
    ("conv", 5, "LeakyReLU", (32, 32, 128)),
    ("conv", 5, "BN+LeakyReLU", (16, 16, 256)),
    ("conv", 5, "BN+LeakyReLU", (8, 8, 512)),
    ("conv", 5, "BN+LeakyReLU", (4, 4, 1024)),
    ("dense", 0, "linear", (1,)),
]
NAMES = {"Dense": "dense", "Conv2DTranspose": "up", "Conv2D": "conv", "MinibatchStddev": "similarity"}
SILENT = (keras.layers.InputLayer, keras.layers.Reshape, keras.layers.Flatten)


def halved(table):
    """The multi-sequence paper's change: half the channels, 4x4 kernels, ELU, no tanh."""
    changed = {"BN+LeakyReLU": "BN+ELU", "LeakyReLU": "ELU", "tanh": "linear"}
    for kind, kernel, activation, shape in table:
        last = shape[-1] if activation in ("tanh", "linear") else shape[-1] // 2
        yield kind, kernel and 4, changed.get(activation, activation), (*shape[:-1], last)


def listed(table, inputs):
    """Yield (kind, kernel, output shape, parameters) of each layer, reckoned from the table alone."""
    for kind, kernel, activation, shape in table:
        normed = activation.startswith("BN+")
        units = math.prod(shape) if kind == "dense" else shape[-1]
        fan_in = {"dense": math.prod(inputs), "similarity": 0}.get(kind, kernel**2 * inputs[-1])
        bias = 0 if normed or kind == "similarity" else units
        yield kind, kernel, (units,) if kind == "dense" else shape, fan_in * units + bias
        if normed:
            yield "BN", 0, shape, 4 * shape[-1]  # gain, offset and two moving statistics
        if activation not in ("tanh", "linear"):
            yield activation.removeprefix("BN+"), 0, shape, 0
        inputs = shape


def found(network):
    for layer in network.layers:
        if not isinstance(layer, SILENT):
            name = type(layer).__name__
            kernel = layer.kernel_size[0] if hasattr(layer, "kernel_size") else 0
            name = NAMES.get(name, "BN" if name == "BatchNorm" else name)
            yield name, kernel, tuple(layer.output.shape[1:]), layer.count_params()


def tiny(architecture="radford", loss=None, size=16, **changes):
    figures = {"width": 1 / 32, "latent_size": 8, **changes}
    return DCGAN((size, size, 1), loss or Original(), architecture=architecture, **figures)


def noise(*shape, number=1):
    return draws.uniform(shape, tf.constant([number, 0], tf.int64), -1.0, 1.0)


@pytest.fixture(scope="module")
def zoo():
    return DCGAN((256, 256, 1), Original(), architecture="zoo")


@pytest.fixture(scope="module")
def radford():
    return DCGAN((64, 64, 3), Original())


def test_zoo_is_tables_1_and_2(zoo):
    assert list(found(zoo.generator)) == list(listed(ZOO_GENERATOR, (256,)))
    assert list(found(zoo.critic)) == list(listed(ZOO_CRITIC, (256, 256, 1)))
    assert zoo.generator.input_shape == (None, 256)
    assert zoo.generator.layers[-1].activation is keras.activations.tanh


def test_radford_is_figure_1(radford):
    assert list(found(radford.generator)) == list(listed(RADFORD_GENERATOR, (100,)))
    assert list(found(radford.critic)) == list(listed(RADFORD_CRITIC, (64, 64, 3)))
    assert radford.generator.input_shape == (None, 100)
    assert radford.generator.layers[-1].activation is keras.activations.tanh


def test_multi_sequence_is_radfords_with_its_four_changes():
    gan = DCGAN((64, 64, 3), Original(), architecture="multi_sequence")
    assert list(found(gan.generator)) == list(listed(halved(RADFORD_GENERATOR), (100,)))
    assert list(found(gan.critic)) == list(listed(halved(RADFORD_CRITIC), (64, 64, 3)))
    assert gan.generator.layers[-1].activation is keras.activations.linear


def test_multi_sequence_at_128_doubles_once_more():
    generator = [("dense", 0, "BN+ReLU", (4, 4, 1024))]
    generator += [("up", 4, "BN+ReLU", (side, side, 4096 // side)) for side in (8, 16, 32, 64)]
    critic = [("conv", 4, "ELU", (64, 64, 64))]
    critic += [("conv", 4, "BN+ELU", (side, side, 4096 // side)) for side in (32, 16, 8, 4)]
    gan = DCGAN((128, 128, 1), Original(), architecture="multi_sequence")
    generator.append(("up", 4, "linear", (128, 128, 1)))
    critic.append(("dense", 0, "linear", (1,)))
    assert list(found(gan.generator)) == list(listed(generator, (100,)))
    assert list(found(gan.critic)) == list(listed(critic, (128, 128, 1)))


def test_weights_start_as_published(radford):
    for network in radford.networks.values():
        for variable in network.trainable_variables:
            value = variable.numpy()
            if variable.name == "kernel" and value.size > 1000:
                np.testing.assert_allclose(value.std(), 0.02, rtol=0.05)
                np.testing.assert_allclose(value.mean(), 0.0, atol=0.002)
            elif variable.name != "kernel":
                np.testing.assert_array_equal(value, 1.0 if variable.name == "gamma" else 0.0)
    slopes = {x.negative_slope for x in radford.critic.layers if isinstance(x, keras.layers.LeakyReLU)}
    assert slopes == {0.2}


def test_adam_is_as_published(radford):
    for adam in radford.optimizers.values():
        assert isinstance(adam, keras.optimizers.Adam)
        assert (float(adam.learning_rate), adam.beta_1) == (np.float32(2e-4), 0.5)
    assert radford.regime.critic_updates == radford.regime.generator_updates == 1


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


@pytest.mark.parametrize("loss", [DRAGAN(), WGANGP()], ids=["dragan", "wgan_gp"])
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


def test_batch_normalisation_under_a_penalty_is_refused_when_asked_for():
    with pytest.raises(RecipeError, match="critic_norm: batch"):
        tiny(loss=DRAGAN(), critic_norm="batch").begin(seed=1)
    with pytest.raises(RecipeError, match="critic_norm: batch"):
        tiny(critic_norm="batch").train_as(r1=1.0).begin(seed=1)
    for norm in ("layer", "none"):
        gan = tiny(loss=DRAGAN(), critic_norm=norm)
        gan.begin(seed=1)
        assert not gan.notes


@pytest.mark.parametrize("norm", ["layer", "none"])
def test_scores_are_each_images_own_without_batch_normalisation(norm):
    critic = tiny(critic_norm=norm).critic
    images = noise(4, 16, 16, 1)
    alone = critic(images[:1], training=True)
    np.testing.assert_allclose(critic(images, training=True)[:1], alone, atol=1e-6)


def test_impossible_figures_are_refused():
    with pytest.raises(RecipeError, match="architecture radford: images of shape"):
        DCGAN((20, 20, 1), Original())
    with pytest.raises(RecipeError, match="kernel 1"):
        tiny(kernel=1)
    gan = tiny("zoo")
    gan.check_batch(8)
    with pytest.raises(RecipeError, match="such as 8"):
        gan.check_batch(10)


def test_half_precision_stays_inside():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        gan = tiny("zoo", DRAGAN())
    finally:
        keras.config.set_dtype_policy(policy)
    gan.begin(seed=1)
    assert all(np.isfinite(value) for value in gan.train_step(noise(4, 16, 16, 1)).values())
    assert gan.generator(noise(4, 8)).dtype == gan.critic(noise(4, 16, 16, 1)).dtype == tf.float32


MAKERS = {"radford": DCGAN.tiny, "zoo": lambda: tiny("zoo", DRAGAN())}


@parametrize(MAKERS, "noise_to_image")
def test_contract(make, check):
    check(make)
