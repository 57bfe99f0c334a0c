import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.batch_norm import BatchNorm
from kgan.random import tensors
from kgan.testing.driver import example
from kgan_plugins.gans.srresnet.config import SRResNetConfig
from kgan_plugins.gans.srresnet.srresnet import PixelShuffle, residual_critic
from kgan_plugins.losses.configs import DRAGANConfig, WGANGPConfig

# Rows of (kind, kernel, output shape); a "bare" convolution has no bias, as a batch normalisation follows it.
# Delplace et al., section 2.1: a dense layer to 16x16x64, 16 residual blocks of two 3x3 convolutions, 4
# upsampling blocks as in Ledig et al. to 256x256x1.
NORM = ("norm", 0, (16, 16, 64))
GENERATOR = [("dense", 1, (16384,)), ("reshape", 0, (16, 16, 64)), NORM]
GENERATOR += [("bare", 3, (16, 16, 64)), NORM, ("bare", 3, (16, 16, 64)), NORM] * 16
GENERATOR.append(NORM)
for side in (32, 64, 128, 256):
    GENERATOR += [
        ("bare", 3, (side // 2, side // 2, 256)),
        ("shuffle", 0, (side, side, 64)),
        ("norm", 0, (side, side, 64)),
    ]
GENERATOR.append(("conv", 9, (256, 256, 1)))

# 12 residual blocks between 3x3 convolutions of stride 2, the last feature 2x2x2048, one dense unit.
CRITIC = []
for side, features in ((128, 32), (64, 64), (32, 128), (16, 256), (8, 512), (4, 1024)):
    CRITIC += [("conv", 3, (side, side, features))] * (1 + 2 * 2)
CRITIC += [("conv", 3, (2, 2, 2048)), ("flatten", 0, (8192,)), ("dense", 1, (1,))]

KINDS = {
    "Dense": "dense",
    "Reshape": "reshape",
    "Conv2D": "conv",
    "BatchNorm": "norm",
    "PixelShuffle": "shuffle",
    "Flatten": "flatten",
}


def listed(table, inputs):
    """Yield (kind, output shape, parameters) of each row, the parameters computed from the table alone."""
    for kind, size, shape in table:
        features = shape[-1]
        biases = features if kind in ("conv", "dense") else 0
        # A batch normalisation has a scale, a shift and two moving statistics.
        parameters = 4 * features if kind == "norm" else size**2 * inputs * features + biases
        yield kind, shape, parameters
        inputs = features


def found(network):
    for layer in network.layers:
        if kind := KINDS.get(type(layer).__name__):
            bare = kind == "conv" and not layer.use_bias
            yield "bare" if bare else kind, layer.output.shape[1:], layer.count_params()


def added(network):
    return sum(isinstance(layer, keras.layers.Add) for layer in network.layers)


@pytest.fixture(scope="module")
def full():
    return SRResNetConfig().build((256, 256, 1), DRAGANConfig().build())


def test_generator_is_the_papers(full):
    assert list(found(full.generator)) == list(listed(GENERATOR, 256))
    assert added(full.generator) == 16 + 1
    assert full.generator.input_shape == (None, 256)
    assert full.generator.output_shape == (None, 256, 256, 1)


def test_critic_is_the_papers(full):
    assert list(found(full.critic)) == list(listed(CRITIC, 1))
    assert added(full.critic) == 12
    strides = [layer.strides for layer in full.critic.layers if isinstance(layer, keras.layers.Conv2D)]
    assert strides == [((2, 2) if n % 5 == 0 else (1, 1)) for n in range(31)]


def test_figures_are_the_papers(full):
    assert full.training_options.generator_updates == 2 and full.training_options.critic_updates == 1
    for adam in full.optimizers.values():
        assert float(adam.learning_rate) == pytest.approx(2e-4)
        assert (adam.beta_1, adam.beta_2, adam.epsilon) == (0.5, 0.999, 1e-8)
    kernel = full.critic.get_layer("down_2").kernel.numpy()
    np.testing.assert_allclose(kernel.std(), np.sqrt(2 / (9 * 1024)), rtol=0.01)
    block = full.generator.get_layer("block_0_0").kernel.numpy()
    np.testing.assert_allclose(block.std(), np.sqrt(2 / (9 * 64)), rtol=0.02)
    layers = [layer for network in full.networks.values() for layer in network.layers]
    norms = [layer for layer in layers if isinstance(layer, BatchNorm)]
    assert {(norm.momentum, norm.epsilon) for norm in norms} == {(0.9, 1e-5)}
    assert {layer.negative_slope for layer in layers if isinstance(layer, keras.layers.LeakyReLU)} == {0.2}
    assert full.generator.layers[-1].activation is keras.activations.tanh


def small(size=32, loss=None, channels=1, **changes):
    figures = {"latent_size": 8, "width": 4, "blocks": 2, "critic_width": 2, "critic_blocks": 1, **changes}
    return SRResNetConfig(**figures).build((size, size, channels), loss or WGANGPConfig().build())


def noise(*shape, number=1):
    return tensors.uniform(shape, np.array([number, 0]), -1.0, 1.0)


@pytest.mark.parametrize(("size", "stages"), [(32, 4), (64, 5), (128, 6)])
def test_smaller_images_take_fewer_stages(size, stages):
    gan = small(size, channels=3)
    assert gan.generator(noise(2, 8)).shape == (2, size, size, 3)
    assert gan.critic(noise(2, size, size, 3)).shape == (2, 1)
    shuffles = [layer for layer in gan.generator.layers if isinstance(layer, PixelShuffle)]
    assert 16 << len(shuffles) == size
    assert gan.critic.get_layer("down_2").output.shape[1:] == (2, 2, 2 << (stages - 1))
    assert added(gan.critic) == stages - 1


def test_a_pixel_takes_its_features_in_four_parts():
    features = noise(2, 3, 4, 8).numpy()
    images = PixelShuffle()(features).numpy()
    for row in range(6):
        for column in range(8):
            part = 2 * (row % 2) + column % 2
            expected = features[:, row // 2, column // 2, 2 * part : 2 * part + 2]
            np.testing.assert_array_equal(images[:, row, column], expected)


def test_second_derivative_of_the_shuffle_is_exact():
    shuffle = PixelShuffle(dtype="float64")
    features = tf.cast(noise(2, 3, 3, 4), tf.float64)
    weights = tf.cast(noise(2, 6, 6, 1, number=2), tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(features)
        with tf.GradientTape() as inner:
            inner.watch(features)
            value = tf.reduce_sum(weights * shuffle(features) ** 3)
        squared_norm = tf.reduce_sum(inner.gradient(value, features) ** 2)
    # The squared gradient is the sum of 9 w^2 y^4, so its derivative is 36 w^2 y^3 where y came from.
    expected = tf.nn.space_to_depth(36 * weights**2 * shuffle(features) ** 3, 2)
    np.testing.assert_allclose(outer.gradient(squared_norm, features), expected, rtol=1e-12)


def test_blocks_add_to_what_goes_around_them():
    gan = small()
    for layer in gan.generator.layers:
        if layer.name.startswith("block_") and layer.name.endswith("_1_norm"):
            layer.gamma.assign(tf.zeros_like(layer.gamma))
    parts = ("dense_relu", "block_0_add", "block_1_add", "trunk_add")
    look = keras.Model(gan.generator.input, [gan.generator.get_layer(name).output for name in parts])
    first, sum_of_one, two, all_ = look(noise(2, 8))
    np.testing.assert_array_equal(first, sum_of_one)
    np.testing.assert_array_equal(first, two)
    np.testing.assert_allclose(all_, 2 * first, rtol=1e-4)


def test_latents_have_length_one():
    gan = small()
    latents = noise(4, 8)
    np.testing.assert_allclose(gan.generator(latents), gan.generator(7.0 * latents), atol=1e-5)
    unit = gan.generator.get_layer("unit_latents")(latents)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), np.ones(4), rtol=1e-5)


def test_the_critic_scores_each_image_alone():
    critic = small().critic
    images = noise(4, 32, 32, 1)
    alone = critic(images[:1], training=True)
    np.testing.assert_allclose(critic(images, training=True)[:1], alone, rtol=1e-4, atol=1e-6)


@pytest.fixture
def policy(request):
    before, floatx = keras.config.dtype_policy(), keras.config.floatx()
    keras.config.set_dtype_policy(request.param)
    if request.param == "float64":
        keras.config.set_floatx("float64")  # else inputs are narrowed to float32
    yield request.param
    keras.config.set_dtype_policy(before)
    keras.config.set_floatx(floatx)


@pytest.mark.parametrize("policy", ["float64"], indirect=True)
@pytest.mark.parametrize(
    "loss", [WGANGPConfig().build(), DRAGANConfig().build()], ids=lambda loss: type(loss).__name__
)
def test_penalty_through_the_critic_is_exact(policy, loss):
    keras.utils.set_random_seed(1)
    critic = residual_critic((32, 32, 1), 2, 1)
    images = tf.cast(noise(2, 3, 32, 32, 1), tf.float64)
    variables = critic.trainable_variables
    rng = np.random.default_rng(0)
    directions = [rng.normal(size=variable.shape) for variable in variables]

    def penalty():
        return tf.reduce_mean(loss.penalty(critic, images[0], images[1], tf.constant([1, 2], tf.int64)))

    with tf.GradientTape() as tape:
        value = penalty()
    # The last bias moves the scores, and the penalty not at all.
    gradients = tape.gradient(value, [v.value for v in variables], unconnected_gradients="zero")
    along = sum(np.sum(g.numpy() * d) for g, d in zip(gradients, directions, strict=True))
    ends = []
    for step in (1e-6, -2e-6):
        for variable, direction in zip(variables, directions, strict=True):
            variable.assign_add(step * direction)
        ends.append(float(penalty()))
    np.testing.assert_allclose(along, (ends[0] - ends[1]) / 2e-6, rtol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"], indirect=True)
def test_half_precision_stays_inside(policy):
    gan = small()
    gan.begin(seed=1)
    before = {name: [v.numpy() for v in net.trainable_variables] for name, net in gan.networks.items()}
    scaled = [optimizer for optimizer in gan.optimizers.values() if hasattr(optimizer, "dynamic_scale")]
    assert len(scaled) == (2 if policy.endswith("_float16") else 0)
    for optimizer in scaled:
        optimizer.dynamic_scale.assign(64.0)  # it starts at 2^15 and falls until nothing overflows
    assert all(np.isfinite(value) for value in gan.train_step(example(gan, 0)).values())
    assert gan.generator(noise(4, 8)).dtype == gan.critic(noise(4, 32, 32, 1)).dtype == tf.float32
    assert gan.critic.get_layer("down_16").compute_dtype == policy.removeprefix("mixed_")
    for name, network in gan.networks.items():
        after = [variable.numpy() for variable in network.trainable_variables]
        assert all(np.isfinite(value).all() for value in after)
        assert any((old != new).any() for old, new in zip(before[name], after, strict=True)), name
