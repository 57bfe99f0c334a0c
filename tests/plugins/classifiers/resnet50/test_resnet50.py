import functools
import json
import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.batch_norm import BatchNorm
from kgan.training.checkpoint import Checkpoints
from kgan_plugins.classifiers.resnet50.config import ResNet50Config
from kgan_plugins.classifiers.resnet50.resnet50 import ImageNetInput, ResNet50

TINY = {"width": 0.0625, "blocks": (1, 1, 1, 1), "batch_norm_momentum": 0.9}
SHAPE = (32, 32, 1)


def make(strategy=None, seed=5, **changes):
    keras.utils.set_random_seed(seed)
    with (strategy or tf.distribute.get_strategy()).scope():
        model = ResNet50Config(**{**TINY, **changes}).build(SHAPE)
        model.begin(seed=11)
        model.enter(0, 0, 10**6)
    return model


def bright_or_dark(step, count):
    """Images of which class 1 is brighter in the middle."""
    generator = np.random.default_rng(step)
    labels = np.arange(count) % 2
    images = generator.normal(-0.5, 0.2, (count, *SHAPE))
    images[:, 8:24, 8:24] += 0.6 * labels[:, None, None, None]
    return tf.constant(images, tf.float32), tf.constant(labels, tf.int64)


def one_step(model):
    def step(*batch):
        model.train_step(batch)
        model.advance()

    return step


@functools.cache
def traced(model):
    """Return one step of a model's training as a graph, the same whenever its training goes on."""
    return tf.function(one_step(model), autograph=False)


def train(model, steps, graph=False):
    """Go on to step ``steps``; a graph takes longer to make than a few steps operation by operation."""
    step = traced(model) if graph else one_step(model)
    while int(model.step.numpy()) < steps:
        step(*bright_or_dark(int(model.step.numpy()), 16))
    return model


def values(model):
    return [(v if isinstance(v, tf.Variable) else v.value).numpy() for v in model.state()]


@pytest.fixture(scope="module")
def paper():
    return ResNet50Config().build((224, 224, 1))


@pytest.fixture(scope="module")
def untrained():
    """For tests that train nothing."""
    return make()


def test_every_size_of_table_4(paper):
    expected = {"conv1_relu": (112, 64), "pool1_pool": (55, 64)}
    stages = [(55, 64, 3), (28, 128, 4), (14, 256, 6), (7, 512, 3)]
    for stage, (side, filters, blocks) in enumerate(stages, start=2):
        for block in range(1, blocks + 1):
            name = f"conv{stage}_block{block}"
            expected |= {
                f"{name}_1_relu": (side, filters),
                f"{name}_2_relu": (side, filters),
                f"{name}_out": (side, 4 * filters),
            }
    shapes = {name: paper.inference.get_layer(name).output.shape for name in expected}
    assert shapes == {name: (None, side, side, filters) for name, (side, filters) in expected.items()}
    assert paper.inference.get_layer("avg_pool").output.shape == (None, 2048)
    assert paper.network.output_shape == (None, 2)


def test_parameters_are_those_of_table_4(paper):
    def normed(size, before, after):
        return size * size * before * after + after + 4 * after

    total, before = normed(7, 1, 64), 64
    for filters, blocks in [(64, 3), (128, 4), (256, 6), (512, 3)]:
        total += normed(1, before, 4 * filters)
        for _ in range(blocks):
            total += normed(1, before, filters) + normed(3, filters, filters)
            total += normed(1, filters, 4 * filters)
            before = 4 * filters
    assert total == 23_587_712 - 2 * 7 * 7 * 64  # Keras's trunk has three channels
    assert paper.network.count_params() == total + (2048 * 2 + 2) + 4 * 2


def test_every_convolution_is_followed_by_batch_norm(paper):
    convolutions = [layer for layer in paper.inference.layers if isinstance(layer, keras.layers.Conv2D)]
    norms = [layer._outbound_nodes[0].operation for layer in convolutions]
    assert all(isinstance(norm, BatchNorm) for norm in norms)
    # Keras's ResNet-50.
    assert {(norm.momentum, norm.epsilon) for norm in norms} == {(0.99, 1.001e-5)}
    assert {type(layer.kernel_initializer) for layer in convolutions} == {keras.initializers.GlorotUniform}
    head = paper.inference.get_layer("logits_bn")
    assert (head.momentum, head.epsilon) == (0.99, 1e-3)


def test_optimisers_are_as_published(untrained):
    sgd = untrained.optimizers["classifier"]
    assert isinstance(sgd, keras.optimizers.SGD)
    assert (sgd.momentum, sgd.nesterov, sgd.weight_decay) == (0.9, False, None)
    adam = make(optimizer="adam", learning_rate=1e-3).optimizers["classifier"]
    assert isinstance(adam, keras.optimizers.Adam)
    # Keras's defaults, where Han et al. 2018 are silent.
    assert (adam.beta_1, adam.beta_2, adam.epsilon, adam.weight_decay) == (0.9, 0.999, 1e-7, None)


def test_the_softmax_head_has_no_batch_norm():
    names = [layer.name for layer in ResNet50Config(head="softmax", **TINY).build(SHAPE).network.layers]
    assert names[-1] == "logits"


@pytest.mark.parametrize(("side", "channels"), [(5, 1), (56, 3), (64, 1)])
def test_other_sizes_and_channels(side, channels):
    model = ResNet50Config(**TINY).build((side, side, channels))
    assert model.scores(tf.zeros((2, side, side, channels))).shape == (2,)


def test_config_survives_json():
    model = ResNet50Config(optimizer="adam", head="softmax", **TINY).build(SHAPE)
    config = json.loads(json.dumps(model.get_config()))
    assert config["parameters"]["optimizer"] == "adam"
    assert config["parameters"]["weights"] is None
    assert ResNet50.from_config(config).get_config() == config


def test_losses_by_hand(untrained):
    logits = tf.constant([[0.0, math.log(3)], [math.log(4), 0.0]])
    labels = tf.constant([1, 1], tf.int64)
    # Sigmoids are 1/2 and 3/4, then 4/5 and 1/2; softmax gives class 1 3/4, then 1/5.
    sigmoid = [(math.log(2) - math.log(3 / 4)) / 2, (math.log(5) + math.log(2)) / 2]
    np.testing.assert_allclose(untrained.loss_of(logits, labels), sigmoid, rtol=1e-6)
    softmax = [math.log(4 / 3), math.log(5)]
    np.testing.assert_allclose(make(head="softmax").loss_of(logits, labels), softmax, rtol=1e-6)


@pytest.mark.parametrize("head", ["sigmoid", "softmax"])
def test_scores_read_the_head(head):
    model = make(head=head)
    images, _ = bright_or_dark(0, 12)
    logits = model.inference(images, training=False).numpy()
    activation = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "softmax": np.exp}[head]
    outputs = activation(logits)
    scores = model.scores(images).numpy()
    np.testing.assert_allclose(scores, outputs[:, 1] / outputs.sum(axis=1), rtol=1e-5)
    np.testing.assert_array_equal(scores > 0.5, logits.argmax(axis=1) == 1)


def test_dropout_is_drawn_from_seed_step_and_keeps_the_mean():
    model = make(dropout=0.25)
    drawn = model.draw(tf.constant(64)).numpy()
    assert drawn.shape == (64, 128)
    np.testing.assert_allclose(np.unique(drawn), [0, 4 / 3], rtol=1e-6)
    assert drawn.mean() == pytest.approx(1, abs=0.03)
    np.testing.assert_array_equal(drawn, model.draw(tf.constant(64)).numpy())
    model.advance()
    assert (drawn != model.draw(tf.constant(64)).numpy()).any()


def test_what_is_drawn_multiplies_the_pooled_features(untrained):
    model = untrained
    images, _ = bright_or_dark(0, 6)
    untouched = model.network([images, tf.ones((6, 128))], training=False)
    np.testing.assert_allclose(untouched, model.inference(images, training=False), atol=1e-6)
    nothing = model.network([images, tf.zeros((6, 128))], training=False)
    np.testing.assert_allclose(nothing, np.repeat(nothing[:1], 6, axis=0), atol=1e-6)


def test_without_dropout_nothing_is_drawn():
    model = make(dropout=0.0)
    assert model.draw(tf.constant(4)) is None
    assert model.network is model.inference


def test_training_learns_what_inference_then_knows():
    model = make(learning_rate=0.05)
    train(model, 1, graph=True)
    first = float(model.trackers["loss"].result())
    train(model, 40, graph=True)
    model.trackers["loss"].reset_state()
    train(model, 45, graph=True)
    assert float(model.trackers["loss"].result()) < 0.6 * first
    images, labels = bright_or_dark(10**6, 64)
    assert np.mean((model.scores(images).numpy() > 0.5) == labels.numpy()) > 0.9


@pytest.mark.parametrize(
    ("figures", "rates"),
    [
        ({}, {0: 1e-2, 19: 1e-2, 20: 1e-3, 40: 1e-4}),
        ({"decay_factor": 0.5, "decay_every": 5}, {0: 1e-2, 4: 1e-2, 5: 5e-3, 12: 2.5e-3}),
        ({"optimizer": "adam", "learning_rate": 1e-3, "decay_factor": 1.0}, {0: 1e-3, 50: 1e-3}),
    ],
    ids=["scratch", "pre-trained", "adam"],
)
def test_schedule(figures, rates):
    model = make(**figures)
    for epoch, rate in rates.items():
        model.begin_epoch(epoch)
        assert float(model.optimizers["classifier"].learning_rate.numpy()) == pytest.approx(rate)


def test_a_resumed_training_ends_in_the_same_bits(tmp_path):
    first, second = make(), make(seed=99)
    Checkpoints(tmp_path, train(first, 2).state(), pytest.fail).save(2)
    assert Checkpoints(tmp_path, second.state(), pytest.fail).restore() == 2
    for straight, other in zip(values(train(first, 4)), values(train(second, 4)), strict=True):
        np.testing.assert_array_equal(straight, other)


def test_two_replicas_do_what_one_device_does_with_the_same_batches(two_replicas):
    """Batch statistics are those of the whole batch, and dropout is drawn for each image of it."""

    def shared(step, count):
        return [
            two_replicas.experimental_distribute_values_from_function(
                lambda context, part=part: tf.split(part, 2)[context.replica_id_in_sync_group]
            )
            for part in bright_or_dark(step, count)
        ]

    single, two = make(), make(two_replicas)
    two.network.set_weights(single.network.get_weights())
    for number in range(2):  # operation by operation: two graphs take longer to make than two steps
        single.train_step(bright_or_dark(number, 16))
        two_replicas.run(two.train_step, args=(shared(number, 16),))
        single.advance()
        two.advance()
    for got, wanted in zip(two.network.get_weights(), single.network.get_weights(), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-4)


def test_imagenet_input_is_that_of_keras():
    colours = np.random.default_rng(0).uniform(-1, 1, (2, 4, 4, 3)).astype("float32")
    expected = keras.applications.resnet50.preprocess_input((colours + 1) * 127.5)
    np.testing.assert_allclose(ImageNetInput()(colours), expected, atol=1e-4)
    grey = colours[..., :1]
    expected = keras.applications.resnet50.preprocess_input(np.repeat((grey + 1) * 127.5, 3, axis=-1))
    np.testing.assert_allclose(ImageNetInput()(grey), expected, atol=1e-4)


@pytest.mark.slow
def test_the_differentiation_compiles():
    model = make()
    model.jit = True
    model.compile_differentiation()
    train(model, 2)
    other = train(make(), 2)
    for got, wanted in zip(values(model), values(other), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-3)
