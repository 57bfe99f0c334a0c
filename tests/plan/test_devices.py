"""What the plan says of devices, without TensorFlow."""

import pytest

from kgan import registry
from kgan.plan.devices import device_lines, training_runs
from kgan.recipe import load

PAPER = {
    "two_step": {"pggan": (16, 4), "munit": (1, 1), "simgan": (10, 1), "classifiers": (96, 1)},
    "infinite_brain": {"pggan": (16, 4), "classifiers": (192, 1)},
}


@pytest.mark.parametrize("name", PAPER)
def test_batches_and_groups_of_the_paper(name, tmp_path):
    recipe = load(name, profile="paper", data=tmp_path)
    assert {sharing.name: (sharing.batch, sharing.group) for sharing in training_runs(recipe)} == PAPER[name]


def test_groups_follow_from_how_a_critic_compares_images(tmp_path):
    recipe = load("mri_generation", profile="paper", data=tmp_path)
    groups = {sharing.name: sharing.group for sharing in training_runs(recipe)}
    assert {groups[f"dcgan_{loss}"] for loss in ("original", "wgan", "dragan")} == {4}
    assert groups["srresnet_dragan"] == 1 and groups["progan_wgan_gp"] == 4
    whole = load("multi_sequence", overrides=["gans.dcgan_t1.parameters.similarity=discrimination"])
    sharing = {share.name: share for share in training_runs(whole)}
    assert sharing["dcgan_t1"].group == sharing["dcgan_t1"].batch and sharing["dcgan_t2"].group == 1


@pytest.mark.parametrize(
    ("devices", "line"),
    [
        ("1", "devices: one GPU for each training, where there are GPUs; this machine has {}"),
        ("[0, 3]", "devices: one of the GPUs 0, 3 for each training (compute.devices); this machine has {}"),
        (
            "8",
            "devices: of 8 GPUs each training takes as many as share its batch evenly: pggan 4, munit 1, "
            "simgan 5, classifiers 8; this machine has {}",
        ),
    ],
    ids=["one", "list", "several"],
)
@pytest.mark.parametrize(("gpus", "here"), [(0, "no GPU"), (1, "1 GPU"), (8, "8 GPUs")])
def test_the_line_follows_the_recipe_and_names_this_machine(tmp_path, devices, line, gpus, here):
    recipe = load("two_step", profile="paper", data=tmp_path, overrides=[f"compute.devices={devices}"])
    assert device_lines(recipe, gpus) == [line.format(here)]


def test_a_plugin_whose_replicas_disagree_is_given_one_device(tmp_path, monkeypatch):
    declared = {"replicas_agree": "its statistics are of a replica's images"}
    for kind, name in (("gans", "pggan"), ("gans", "munit"), ("gans", "simgan"), ("classifiers", "resnet50")):
        monkeypatch.setattr(registry.config_class(kind, name), "exceptions", declared)
    recipe = load("two_step", profile="paper", data=tmp_path, overrides=["compute.devices=8"])
    assert "pggan, munit, simgan, classifiers 1;" in device_lines(recipe, 8)[0]
