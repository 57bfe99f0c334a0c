"""What training steps share."""

import json
from types import SimpleNamespace

import keras
import pytest
from fabricated.steps import AnySettings

from kgan import registry
from kgan.nn import precision
from kgan.pipeline.context import StepContext
from kgan.steps.training.model_setup import trainer
from kgan.training import strategy
from kgan.training.strategy import Devices

DCGAN = {"architecture": "radford", "width": 1 / 32, "latent_size": 8}


@pytest.fixture
def requested(monkeypatch, two_replicas):
    """The batch and group that devices were chosen for; two replicas and XLA are what is chosen."""
    choice = SimpleNamespace()

    def devices(compute, batch, group):
        choice.batch, choice.group = batch, group
        return Devices(two_replicas, True, "2 of 2 GPUs")

    monkeypatch.setattr(strategy, "devices", devices)
    return choice


def made(tmp_path, batch, plugin, parameters, **more):
    recipe = {"kind": "gans", "plugin": plugin, "parameters": parameters, "image_shape": [16, 16, 1], **more}
    context = StepContext("train-x", AnySettings(seed=1), {}, tmp_path)
    return trainer(context, recipe, batch, "no image")


@pytest.mark.parametrize(
    ("plugin", "parameters", "loss", "group", "xla"),
    [
        ("pggan", {"latent_size": 8, "channels": {4: 4, 8: 4, 16: 4}}, "wgan_gp", 4, "on"),
        ("dcgan", DCGAN, "original", 1, "off"),
        ("dcgan", {**DCGAN, "architecture": "zoo"}, "original", 4, "off"),
        ("dcgan", {**DCGAN, "similarity": "discrimination"}, "original", 8, "off"),
    ],
    ids=["pggan", "radford", "zoo", "discrimination"],
)
def test_groups_stay_whole_and_shared_statistics_are_not_compiled(
    tmp_path, requested, plugin, parameters, loss, group, xla
):
    training = made(tmp_path, 8, plugin, parameters, loss={"plugin": loss})
    assert (requested.batch, requested.group) == (8, group)
    assert training.facts["devices"] == f"on 2 of 2 GPUs; XLA {xla}"


@pytest.fixture
def auto(tmp_path, monkeypatch):
    """Makes a training with ``precision: auto`` of a GAN that was compared in bfloat16, in a folder."""
    monkeypatch.setattr(registry.config_class("gans", "dcgan"), "shown_in_bfloat16", True)

    def train(flag):
        (tmp_path / "cpuinfo").write_text(f"flags : {flag}")
        monkeypatch.setattr(precision.is_native_here, "__defaults__", (tmp_path / "cpuinfo",))
        return made(tmp_path, 8, "dcgan", DCGAN, loss={"plugin": "original"}, precision="auto")

    yield train
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize(("flag", "expected"), [("avx512_bf16", "bfloat16"), ("avx2", "float32")])
def test_auto_is_what_the_machine_has(auto, flag, expected):
    training = auto(flag)
    assert training.recipe["precision"] == expected
    assert training.facts["precision"].startswith(f"{expected} (auto: ")
    assert training.model.critic.layers[1].compute_dtype == expected


def test_a_training_keeps_the_precision_that_it_began_with(auto, tmp_path):
    checkpoint = tmp_path / "checkpoints" / "10.json"
    checkpoint.parent.mkdir()
    checkpoint.write_text(json.dumps({"precision": "bfloat16"}))
    assert auto("avx2").facts["precision"] == "bfloat16 (auto: the training began so)"
