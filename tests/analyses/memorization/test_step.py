"""A GAN that learns eight images by heart is told by the gate, and one that saw many images once is not."""

import csv

import numpy as np
import pytest
from PIL import Image

from kgan.analyses.memorization import step as privacy
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RunError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.steps import export

SEEN = {"view": None, "canvas": [16, 16], "crop": 0}


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

        def prepare(self, patients, images=4):
            write(
                tmp_path / "prepare/train.h5", blobs(patients * images, 0), names("train", patients, images)
            )
            write(tmp_path / "prepare/validation.h5", blobs(40, 1), names("validation", 10, 4))
            write(tmp_path / "prepare/test.h5", blobs(40, 2), names("test", 10, 4))
            counts = {"train": patients, "validation": 10, "test": 10}
            parts = {split: [f"{split}-{n}" for n in range(count)] for split, count in counts.items()}
            about = {"kind": "prepare", "facts": {"patients": parts}, "outputs": {}}
            manifest.write(tmp_path / "prepare", about)

        def made(self, step, facts=None, settings=None):
            self.inputs = {**self.inputs, step: tmp_path / step}
            about = {"step": step, "settings": settings or {}, "facts": facts or {}, "outputs": {}}
            manifest.write(tmp_path / step, about)

        def pool(self, images, patients, name="generate-gan", **about):
            write(tmp_path / name / "pool.h5", images, [""] * len(images), **about)
            self.made(name, {"patients": patients})

        def context(self, name, **settings):
            (tmp_path / name).mkdir(exist_ok=True)
            return StepContext(name, {"seed": 1, **settings}, self.inputs, tmp_path / name)

        def step(self, module, name, **settings):
            facts = module.run(self.context(name, **settings))
            self.made(name, {key: value for key, value in facts.items() if key != "publish"}, settings)
            return facts

        def privacy(self, **settings):
            pools = [{"name": "gan", "step": "generate-gan", **SEEN}]
            asked = {"pools": pools, "images": 400, "features": "pixels", "max_auc": 0.8, **settings}
            return self.step(privacy, "privacy", **asked)

        def train(self, steps):
            from kgan.steps import generate, train_gan

            parameters = {"architecture": "radford", "width": 0.06, "latent_size": 8, "learning_rate": 2e-3}
            about = {
                "gan": {"plugin": "dcgan", "parameters": parameters},
                "loss": {"plugin": "original", "parameters": {}},
                "train": {"batch_size": 8, "steps": steps},
                "label": None,
                **SEEN,
            }
            self.step(train_gan, "train-gan", **about)
            models = [{"step": "train-gan", "label": None, "count": 200}]
            self.step(generate, "generate-gan", models=models, classes=[])

        def export(self):
            models = [{"name": "gan", "step": "train-gan", "kind": "generator", "pools": ["gan"]}]
            return self.step(export, "export", models=models, gate="privacy", synthetic=False, recipe={})

        def table(self, name="privacy.csv"):
            with (tmp_path / "privacy" / name).open() as file:
                return list(csv.DictReader(file))

    return Run()


def test_a_gan_that_learns_by_heart_closes_the_gate(run):
    run.prepare(patients=2)
    run.train(steps=300)
    (closed,) = run.privacy()["closed"]
    assert closed["auc"] > 0.9
    assert "gan: training images are told from held-out ones with an AUC of " in closed["reason"]
    assert "by pixels at 32x32, above max_auc 0.8" in closed["reason"]
    facts = run.export()
    assert facts["models"] == {} and "above max_auc 0.8" in facts["withheld"]["gan"]
    assert list((run.out / "export/models").iterdir()) == [run.out / "export/models/withheld.txt"]


def test_a_gan_that_saw_many_images_leaves_it_open(run):
    run.prepare(patients=60)
    run.train(steps=150)
    assert run.privacy()["closed"] == []
    (row,) = run.table()
    assert row["closed"] == "no" and float(row["low"]) < 0.5 < float(row["high"])
    assert list(run.export()["models"]) == ["gan"]


def test_copies_of_one_patient_expose_that_patient(run):
    run.prepare(patients=20)
    with_copies = np.concatenate([blobs(80, 0)[:4].repeat(10, axis=0), blobs(80, 7)])
    run.pool(with_copies, [f"train-{number}" for number in range(20)])
    facts = run.privacy(features="random", max_auc=None)
    assert facts["closed"] == [] and {row["closed"] for row in run.table()} == {""}
    assert [row["features"] for row in run.table()] == [
        "pixels at 32x32",
        "random convolutions, seed 0",
    ]
    exposed = run.table("exposed.csv")
    assert len(exposed) == 2 * 20
    assert (exposed[0]["patient"], exposed[0]["exposure"], exposed[0]["distance"]) == ("train-0", "1", "0")
    with Image.open(run.out / "privacy/pairs-gan.png") as figure:
        assert figure.width > 800


def test_each_class_is_judged_by_itself(run):
    """Copies in one class are not hidden by new images in the other."""
    run.prepare(patients=20)
    labels = np.arange(80) % 2
    for split, seed in (("train", 0), ("validation", 1), ("test", 2)):
        patients = names(split, 20, 4)
        write(run.out / "prepare" / f"{split}.h5", blobs(80, seed), patients, labels, ("no", "yes"))
    pool = np.where((labels == 1)[:, None, None, None], blobs(80, 0), blobs(80, 7))
    run.pool(pool, names("train", 20, 1), labels=labels, classes=("no", "yes"))
    (closed,) = run.privacy()["closed"]
    assert (closed["pool"], closed["class"], closed["auc"]) == ("gan", "yes", 1.0)
    assert {row["class"]: row["closed"] for row in run.table()} == {"no": "no", "yes": "yes"}


def test_only_those_whom_the_pool_derives_from_are_members(run):
    run.prepare(patients=20)
    run.pool(blobs(80, 0)[:8].repeat(5, axis=0), ["train-0", "train-1"])
    run.privacy()
    (row,) = run.table()
    assert (row["training_patients"], row["held_out_patients"], row["auc"]) == ("2", "20", "1")


def test_several_scans_of_a_person_are_one_patient(run):
    run.prepare(patients=20)
    about = manifest.read(run.out / "prepare")
    scans = {split: about["facts"]["patients"][split] for split in ("train", "validation")}
    subjects = {
        scan: f"{split}-{number // 2}x" for split in scans for number, scan in enumerate(scans[split])
    }
    about["facts"]["subjects"] = subjects
    manifest.write(run.out / "prepare", about)
    run.pool(blobs(80, 0)[4:8].repeat(10, axis=0), scans["train"])
    run.privacy()
    (row,) = run.table()
    assert (row["training_patients"], row["held_out_patients"]) == ("10", "15")
    assert (row["training_images"], row["held_out_images"]) == ("80", "80")
    first, *others = run.table("exposed.csv")
    assert len(others) == 9
    assert (first["patient"], first["scan"], first["images"]) == ("train-0x", "train-1", "8")


def test_a_gate_that_cannot_judge_closes(run):
    run.prepare(patients=4)
    run.pool(blobs(40, 5), ["validation-0"])
    (closed,) = run.privacy()["closed"]
    assert closed["reason"] == (
        "gan: whether it gives training patients away cannot be told: no training image of the kind to hold "
        "against"
    )


def test_a_pool_of_test_patients_is_refused(run):
    run.prepare(patients=4)
    run.pool(blobs(40, 5), ["train-0", "test-3"])
    with pytest.raises(RunError, match="generate-gan derives from test patients: test-3"):
        run.privacy()


def test_other_channels_are_refused(run):
    run.prepare(patients=4)
    run.pool(blobs(40, 5).repeat(3, axis=3), ["train-0"])
    with pytest.raises(DataError, match="images of gan have 3 channels and the real ones 1"):
        run.privacy()
