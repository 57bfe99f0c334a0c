"""Each network that the paper profile names, built at its full size and trained one step."""

import numpy as np
import pytest
import tensorflow as tf

from kgan import recipe as recipes
from kgan.training import artefact


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    data = tmp_path_factory.mktemp("BRATS2016")
    loaded = recipes.load("two_step", profile="paper", data=data)
    return {step.name: step.settings for step in recipes.plan(loaded)}


def build(settings, kind, plugin, size, loss=None):
    about = {
        "kind": kind,
        "plugin": plugin["plugin"],
        "parameters": plugin["parameters"],
        "loss": loss,
        "image_shape": [*size, 1],
    }
    return artefact.build(about, settings["seed"])


def images(count, size):
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (count, *size, 1)), tf.float32)


def one_step(model, batch, phase=-1, steps=10):
    """Train one step of a phase; return what it reports after checking that every network moved."""
    model.begin(seed=1)
    phases = model.phases(steps)
    number = phase % len(phases)
    model.enter(number, 0, 1)
    before = {name: [v.numpy() for v in net.trainable_variables] for name, net in model.networks.items()}
    reported = {name: float(value) for name, value in model.train_step(batch).items()}
    for name, net in model.networks.items():
        after = [variable.numpy() for variable in net.trainable_variables]
        assert any((old != new).any() for old, new in zip(before[name], after, strict=True)), name
    assert all(np.isfinite(value) for value in reported.values())
    return reported


@pytest.mark.slow
def test_pggan(steps):
    settings = steps["train-pggan-tumor"]
    assert settings["canvas"] == [256, 256]
    model = build(settings, "gans", settings["gan"], settings["canvas"], settings["loss"])
    assert len(model.phases(1300)) == 13
    assert set(one_step(model, images(4, (256, 256)))) == {"critic_loss", "penalty", "generator_loss"}


@pytest.mark.slow
def test_simgan(steps):
    settings = steps["train-simgan-tumor"]
    assert settings["image_size"] == [224, 224]
    figures = settings["gan"]["parameters"]
    assert figures["refiner_updates"] == 5
    # Each costs the same seconds; that a step makes as many as it is told is shown by the plugin's own tests.
    gan = {**settings["gan"], "parameters": {**figures, "refiner_updates": 2}}
    model = build(settings, "gans", gan, settings["image_size"])
    pair = images(model.batch_factor, (224, 224))
    assert set(one_step(model, (pair, pair))) == {"regularisation", "realism", "critic_loss"}
    assert int(model.optimizers["refiner"].iterations) == 2
    assert int(model.optimizers["critic"].iterations) == 1


@pytest.mark.slow
def test_resnet50(steps):
    settings = steps["classify-1-real-scratch"]
    assert settings["image_size"] == [224, 224]
    model = build(settings, "classifiers", settings["classifier"], settings["image_size"])
    one_step(model, (images(4, (224, 224)), tf.constant([0, 1, 0, 1], tf.int64)))


def test_pretrained_resnet50_is_built_with_three_channels(steps):
    settings = steps["classify-1-real-pretrained"]
    assert settings["classifier"]["parameters"]["weights"] == "imagenet"
    model = build(settings, "classifiers", settings["classifier"], settings["image_size"])
    assert model.network.get_layer("conv1_conv").kernel.shape == (7, 7, 3, 64)
