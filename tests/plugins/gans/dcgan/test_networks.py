"""The networks are those of the papers' tables."""

import runpy
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.random import tensors
from kgan_plugins.gans.dcgan.config import DCGANConfig
from kgan_plugins.losses.configs import OriginalConfig

tables = runpy.run_path(str(Path(__file__).with_name("tables.py")))
listed, built = tables["listed"], tables["built"]


@pytest.fixture(scope="module")
def zoo():
    return DCGANConfig(architecture="zoo").build((256, 256, 1), OriginalConfig().build())


@pytest.fixture(scope="module")
def radford():
    return DCGANConfig().build((64, 64, 3), OriginalConfig().build())


def test_zoo_is_tables_1_and_2(zoo):
    assert list(built(zoo.generator)) == list(listed(tables["ZOO_GENERATOR"], (256,)))
    assert list(built(zoo.critic)) == list(listed(tables["ZOO_CRITIC"], (256, 256, 1)))
    assert zoo.generator.input_shape == (None, 256)
    assert zoo.generator.layers[-1].activation is keras.activations.tanh


def test_radford_is_figure_1(radford):
    assert list(built(radford.generator)) == list(listed(tables["RADFORD_GENERATOR"], (100,)))
    assert list(built(radford.critic)) == list(listed(tables["RADFORD_CRITIC"], (64, 64, 3)))
    assert radford.generator.input_shape == (None, 100)
    assert radford.generator.layers[-1].activation is keras.activations.tanh


@pytest.mark.parametrize("size", tables["MULTI_SEQUENCE"])
def test_multi_sequence_is_half_of_radfords_table(size):
    generator, critic = tables["MULTI_SEQUENCE"][size]
    gan = DCGANConfig(architecture="multi_sequence").build((size, size, 1), OriginalConfig().build())
    assert list(built(gan.generator)) == list(listed(generator, (100,)))
    assert list(built(gan.critic)) == list(listed(critic, (size, size, 1)))
    assert gan.generator.layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize("norm", ["layer", "none"])
def test_scores_are_each_images_own_without_batch_normalisation(norm):
    config = DCGANConfig(width=1 / 32, latent_size=8, critic_norm=norm)
    critic = config.build((16, 16, 1), OriginalConfig().build()).critic
    images = tensors.uniform((4, 16, 16, 1), tf.constant([1, 0], tf.int64), -1.0, 1.0)
    alone = critic(images[:1], training=True)
    np.testing.assert_allclose(critic(images, training=True)[:1], alone, atol=1e-6)
