"""A GAN that memorizes eight images is above the gate, and one that saw many images once is not."""

import numpy as np
import pytest
from fabricated.preparation import CLASSES, preparation, record_preparation
from PIL import Image

from kgan.analyses.memorization import step as memorization
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import PATIENTS, POOLS
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.schema.base import Plugin
from kgan.schema.training import GanTrain
from kgan.serving.model_card import CardRecipe
from kgan.steps import export
from kgan.steps.export_gate import closed_pools
from kgan.steps.settings.export import ExportedModel, ExportSettings
from kgan.steps.settings.pools import GenerateSettings, PoolModel
from kgan.steps.settings.shared import ViewedPool, ViewSettings
from kgan.steps.settings.training import TrainGanSettings


def memorization_settings(**changes):
    pool = ViewedPool(name="gan", step="generate-gan", view=ViewSettings(), canvas=(16, 16))
    values = {"seed": 1, "pools": (pool,), "images": 400, "features": "pixels", "max_auc": 0.8}
    return MemorizationSettings(**{**values, **changes})


def blobs(count, seed):
    """Draw images of one bright ellipse each, anywhere, of any width, height and brightness."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[0:16, 0:16]
    place, size = draw.uniform(4, 12, (2, count, 1, 1)), draw.uniform(1.5, 4, (2, count, 1, 1))
    bright = draw.uniform(120, 255, (count, 1, 1))
    flat = bright * np.exp(-0.5 * (((y - place[0]) / size[0]) ** 2 + ((x - place[1]) / size[1]) ** 2))
    return flat.astype(np.uint8)[..., None]


def write(path, images, patients, labels=None, classes=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(path, image_shape=images.shape[1:], classes=classes, provenance={}) as store:
        n = len(images)
        store.append(images, [-1] * n if labels is None else labels, patients, np.arange(n))


def names(split, count, images):
    return np.repeat([f"{split}-{number}" for number in range(count)], images).tolist()


@pytest.fixture
def run(tmp_path):
    """A run's folder with steps as far as the tests need them."""

    class Run:
        out = tmp_path
        inputs = {"prepare": tmp_path / "prepare"}

        def prepare(self, patients, images=4, subjects=None):
            write(
                tmp_path / "prepare/train.h5", blobs(patients * images, 0), names("train", patients, images)
            )
            write(tmp_path / "prepare/validation.h5", blobs(40, 1), names("validation", 10, 4))
            write(tmp_path / "prepare/test.h5", blobs(40, 2), names("test", 10, 4))
            counts = {"train": patients, "validation": 10, "test": 10}
            parts = {split: [f"{split}-{n}" for n in range(count)] for split, count in counts.items()}
            record_preparation(tmp_path / "prepare", parts, subjects)

        def record(self, name, facts, settings=None):
            self.inputs = {**self.inputs, name: tmp_path / name}
            values = settings.to_json() if settings else {}
            manifest.write(tmp_path / name, {"step": name, "settings": values, "facts": facts, "outputs": {}})

        def pool(self, images, patients, name="generate-gan", **contents):
            write(tmp_path / name / "pool.h5", images, [""] * len(images), **contents)
            self.record(name, {"patients": patients})

        def step(self, module, name, settings):
            (tmp_path / name).mkdir(exist_ok=True)
            facts = module.run(StepContext(name, settings, self.inputs, tmp_path / name))
            self.record(name, {key: value for key, value in facts.items() if key != "publish"}, settings)
            return facts

        def search(self, **changes):
            """Return the closed pools."""
            return closed_pools(self.step(memorization, "privacy", memorization_settings(**changes)))

        def train(self, steps):
            from kgan.steps import generate
            from kgan.steps.training import train_gan

            parameters = {"architecture": "radford", "width": 0.06, "latent_size": 8, "learning_rate": 2e-3}
            settings = TrainGanSettings(
                seed=1, gan=Plugin(plugin="dcgan", parameters=parameters), loss=Plugin(plugin="original"),
                view=ViewSettings(), canvas=(16, 16), crop=0, classes=(), class_name=None, label=None,
                train=GanTrain(batch_size=8, steps=steps),
            )  # fmt: skip
            self.step(train_gan, "train-gan", settings)
            models = (PoolModel(step="train-gan", label=None, count=200),)
            self.step(generate, "generate-gan", GenerateSettings(seed=1, models=models, classes=()))

        def export(self):
            model = ExportedModel(name="gan", step="train-gan", kind="generator", pools=("gan",))
            recipe = CardRecipe(title="", name="", profile="", cite="")
            settings = ExportSettings(
                seed=1, models=(model,), gate="privacy", synthetic=False, recipe=recipe, licence=None
            )
            return self.step(export, "export", settings)

        def results(self):
            return POOLS.read(tmp_path / "privacy")

        def scores(self):
            return PATIENTS.read(tmp_path / "privacy")

    return Run()


def test_a_gan_that_memorizes_closes_the_gate(run):
    run.prepare(patients=2)
    run.train(steps=600)
    (closed,) = run.search()
    assert closed.auc > 0.9
    assert closed.reason.startswith("gan: training images are recognised with an AUC of ")
    assert "by pixels at 32x32, above max_auc 0.8" in closed.reason
    facts = run.export()
    assert facts["models"] == {} and "above max_auc 0.8" in facts["withheld"]["gan"]
    assert list((run.out / "export/models").iterdir()) == [run.out / "export/models/withheld.txt"]


def test_a_gan_that_saw_many_images_leaves_it_open(run):
    run.prepare(patients=60)
    run.train(steps=150)
    assert run.search() == ()
    (result,) = run.results()
    assert result.closed is False and result.low < 0.5 < result.high
    assert list(run.export()["models"]) == ["gan"]


def test_copies_of_one_patient_leak_that_patients_membership(run):
    run.prepare(patients=20)
    with_copies = np.concatenate([blobs(80, 0)[:4].repeat(10, axis=0), blobs(80, 7)])
    run.pool(with_copies, [f"train-{number}" for number in range(20)])
    assert run.search(features="random", max_auc=None) == ()
    assert [(result.features, result.closed) for result in run.results()] == [
        ("pixels at 32x32", None),
        ("random convolutions, seed 0", None),
    ]
    scores = run.scores()
    assert len(scores) == 2 * 20
    assert (scores[0].patient, scores[0].membership_score, scores[0].distance) == ("train-0", 1, 0)
    with Image.open(run.out / "privacy/pairs-gan.png") as figure:
        assert figure.width > 600


def test_each_class_is_judged_by_itself(run):
    """Copies in one class are not hidden by new images in the other."""
    run.prepare(patients=20)
    labels = np.arange(80) % 2
    for split, seed in (("train", 0), ("validation", 1), ("test", 2)):
        patients = names(split, 20, 4)
        write(run.out / "prepare" / f"{split}.h5", blobs(80, seed), patients, labels, ("no", "yes"))
    pool = np.where((labels == 1)[:, None, None, None], blobs(80, 0), blobs(80, 7))
    run.pool(pool, names("train", 20, 1), labels=labels, classes=("no", "yes"))
    (closed,) = run.search()
    assert (closed.pool, closed.class_name, closed.auc) == ("gan", "yes", 1.0)
    assert {result.class_name: result.closed for result in run.results()} == {"no": False, "yes": True}


def test_only_those_whom_the_pool_derives_from_are_members(run):
    run.prepare(patients=20)
    run.pool(blobs(80, 0)[:8].repeat(5, axis=0), ["train-0", "train-1"])
    run.search()
    (result,) = run.results()
    assert (result.training_patients, result.held_out_patients, result.auc) == (2, 20, 1)


def test_several_scans_of_a_person_are_one_patient(run):
    scans = {
        split: [f"{split}-{n}" for n in range(count)] for split, count in (("train", 20), ("validation", 10))
    }
    subjects = {
        scan: f"{split}-{number // 2}x" for split in scans for number, scan in enumerate(scans[split])
    }
    run.prepare(patients=20, subjects=subjects)
    run.pool(blobs(80, 0)[4:8].repeat(10, axis=0), scans["train"])
    run.search()
    (result,) = run.results()
    assert (result.training_patients, result.held_out_patients) == (10, 15)
    assert (result.training_images, result.held_out_images) == (80, 80)
    first, *others = run.scores()
    assert len(others) == 9
    assert (first.patient, first.scan, first.images) == ("train-0x", "train-1", 8)


def test_a_gate_that_cannot_judge_closes(run):
    run.prepare(patients=4)
    run.pool(blobs(40, 5), ["validation-0"])
    (closed,) = run.search()
    assert closed.auc is None and closed.features == ""
    assert closed.reason == (
        "gan: whether it leaks membership cannot be estimated: no training image of the class to compare with"
    )


def test_a_pool_of_test_patients_is_refused(run):
    run.prepare(patients=4)
    run.pool(blobs(40, 5), ["train-0", "test-3"])
    with pytest.raises(RunError, match="generate-gan derives from test patients: test-3"):
        run.search()


def test_other_channels_are_refused(run):
    run.prepare(patients=4)
    run.pool(blobs(40, 5).repeat(3, axis=3), ["train-0"])
    with pytest.raises(DataError, match="images of gan have 3 channels and the real ones 1"):
        run.search()


def test_it_says_before_anything_is_trained_whose_images_it_lacks(tmp_path):
    def texts(folder, **changes):
        return [limit.text for limit in memorization.limits("it", memorization_settings(**changes), folder)]

    assert texts(preparation(tmp_path / "p")) == []
    # The held-out patient of the validation and that of the test are two.
    assert texts(preparation(tmp_path / "one", patients=1)) == [
        f"no interval of class {name}, as there is one training patient" for name in CLASSES
    ]
    empty = preparation(tmp_path / "empty", validation=(0, 0), test=(0, 0))
    text = "no held-out image: whether images leak cannot be estimated"
    assert texts(empty) == [f"{text}, so no model is exported"]
    assert texts(empty, max_auc=None) == [text]
