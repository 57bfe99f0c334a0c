"""What the training of a refiner leaves: models after so many adversarial steps, and a log of these."""

import csv

import numpy as np
import pytest
from fabricated.core_settings import refiner_settings
from fabricated.preparation import preparation

from kgan.pipeline.context import StepContext
from kgan.schema.base import Plugin
from kgan.schema.training import RefinerTrain
from kgan.steps.checks.cohort_limits import Outcome
from kgan.steps.settings.training import TrainRefinerSettings
from kgan.steps.training import train_refiner
from kgan.training import model_files

GAN = {"width": 0.05, "blocks": 1, "warm_up": 3, "refiner_updates": 1, "buffer": 1, "learning_rate": 1e-2}
pytestmark = pytest.mark.usefixtures("no_bfloat16")


@pytest.fixture(scope="module")
def folder(small_run, tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("run"))


def context(folder, out, steps, snapshots=(), warm_up=3):
    settings = TrainRefinerSettings(
        gan=Plugin(plugin="simgan", parameters={**GAN, "warm_up": warm_up}),
        source="generate-pggan",
        classes=("non_tumor", "tumor"),
        class_name="tumor",
        label=1,
        images=10,
        image_size=(32, 32),
        flip=True,
        train=RefinerTrain(batch_size=2, steps=steps, precision="auto"),
        snapshots=snapshots,
        seed=3,
    )
    inputs = {name: folder / "steps" / name / "0" for name in ("prepare", "generate-pggan")}
    return StepContext("train-simgan-tumor", settings, inputs, out)


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("refiner")
    facts = train_refiner.run(context(folder, out, 4, (1, 2, 4)))
    return out, facts


def weights(folder, network):
    return [weight.numpy() for weight in model_files.load(folder).networks[network].trainable_variables]


def same(first, second):
    return all(np.array_equal(a, other) for a, other in zip(first, second, strict=True))


def test_snapshots_are_of_adversarial_steps(folder, trained, tmp_path):
    """The model after one step is that of a training of one step: its critic has been updated once."""
    out, _ = trained
    train_refiner.run(context(folder, tmp_path, 1))
    for network in ("refiner", "critic"):
        assert same(weights(out / "snapshots/1", network), weights(tmp_path, network))
        assert same(weights(out / "snapshots/4", network), weights(out, network))


def test_the_first_snapshot_has_met_the_critic(folder, trained, tmp_path):
    out, _ = trained
    recipe = model_files.read_config(out)
    assert recipe["precision"] == "float32"
    untrained = model_files.build(recipe, 3)
    untouched = [weight.numpy() for weight in untrained.networks["critic"].trainable_variables]
    critics = [weights(place, "critic") for place in (out / "snapshots/1", out / "snapshots/2", out)]
    assert not same(untouched, critics[0])
    assert not same(critics[0], critics[1]) and not same(critics[1], critics[2])


def test_the_log_counts_adversarial_steps(trained):
    out, facts = trained
    with (out / "log.csv").open(newline="") as file:
        rows = [(int(row["step"]), row["phase"]) for row in csv.DictReader(file)]
    assert rows == [(0, "refiner alone"), (4, "adversarial")]
    assert facts["steps"] == 4
    # Three warm-up steps of two images, then four of two updates with two images each.
    assert facts["images_seen"] == 3 * 2 + 4 * 2 * 2
    assert facts["images"] == facts["source_images"] == 10
    assert "CPU" in facts["devices"] and facts["devices"].endswith("XLA off")


def test_it_learns_from_one_class_of_the_training_split(trained):
    _, facts = trained
    assert set(facts["patients"]) <= {f"train-{number}" for number in range(9)}


def test_of_fewer_real_images_all_are_taken(tmp_path):
    prepared = preparation(tmp_path / "p")
    (limit,) = train_refiner.limits("it", refiner_settings(images=200), prepared)
    assert limit.outcome is Outcome.REDUCED
    assert limit.text == "30 real images instead of 200 (images_per_class)"
    assert train_refiner.limits("it", refiner_settings(label=0, images=40), prepared) == []
