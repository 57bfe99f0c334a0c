"""What training steps share."""

from types import SimpleNamespace

import pytest
from fabricated.steps import AnySettings

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
