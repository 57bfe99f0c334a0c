"""What steps ask for: GPUs by the kind of step, threads by the recipe."""

import pytest

from kgan import recipe as recipes
from kgan.errors import RunError
from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.execution.demand import Demands
from kgan.plan import plan


@pytest.fixture(scope="module")
def settings():
    return {step.kind: step.settings for step in plan(recipes.load("two_step"))}


@pytest.mark.parametrize(
    ("kind", "gpus"),
    [("train_gan", 2), ("train_refiner", 2), ("classify", 2), ("generate", 1), ("refine", 1), ("curate", 1)]
    + [("measure", 1), ("prepare", 0), ("compare", 0), ("embed", 0), ("turing", 0), ("report", 0)],
)
def test_training_steps_take_the_gpus_that_share_their_batch_and_tables_none(settings, kind, gpus):
    assert Demands({"devices": 2}, gpus=4).of(settings[kind]) == Demand(gpus, 4.0)


def test_a_training_of_batch_1_holds_one_gpu_although_two_are_given():
    munit = next(step for step in plan(recipes.load("two_step")) if step.name == "train-munit-tumor")
    assert Demands({"devices": 2}, gpus=4).of(munit.settings) == Demand(1)


def test_the_networks_of_the_paper_need_more_memory_than_those_of_the_demo(tmp_path):
    paper = {step.name: step for step in plan(recipes.load("two_step", profile="paper", data=tmp_path))}
    demands = Demands({}, gpus=0)
    large = {name for name, step in paper.items() if demands.of(step.settings).gigabytes == 10.0}
    assert {"train-pggan-tumor", "train-munit-tumor", "train-simgan-tumor"} <= large
    assert not {"prepare", "generate-pggan", "compare", "report"} & large


def test_each_training_has_one_gpu_by_default_and_none_where_there_is_none(settings):
    assert Demands({}, gpus=4).of(settings["train_gan"]).gpus == 1
    assert Demands({}, gpus=0).of(settings["train_gan"]).gpus == 0
    assert Demands({"devices": ["0", "3"]}, gpus=2).of(settings["train_gan"]).gpus == 1


@pytest.mark.parametrize("gpus", [0, 2])
def test_more_gpus_than_there_are_are_refused(gpus):
    with pytest.raises(RunError, match=f"compute.devices: each training asks for 3 GPUs; found {gpus}"):
        Demands({"devices": 3}, gpus=gpus)


def test_gpus_by_step_are_those_of_each_demand():
    gpus = Demands({"devices": 2}, gpus=4).gpus(plan(recipes.load("two_step")))
    assert (gpus["train-pggan-tumor"], gpus["train-munit-tumor"], gpus["measure"], gpus["prepare"]) == (
        2,
        1,
        1,
        0,
    )
