
import pytest
from kgan_plugins.gans.pggan import PGGAN
from kgan_plugins.losses.wgan_gp import WGANGP

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
    "EqualisedConv2D": "conv",
    "Downsample": "down",
    "MinibatchStddev": "stddev",
    "EqualisedDense": "dense",
}


def listed(table, inputs):
    """Yield (kind, output shape, parameters) of each row, the parameters reckoned from the table alone."""
    for kind, size, shape in table:
        fan_in = {"grid": 16 * inputs, "conv": size * size * inputs, "dense": inputs}.get(kind)
        yield kind, shape, 0 if fan_in is None else (fan_in + 1) * shape[-1]
        inputs = shape[-1]


def found(network):
    layers = [layer for layer in network.layers if type(layer).__name__ in COLUMN_OF]
    return [(COLUMN_OF[type(la).__name__], tuple(la.output.shape[1:]), la.count_params()) for la in layers]


@pytest.fixture(scope="module")
def full():
    return PGGAN((256, 256, 1), WGANGP())


def test_generator_is_the_papers(full):
    assert found(full.generator) == list(listed(GENERATOR, 512))
    assert full.generator.input_shape == (None, 512)


def test_critic_is_the_papers(full):
    assert found(full.critic) == list(listed(CRITIC, 1))
    assert full.critic.output_shape == (None, 1)


def test_thirteen_phases(full):
    names = [phase.name for phase in full.phases(1300)]
    assert names == "4 4-8 8 8-16 16 16-32 32 32-64 64 64-128 128 128-256 256".split()
    assert [phase.steps for phase in full.phases(1300)] == [100] * 13
    assert sum(phase.steps for phase in full.phases(1234)) == 1234
