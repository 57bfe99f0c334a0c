import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn.batch_norm import BatchNorm
from kgan.nn.replicas import by_replica
from kgan.training.checkpoint import Checkpoints
from kgan_plugins.gans.simgan.config import SimGANConfig
from kgan_plugins.gans.simgan.losses import REAL, REFINED, local_cross_entropy
from kgan_plugins.gans.simgan.simgan import SimGAN

#: Of SGD on a loss of 49 locations, for images that have one.
RATE = 2e-4
TINY = {"width": 0.1, "blocks": 1, "warm_up": 2, "refiner_updates": 2, "buffer": 2, "learning_rate": RATE}
SHAPE = (32, 32, 1)


def make(strategy=None, seed=7, **changes):
    keras.utils.set_random_seed(seed)
    with (strategy or tf.distribute.get_strategy()).scope():
        model = SimGANConfig(**{**TINY, **changes}).build(SHAPE)
        model.begin(seed=3)
    return model


def pairs(step, images):
    values = np.random.default_rng(step).uniform(-1, 1, (2, images, *SHAPE)).astype("float32")
    return tf.constant(values[0]), tf.constant(values[1])


def one_step(model, strategy):
    def step(*batch):
        strategy.run(model.train_step, args=(batch,))
        model.advance()

    return step


@functools.cache
def traced(model, phase, strategy):
    """Return one step of a phase as a graph, the same whenever the phase goes on."""
    return tf.function(one_step(model, strategy), autograph=False)


def train(model, steps, batch=4, strategy=None, data=pairs, graph=False):
    """Go on from ``model.step`` to step ``steps``, warm-up counted.

    A graph takes longer to make than a few steps operation by operation.
    """
    strategy = strategy or tf.distribute.get_strategy()
    start = 0
    for number, phase in enumerate(model.phases(10**6)):
        end = min(start + phase.steps, steps)
        if int(model.step.numpy()) < end:
            model.enter(number, start, phase.steps)
            step = traced(model, number, strategy) if graph else one_step(model, strategy)
            while int(model.step.numpy()) < end:
                step(*data(int(model.step.numpy()), batch * model.batch_factor))
        start += phase.steps
    return model


def values(model):
    return [(v if isinstance(v, tf.Variable) else v.value).numpy() for v in model.state()]


def weights(network):
    return [v.numpy() for v in network.trainable_variables]


def moved(before, after):
    return any((a != b).any() for a, b in zip(before, after, strict=True))


@pytest.fixture(scope="module")
def paper():
    return SimGANConfig().build((224, 224, 1))


# Han et al.'s table 3, each convolution with what follows it: (kernel, filters, side, activation or sum).
REFINER = [(9, 64, 224, "ReLU"), *[(3, 64, 224, "ReLU"), (3, 64, 224, "Add")] * 12, (1, 1, 224, "tanh")]
# A max-pool is (0, channels, side, ""); the last convolution's ReLU in the table is left out (see the class).
CRITIC = [
    (9, 96, 72, "ReLU"),
    (5, 64, 68, "ReLU"),
    (0, 64, 34, ""),
    (5, 64, 15, "ReLU"),
    (3, 32, 13, "ReLU"),
    (0, 32, 7, ""),
    (1, 32, 7, "ReLU"),
    (1, 2, 7, "linear"),
]


def rows(network):
    """Yield each convolution and pool of a network as rows of the tables have them."""
    for layer in network.layers:
        side, filters = layer.output.shape[1], layer.output.shape[-1]
        if isinstance(layer, keras.layers.MaxPooling2D):
            yield 0, filters, side, ""
        elif isinstance(layer, keras.layers.Conv2D):
            follower = layer
            if layer._outbound_nodes:
                norm = layer._outbound_nodes[0].operation
                assert isinstance(norm, BatchNorm)
                follower = norm._outbound_nodes[0].operation
            name = layer.activation.__name__ if follower is layer else type(follower).__name__
            yield layer.kernel_size[0], filters, side, name


def test_refiner_is_that_of_table_3(paper):
    assert list(rows(paper.refiner)) == REFINER
    kernels = 9 * 9 * 64 + 24 * 3 * 3 * 64 * 64
    assert paper.refiner.count_params() == kernels + 25 * 4 * 64 + (64 + 1)


def test_critic_is_that_of_table_3(paper):
    assert list(rows(paper.critic)) == CRITIC
    strides = [layer.strides[0] for layer in paper.critic.layers if isinstance(layer, keras.layers.Conv2D)]
    assert strides == [3, 1, 2, 1, 1, 1]
    kernels = 9 * 9 * 96 + 5 * 5 * 96 * 64 + 5 * 5 * 64 * 64 + 3 * 3 * 64 * 32 + 32 * 32
    assert paper.critic.count_params() == kernels + 4 * (96 + 64 + 64 + 32 + 32) + (32 * 2 + 2)


def test_a_residual_refiner_starts_by_changing_nothing_and_then_learns():
    model = make(residual=True)
    images, _ = pairs(0, 4)
    unchanged = np.clip(images, -0.999, 0.999)
    np.testing.assert_allclose(model.refine(images), unchanged, atol=1e-5)
    train(model, 4)
    assert np.abs(model.refine(images) - unchanged).max() > 1e-4


@pytest.mark.parametrize("relu", [False, True])
def test_what_follows_the_sum_of_a_block(relu):
    refiner = make(blocks=2, block_relu=relu).refiner
    sums = [layer for layer in refiner.layers if isinstance(layer, keras.layers.Add)]
    assert len(sums) == 2
    for layer in sums:
        kinds = {type(node.operation) for node in layer._outbound_nodes}
        # Table 3: the next convolution and the next sum; Shrivastava et al.: a ReLU before both.
        assert kinds == {keras.layers.ReLU} if relu else keras.layers.ReLU not in kinds
    probe = keras.Model(refiner.input, refiner.layers[-1].input)
    lowest = float(tf.reduce_min(probe(pairs(0, 2)[0])))
    assert lowest == 0 if relu else lowest < 0


@pytest.mark.parametrize("network", ["refiner", "critic"])
def test_every_convolution_but_the_output_is_normalised(paper, network):
    *hidden, output = [x for x in paper.networks[network].layers if isinstance(x, keras.layers.Conv2D)]
    followers = [[node.operation for node in layer._outbound_nodes] for layer in hidden]
    assert all(isinstance(layer, BatchNorm) for (layer,) in followers)
    assert not output._outbound_nodes


@pytest.mark.parametrize(
    ("side", "cells"), [(29, 1), (32, 1), (56, 4), (64, 5), (128, 5), (224, 7), (256, 8)]
)
def test_the_map_stays_valid_at_other_sizes(side, cells):
    model = SimGANConfig(width=0.05, blocks=0).build((side, side, 1))
    assert model.critic.output_shape == (None, cells, cells, 2)


def test_config_survives_json():
    model = SimGANConfig(width=0.1, blocks=1, halve_at=20).build(SHAPE)
    config = json.loads(json.dumps(model.get_config()))
    assert SimGAN.from_config(config).get_config() == config


def test_warm_up_knows_nothing_of_the_critic_nor_of_targets():
    first, other = make(), make()
    other.critic.set_weights([2 * value for value in other.critic.get_weights()])
    before = weights(first.critic)
    train(first, 2)
    train(other, 2, data=lambda step, images: (pairs(step, images)[0], -pairs(step + 9, images)[1]))
    assert not moved(weights(first.refiner), weights(other.refiner))
    assert not moved(before, weights(first.critic))
    assert float(first.trackers["regularisation"].result()) > 0
    assert float(first.trackers["realism"].count) == 0


def test_updates_are_counted_and_move_each_network():
    model = make(warm_up=1, refiner_updates=3, blocks=0)
    before = {name: weights(network) for name, network in model.networks.items()}
    train(model, 1 + 2, batch=2, graph=True)
    assert int(model.optimizers["refiner"].iterations) == 1 + 2 * 3
    assert int(model.optimizers["critic"].iterations) == 2
    assert model.batch_factor == 4
    assert all(moved(before[name], weights(network)) for name, network in model.networks.items())


def test_sgd_has_no_momentum():
    for optimizer in SimGANConfig(width=0.1, blocks=1).build(SHAPE).optimizers.values():
        assert isinstance(optimizer, keras.optimizers.SGD)
        assert (optimizer.momentum, optimizer.nesterov, optimizer.weight_decay) == (0, False, None)
        assert float(optimizer.learning_rate) == np.float32(1e-4)


def test_what_layers_have_that_no_recipe_says(paper):
    layers = [layer for network in paper.networks.values() for layer in network.layers]
    norms = [layer for layer in layers if isinstance(layer, BatchNorm)]
    assert {(norm.momentum, norm.epsilon) for norm in norms} == {(0.9, 1e-3)}
    pools = [layer for layer in layers if isinstance(layer, keras.layers.MaxPooling2D)]
    assert {(pool.pool_size, pool.strides) for pool in pools} == {((3, 3), (2, 2))}
    kernels = [layer for layer in layers if isinstance(layer, keras.layers.Conv2D)]
    assert {type(layer.kernel_initializer) for layer in kernels} == {keras.initializers.GlorotUniform}


@pytest.mark.parametrize(("network", "full"), [("refiner", 1 + 5 * 4), ("critic", 4)])
def test_learning_rate_is_halved(network, full):
    optimizer = make(warm_up=1, refiner_updates=5, halve_at=4).optimizers[network]
    rates = []
    for update in (0, full - 1, full, 1000):
        optimizer.iterations.assign(update)
        rates.append(float(optimizer.learning_rate))
    np.testing.assert_allclose(rates, [RATE, RATE, RATE / 2, RATE / 2], rtol=1e-6)


def test_one_critic_update_is_plain_sgd_on_the_mean_loss():
    model = make(warm_up=0, refiner_updates=1, buffer=0)
    twin = make(warm_up=0, refiner_updates=1, buffer=0)
    train(model, 1)
    sources, targets = (tf.split(side, 2) for side in pairs(0, 8))
    twin.refiner.set_weights(model.refiner.get_weights())
    with tf.GradientTape() as tape:
        refined = twin.refiner(sources[1], training=True)
        logits = twin.critic(tf.concat([refined, targets[1]], axis=0), training=True)
        loss = local_cross_entropy(logits[:4], REFINED) + local_cross_entropy(logits[4:], REAL)
        objective = tf.reduce_mean(loss)
    gradients = tape.gradient(objective, [v.value for v in twin.critic.trainable_variables])
    expected = [v - RATE * g for v, g in zip(weights(twin.critic), gradients, strict=True)]
    for got, wanted in zip(weights(model.critic), expected, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-6)


def test_a_resumed_training_ends_in_the_same_bits(tmp_path):
    figures = {"warm_up": 1, "refiner_updates": 1, "blocks": 0}
    first, second = make(**figures), make(seed=99, **figures)
    Checkpoints(tmp_path, train(first, 4).state(), pytest.fail).save(4)
    assert Checkpoints(tmp_path, second.state(), pytest.fail).restore() == 4
    for straight, other in zip(values(train(first, 6)), values(train(second, 6)), strict=True):
        np.testing.assert_array_equal(straight, other)


def test_two_replicas_do_what_one_device_does_with_the_same_batches(two_replicas):
    """Statistics, image buffer and draws are of the whole batch: warm-up, then until the buffer is in use.

    Both replicas have the same buffer and the same statistics.
    """
    figures = {"warm_up": 1, "learning_rate": RATE / 10}
    single, two = make(**figures), make(two_replicas, **figures)
    for name, network in two.networks.items():
        network.set_weights(single.networks[name].get_weights())
    train(single, 4)
    data = lambda *which: shared(two_replicas, two, pairs(*which))  # noqa: E731
    train(two, 4, strategy=two_replicas, data=data)
    assert values(single)[-1].shape == (TINY["buffer"] * 4, *SHAPE)
    for got, wanted in zip(values(two), values(single), strict=True):
        np.testing.assert_allclose(got, wanted, atol=2e-5)
    for variable in (two.state()[-1], two.refiner.non_trainable_variables[0].value):
        first, second = (copy.numpy() for copy in two_replicas.experimental_local_results(variable))
        np.testing.assert_array_equal(first, second)


def shared(strategy, model, sides):
    """Give each replica its share of both sides, as the training loop does."""
    halves = [tf.split(side, 2) for side in by_replica(sides, model.batch_factor, 2)]
    return [
        strategy.experimental_distribute_values_from_function(
            lambda context, parts=parts: parts[context.replica_id_in_sync_group]
        )
        for parts in halves
    ]


@pytest.mark.slow
def test_the_differentiation_compiles():
    """In one adversarial step; a second one makes more of sums in another order on some processors."""
    model = make()
    model.jit = True
    other = train(make(), 3)
    train(model, 3)
    for got, wanted in zip(values(model), values(other), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-4)
