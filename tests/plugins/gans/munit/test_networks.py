import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.gans.munit import networks
from kgan_plugins.gans.munit.networks import Plan
from kgan_plugins.layers.adaptive_norm import AdaptiveInstanceNorm, InstanceNorm

PAPER = Plan((224, 224, 1), 1.0, 4, 3, None)
STYLED = Plan((224, 224, 1), 1.0, 4, 3, 8)

# Han et al.'s table 2: kernel, side and filters of each convolution's output.
ENCODER = [(7, 224, 64), (4, 112, 128), (4, 56, 256), *[(3, 56, 256)] * 8]
DECODER = [*[(3, 56, 256)] * 8, (5, 112, 128), (5, 224, 64), (7, 224, 3)]
CRITIC = [
    [(4, 112, 64), (4, 56, 128), (4, 28, 256), (4, 14, 512), (4, 14, 1)],
    [(4, 56, 64), (4, 28, 128), (4, 14, 256), (4, 7, 512), (4, 7, 1)],
    [(4, 28, 64), (4, 14, 128), (4, 7, 256), (4, 3, 512), (4, 3, 1)],
]
# Huang et al. 2018, appendix B.2: c7s1-64, d128, d256, d256, d256, GAP, fc8.
STYLE = [(7, 224, 64), (4, 112, 128), (4, 56, 256), (4, 28, 256), (4, 14, 256)]


def convolutions(network, prefix=""):
    kind = keras.layers.Conv2D
    return [layer for layer in network.layers if isinstance(layer, kind) and layer.name.startswith(prefix)]


def rows(network, prefix=""):
    layers = convolutions(network, prefix)
    assert all(layer.output.shape[1] == layer.output.shape[2] for layer in layers)
    return [(layer.kernel_size[0], layer.output.shape[1], layer.filters) for layer in layers]


def kernels(table, channels):
    inputs = [channels, *(filters for _, _, filters in table[:-1])]
    return [size**2 * before * filters for before, (size, _, filters) in zip(inputs, table, strict=True)]


def parameters(table, channels, biased):
    """Compute each layer's parameters; biased says for each whether it has a bias."""
    filters = [row[2] for row in table]
    pairs = zip(kernels(table, channels), filters, biased, strict=True)
    return [kernel + (number if bias else 0) for kernel, number, bias in pairs]


@pytest.fixture(scope="module")
def encoder():
    return networks.content_encoder(PAPER, "encoder")


@pytest.fixture(scope="module")
def decoder():
    return networks.decoder(PAPER, "decoder")


def test_encoder_is_that_of_table_2(encoder):
    assert rows(encoder) == ENCODER
    expected = parameters(ENCODER, 3, [False] * 11)
    assert [layer.count_params() for layer in convolutions(encoder)] == expected
    assert encoder.count_params() == sum(expected)
    assert encoder.output_shape == (None, 56, 56, 256)


def test_decoder_is_that_of_table_2(decoder):
    assert rows(decoder) == DECODER
    expected = parameters(DECODER, 256, [False] * 10 + [True])
    assert [layer.count_params() for layer in convolutions(decoder)] == expected
    adaptive = 2 * (8 * 256 + 128 + 64)
    assert decoder.count_params() == sum(expected) + adaptive
    assert convolutions(decoder)[-1].activation is keras.activations.tanh
    assert [layer.output.shape[1:] for layer in decoder.layers if "up" in layer.name[:2]] == [
        (112, 112, 256),
        (224, 224, 128),
    ]


def test_critic_is_that_of_table_2():
    critic = networks.critic(PAPER, "critic")
    total = 0
    for scale, table in enumerate(CRITIC, 1):
        assert rows(critic, f"scale{scale}") == table
        expected = parameters(table, 3, [True] * 5)
        assert [layer.count_params() for layer in convolutions(critic, f"scale{scale}")] == expected
        total += sum(expected)
    assert critic.count_params() == total
    assert critic.output_shape == [(None, 14, 14, 1), (None, 7, 7, 1), (None, 3, 3, 1)]
    pools = [layer for layer in critic.layers if isinstance(layer, keras.layers.AveragePooling2D)]
    assert [layer.output.shape[1:] for layer in pools] == [(112, 112, 3), (56, 56, 3)]


def test_style_encoder_and_dense_layers_are_those_of_huang():
    style = networks.style_encoder(STYLED, "style")
    assert rows(style) == STYLE
    assert style.count_params() == sum(parameters(STYLE, 3, [True] * 5)) + (256 + 1) * 8
    assert style.output_shape == (None, 8)
    styled = networks.decoder(STYLED, "decoder")
    adaptive = 2 * (8 * 256 + 128 + 64)
    dense = (8 + 1) * 256 + (256 + 1) * 256 + (256 + 1) * adaptive
    assert styled.count_params() == sum(parameters(DECODER, 256, [False] * 10 + [True])) + dense


@pytest.mark.parametrize(("network", "kind"), [("encoder", InstanceNorm), ("decoder", AdaptiveInstanceNorm)])
def test_every_convolution_but_the_last_of_the_decoder_is_normalised(network, kind, request):
    network = request.getfixturevalue(network)
    normalised = convolutions(network)[: None if kind is InstanceNorm else -1]
    for layer in normalised:
        (follower,) = (node.operation for node in layer._outbound_nodes)
        assert isinstance(follower, kind), layer.name
    norms = [layer for layer in network.layers if isinstance(layer, (InstanceNorm, AdaptiveInstanceNorm))]
    assert len(norms) == len(normalised)


def test_critics_are_not_normalised_and_leak():
    critic = networks.critic(Plan((64, 64, 1), 0.1, 1, 3, None), "critic")
    assert not [layer for layer in critic.layers if "norm" in layer.name]
    negative_slopes = {x.negative_slope for x in critic.layers if isinstance(x, keras.layers.LeakyReLU)}
    assert negative_slopes == {0.2}


def test_each_normalisation_has_its_own_part_of_the_learnt_parameters():
    plan = Plan((16, 16, 1), 0.02, 2, 1, None)
    decoder = networks.decoder(plan, "decoder")
    norms = [layer for layer in decoder.layers if isinstance(layer, AdaptiveInstanceNorm)]
    probe = keras.Model(decoder.input, [layer.input[1] for layer in norms])
    vector = decoder.get_layer("parameters").parameters
    vector.assign(np.arange(vector.shape[0]))
    parts = probe(tf.zeros((1, *plan.content)))
    assert [part.shape[1] // 2 for part in parts] == [layer.output.shape[-1] for layer in norms]
    assert sorted(np.concatenate(parts, axis=1)[0]) == list(range(vector.shape[0]))


# A style code enters behind the content, whatever the shape of the images: it is tried with two of them.
@pytest.mark.parametrize(
    ("shape", "style"),
    [((16, 16, 1), None), ((20, 36, 1), 3), ((64, 48, 3), None), ((32, 32, 4), None), ((32, 48, 3), 3)],
)
def test_translators_keep_shape_and_range(shape, style):
    plan = Plan(shape, 0.05, 1, 1, style)
    made = networks.generators(plan)
    images = tf.random.stateless_uniform((2, *shape), (3, 4), -1, 1)
    for translator in networks.translators(plan, made).values():
        translated = translator(images)
        assert translated.shape == images.shape
        assert float(tf.reduce_max(tf.abs(translated))) <= 1


def test_grey_images_are_tripled_and_averaged():
    plan = Plan((16, 16, 1), 0.05, 1, 1, None)
    made = networks.generators(plan)
    grey = tf.random.stateless_uniform((2, 16, 16, 1), (5, 6), -1, 1)
    colours = made["target decoder"](made["source encoder"](tf.concat([grey] * 3, axis=-1)))
    refiner = networks.translators(plan, made)["refiner"]
    np.testing.assert_allclose(refiner(grey), tf.reduce_mean(colours, -1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize("name", ["refiner", "critic"])
def test_rows_and_columns_are_treated_alike(name):
    plan = Plan((32, 32, 1), 0.05, 1, 2, None)
    network = networks.critic(plan, name)
    if name == "refiner":
        network = networks.translators(plan, networks.generators(plan))[name]
    images = tf.random.stateless_uniform((1, *network.input_shape[1:]), (7, 8), -1, 1)
    before = tf.nest.flatten(network(images))
    turned = [np.swapaxes(w, 0, 1) if w.ndim == 4 else w for w in network.get_weights()]
    network.set_weights(turned)
    after = tf.nest.flatten(network(tf.transpose(images, (0, 2, 1, 3))))
    for straight, other in zip(before, after, strict=True):
        np.testing.assert_allclose(straight, tf.transpose(other, (0, 2, 1, 3)), atol=1e-4)


def test_borders_are_reflected():
    padded = networks.Reflect(1)(tf.reshape(tf.range(9.0), (1, 3, 3, 1)))
    assert padded[0, 0, :, 0].numpy().tolist() == [4, 3, 4, 5, 4]


def test_weights_start_as_he_s_and_in_critics_small(encoder):
    block = encoder.get_layer("block2_1").kernel.numpy()
    assert block.std() == pytest.approx(np.sqrt(2 / (9 * 256)), rel=0.02)
    critic = networks.critic(Plan((64, 64, 1), 1.0, 1, 1, None), "critic")
    assert critic.get_layer("scale1_conv4").kernel.numpy().std() == pytest.approx(0.02, rel=0.02)
