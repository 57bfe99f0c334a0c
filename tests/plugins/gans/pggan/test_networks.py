"""The networks are those of Han et al. 2019, and with 5x5 kernels those of Delplace et al. 2020."""

import math

import numpy as np
import pytest

from kgan.random import tensors
from kgan_plugins.gans.pggan.config import PGGANConfig
from kgan_plugins.gans.pggan.networks import downsample, upsample
from kgan_plugins.losses.configs import WGANGPConfig

# The two columns of Han et al.'s table: (kind, kernel, output shape).
GENERATOR = [
    ("grid", 4, (4, 4, 512)),
    ("conv", 3, (4, 4, 512)),
    ("conv", 3, (8, 8, 512)),
    ("conv", 3, (8, 8, 512)),
    ("conv", 3, (16, 16, 256)),
    ("conv", 3, (16, 16, 256)),
    ("conv", 3, (32, 32, 128)),
    ("conv", 3, (32, 32, 128)),
    ("conv", 3, (64, 64, 64)),
    ("conv", 3, (64, 64, 64)),
    ("conv", 3, (128, 128, 32)),
    ("conv", 3, (128, 128, 32)),
    ("conv", 3, (256, 256, 16)),
    ("conv", 3, (256, 256, 16)),
    ("conv", 1, (256, 256, 1)),
]
CRITIC = [
    ("conv", 1, (256, 256, 16)),
    ("conv", 3, (256, 256, 16)),
    ("conv", 3, (256, 256, 32)),
    ("down", 0, (128, 128, 32)),
    ("conv", 3, (128, 128, 32)),
    ("conv", 3, (128, 128, 64)),
    ("down", 0, (64, 64, 64)),
    ("conv", 3, (64, 64, 64)),
    ("conv", 3, (64, 64, 128)),
    ("down", 0, (32, 32, 128)),
    ("conv", 3, (32, 32, 128)),
    ("conv", 3, (32, 32, 256)),
    ("down", 0, (16, 16, 256)),
    ("conv", 3, (16, 16, 256)),
    ("conv", 3, (16, 16, 512)),
    ("down", 0, (8, 8, 512)),
    ("conv", 3, (8, 8, 512)),
    ("conv", 3, (8, 8, 512)),
    ("down", 0, (4, 4, 512)),
    ("stddev", 0, (4, 4, 513)),
    ("conv", 3, (4, 4, 512)),
    ("conv", 4, (1, 1, 512)),
    ("dense", 0, (1,)),
]
COLUMN_OF = {
    "LatentToGrid": "grid",
    "EqualizedConv2D": "conv",
    "EqualizedUpConv2D": "conv",
    "Downsample": "down",
    "MinibatchStddev": "stddev",
    "EqualizedDense": "dense",
}


#: Delplace et al.: "5x5 kernels are used for convolutions"; what has no 3x3 in Karras et al. is no such one.
FIVE = {
    name: [(kind, 5 if size == 3 else size, shape) for kind, size, shape in table]
    for name, table in (("generator", GENERATOR), ("critic", CRITIC))
}


def listed(table, inputs):
    """Yield (kind, output shape, parameters, scale) of each row, computed from the table alone."""
    for number, (kind, size, shape) in enumerate(table):
        fan_in = {"grid": 16 * inputs, "conv": size * size * inputs, "dense": inputs}.get(kind)
        gain = 1 if number == len(table) - 1 else 2
        weights = (0, None) if fan_in is None else ((fan_in + 1) * shape[-1], math.sqrt(gain / fan_in))
        yield kind, shape, *weights
        inputs = shape[-1]


def built(network):
    for layer in network.layers:
        if kind := COLUMN_OF.get(type(layer).__name__):
            yield kind, layer.output.shape[1:], layer.count_params(), getattr(layer, "scale", None)


@pytest.fixture(scope="module")
def full():
    return PGGANConfig().build((256, 256, 1), WGANGPConfig().build())


def test_generator_is_the_papers(full):
    assert list(built(full.generator)) == list(listed(GENERATOR, 512))
    assert full.generator.input_shape == (None, 512)


def test_critic_is_the_papers(full):
    assert list(built(full.critic)) == list(listed(CRITIC, 1))
    assert full.critic.output_shape == (None, 1)


def test_progan_is_the_zoo_papers():
    gan = PGGANConfig(kernel=5, output="tanh").build((256, 256, 1), WGANGPConfig().build())
    assert list(built(gan.generator)) == list(listed(FIVE["generator"], 512))
    assert list(built(gan.critic)) == list(listed(FIVE["critic"], 1))


def test_resampling():
    images = tensors.uniform((2, 4, 6, 3), np.array([1, 0]), -1.0, 1.0)
    np.testing.assert_array_equal(upsample(images), np.repeat(np.repeat(images, 2, 1), 2, 2))
    blocks = images.numpy().reshape(2, 2, 2, 3, 2, 3).mean((2, 4))
    np.testing.assert_allclose(downsample(images), blocks, atol=1e-6)
