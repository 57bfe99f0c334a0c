"""What the training of a GAN leaves: the model, its log, and what it learnt from."""

import csv

import numpy as np
import pytest
from fabricated.core_settings import gan_settings
from fabricated.preparation import preparation
from PIL import Image

from kgan.errors import DataError, RunError
from kgan.pipeline.context import StepContext
from kgan.schema.base import Plugin
from kgan.schema.data import ViewSettings
from kgan.schema.training import GanTrain
from kgan.steps.checks.cohort_limits import Outcome
from kgan.steps.settings.training import TrainGanSettings
from kgan.steps.training import train_gan
from kgan.training import model_files

pytestmark = pytest.mark.usefixtures("no_bfloat16")
WIDTH = {"width": 1 / 32, "latent_size": 8}


@pytest.fixture(scope="module")
def folder(small_run, tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("run"))


def context(folder, out, *, plugin="dcgan", loss="original", label=1, train=None, compute=None):
    settings = TrainGanSettings(
        gan=Plugin(plugin=plugin, parameters=WIDTH),
        loss=Plugin(plugin=loss),
        view=ViewSettings(),
        canvas=(16, 16),
        crop=4,
        classes=("non_tumor", "tumor"),
        class_name=None,
        label=label,
        train=GanTrain(**{"precision": "auto", **(train or {"batch_size": 4, "steps": 2})}),
        seed=3,
    )
    inputs = {"prepare": folder / "steps" / "prepare" / "0"}
    return StepContext("train-gan-tumor", settings, inputs, out, compute=compute or {})


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("gan")
    return out, train_gan.run(context(folder, out))


def test_it_learns_from_one_class_of_the_training_split(trained):
    _, facts = trained
    assert facts["images"] == 60  # of 120 slices of two classes
    assert set(facts["patients"]) <= {f"train-{number}" for number in range(9)}
    assert facts["sequences"] == "t1c"


@pytest.fixture
def lengths(monkeypatch):
    """Steps of each training, none of which is done: only its facts count."""
    from kgan.training import fit

    lengths = []
    monkeypatch.setattr(fit, "fit", lambda model, batches, how, progress: lengths.append(how.steps))
    return lengths


def test_without_a_label_it_learns_from_all(folder, tmp_path, lengths):
    train = {"batch_size": 4, "epochs": 1}
    facts = train_gan.run(context(folder, tmp_path, label=None, train=train))
    assert facts["images"] == 120 and lengths == [120 // 4]


def test_what_it_leaves(trained):
    out, facts = trained
    assert model_files.read_config(out)["precision"] == "float32"
    assert facts["precision"].startswith("float32 (auto: ")
    model = model_files.load(out)
    assert model.sample(model.sample_latents(2, np.array([1, 0]))).shape == (2, 16, 16, 1)
    with (out / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["2"]
    assert {"critic_loss", "generator_loss"} <= rows[0].keys()
    with Image.open(out / "samples.png") as samples:
        assert samples.width == samples.height  # 8 x 8 images
    assert (out / facts["publish"]["figures/interpolation-gan-tumor.png"]).exists()


@pytest.mark.parametrize(
    ("plugin", "loss", "train", "steps", "generator", "seen"),
    [
        # 60 images in batches of 4: 15 steps an epoch, whatever the updates of a step.
        ("dcgan", "original", {"epochs": 2}, 30, 30, 30 * 4),
        ("wgan", "wgan", {"epochs": 2, "critic_updates": 5}, 30, 30, 30 * 4 * 5),
        ("dcgan", "original", {"epochs": 2, "generator_updates": 3}, 30, 90, 30 * 4),
        ("dcgan", "original", {"steps": 7, "critic_updates": 2}, 7, 7, 7 * 4 * 2),
    ],
    ids=["dcgan", "five-critic-updates", "three-generator-updates", "steps"],
)
def test_an_epoch_is_a_step_for_each_batch(
    folder, tmp_path, lengths, plugin, loss, train, steps, generator, seen
):
    """WGAN's generator is updated as often as DCGAN's in the same epochs."""
    facts = train_gan.run(
        context(folder, tmp_path, plugin=plugin, loss=loss, train={"batch_size": 4, **train})
    )
    assert lengths == [steps]
    assert (facts["steps"], facts["generator_updates"], facts["images_seen"]) == (steps, generator, seen)


def test_the_paper_epochs_of_both_gans_of_multi_sequence():
    """100 epochs of 220 patients' 70 slices in batches of 64: 24,062 steps of DCGAN and of WGAN."""
    for updates in (1, 5):
        train = GanTrain(batch_size=64, epochs=100, critic_updates=updates)
        assert train_gan.training_steps(train, 220 * 70) == 24_062


def test_what_it_cannot_learn_from_is_refused_before(tmp_path):
    prepared = preparation(tmp_path / "p", size=10)
    (limit,) = train_gan.limits("it", gan_settings(), prepared)
    assert limit.outcome is Outcome.REFUSED
    assert limit.text.startswith("images of 10x10 px on a canvas of 8x8, moved within 0 px")
    assert train_gan.limits("it", gan_settings(canvas=(12, 12)), prepared) == []
    (limit,) = train_gan.limits("it", gan_settings(canvas=(12, 12), crop=3), prepared)
    assert limit.outcome is Outcome.REFUSED
    none = preparation(tmp_path / "none", train=(5, 0))
    (limit,) = train_gan.limits("it", gan_settings(), none)
    assert limit.outcome is Outcome.REFUSED and "class 1" in limit.text


def test_a_batch_larger_than_the_images_is_a_limit(tmp_path):
    prepared, smaller = preparation(tmp_path / "p", size=10), ViewSettings(image_size=(8, 8))
    assert train_gan.limits("it", gan_settings(view=smaller), prepared) == []
    (limit,) = train_gan.limits("it", gan_settings(view=smaller, batch=64), prepared)
    assert limit.outcome is Outcome.REDUCED and limit.text.startswith("a batch of 64 (batch_size)")


def test_a_class_without_images_is_refused(folder, tmp_path):
    with pytest.raises(DataError, match="class"):
        train_gan.run(context(folder, tmp_path, label=2))


def test_a_test_patient_among_the_training_images_is_refused(small_run, tmp_path):
    from kgan.pipeline.records import manifest

    folder = small_run(tmp_path / "run")
    prepare = folder / "steps" / "prepare" / "0"
    record = manifest.read(prepare)
    record["facts"]["subjects"] = {"train-3": "one person", "test-2": "one person"}
    manifest.write(prepare, record)
    with pytest.raises(RunError, match="derives from test patients: train-3"):
        train_gan.run(context(folder, tmp_path / "gan"))


def test_batches_that_all_devices_cannot_share_are_shared_by_fewer(
    folder, tmp_path, two_replicas, lengths, monkeypatch
):
    """MUNIT's batch of 1 and SimGAN's of 10 stopped runs on machines with several GPUs.

    Training on two replicas is tried in `tests/training/test_fit.py` and by the laws of GANs.
    """
    monkeypatch.setattr("tensorflow.distribute.MirroredStrategy", lambda devices: two_replicas)
    facts = {
        batch: train_gan.run(
            context(
                folder,
                tmp_path / str(batch),
                train={"batch_size": batch, "steps": 1},
                compute={"strategy": "mirrored"},
            )
        )
        for batch in (3, 4)
    }
    assert facts[3]["devices"].startswith("on 1 of 2 CPUs, the largest number that divides a batch of 3")
    assert facts[4]["devices"].startswith("on 2 of 2 CPUs;")
