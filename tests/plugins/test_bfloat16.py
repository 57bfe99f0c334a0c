"""Every network under bfloat16: what must stay float32, and sums that must not be added up in bfloat16."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan import registry
from kgan.testing import driver

#: Plugin -> kind, parameters and loss of small networks for images of 64x64 px.
NETWORKS = {
    "pggan": ("gans", {"latent_size": 8, "channels": dict.fromkeys((4, 8, 16, 32, 64), 8)}, "wgan_gp"),
    "dcgan": ("gans", {"architecture": "zoo", "width": 1 / 16, "latent_size": 8}, "dragan"),
    "wgan": ("gans", {"architecture": "multi_sequence", "width": 1 / 16}, "wgan"),
    "srresnet": (
        "gans",
        {"latent_size": 8, "width": 8, "blocks": 1, "critic_width": 8, "critic_blocks": 1},
        "original",
    ),
    "munit": ("gans", {"width": 1 / 16, "blocks": 1, "scales": 2}, None),
    "munit with styles": ("gans", {"width": 1 / 16, "blocks": 1, "scales": 2, "style": 4}, None),
    "munit residual": ("gans", {"width": 1 / 16, "blocks": 1, "scales": 2, "residual": True}, None),
    "simgan": ("gans", {"width": 1 / 8, "blocks": 1, "buffer": 2}, None),
    "simgan residual": ("gans", {"width": 1 / 8, "blocks": 1, "buffer": 2, "residual": True}, None),
    "resnet50": ("classifiers", {"width": 0.1, "blocks": (1, 1, 1, 1)}, None),
}
#: Operations that add up bfloat16 in bfloat16 on CPUs.
NARROW_SUMS = {"BiasAddGrad"}
#: Operations that statistics consist of; in bfloat16 networks have none but the derivative of a broadcast.
STATISTICS = {"Mean", "Rsqrt", "Sqrt", "SquaredDifference", "Softmax", "LogSoftmax", "Softplus"}


@pytest.fixture(autouse=True)
def _policy():
    yield
    keras.config.set_dtype_policy("float32")


def make(name, policy):
    kind, parameters, loss = NETWORKS[name]
    keras.utils.set_random_seed(1)
    keras.config.set_dtype_policy(policy)
    given = [registry.configure("losses", loss, {}).build()] if loss else []
    model = registry.configure(kind, name.partition(" ")[0], parameters).build((64, 64, 1), *given)
    if loss:
        # One update each: after the first one, weights differ.
        model.train_as(average=0.9, critic_updates=1, generator_updates=1)
    model.begin(seed=1)
    driver.enter_last_phase(model)
    return model


@functools.cache
def traced(name):
    """Return a model in bfloat16, what a step of it reports, and every operation of that step's graph."""
    model = make(name, "mixed_bfloat16")
    step = tf.function(model.train_step, autograph=False).get_concrete_function(driver.example(model, 0))
    graph = step.graph.as_graph_def()
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return model, step.structured_outputs, nodes


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_kept_and_what_leaves_the_networks_is_float32(name):
    model, reported, _ = traced(name)
    kept = [*model.state(), *(v for tracker in model.trackers.values() for v in tracker.variables)]
    assert {tf.as_dtype(variable.dtype) for variable in kept} <= {tf.float32, tf.int32, tf.int64}
    assert {value.dtype for value in reported.values()} == {tf.float32}
    for network in model.networks.values():
        assert {tf.as_dtype(output.dtype) for output in tf.nest.flatten(network.outputs)} == {tf.float32}


@pytest.mark.parametrize("name", NETWORKS)
def test_no_sum_or_statistic_is_computed_in_bfloat16(name):
    narrow = [node for node in traced(name)[2] if node.attr["T"].type == tf.bfloat16.as_datatype_enum]
    assert narrow
    assert {node.op for node in narrow} & (NARROW_SUMS | STATISTICS) == set()


@pytest.mark.parametrize("name", NETWORKS)
def test_losses_are_those_of_float32(name):
    def losses(policy):
        model = make(name, policy)
        return {key: float(value) for key, value in model.train_step(driver.example(model, 0)).items()}

    wide, half = losses("float32"), losses("mixed_bfloat16")
    # WGAN's is a difference of scores, which batch normalisation spreads: its first images are all alike.
    least = 0.1 if name == "wgan" else 0.02
    for key, value in wide.items():
        assert half[key] == pytest.approx(value, rel=0.05, abs=least), key
    assert half != wide


@pytest.mark.parametrize(
    ("name", "network"), [("pggan", "critic"), ("dcgan", "critic"), ("munit", "critics")]
)
def test_a_critics_gradient_is_that_of_float32(name, network):
    # Where biases' derivatives were added up in bfloat16, these differed by 0.17 and 0.29.
    def gradient(policy):
        steps = dict(driver.gradients(make(name, policy), images=8)[0])
        return np.concatenate([values.ravel() for values in steps[network]])

    wide, half = gradient("float32"), gradient("mixed_bfloat16")
    assert np.linalg.norm(half - wide) < 0.1 * np.linalg.norm(wide)
