import numpy as np
import pytest
import tensorflow as tf
from fabricated.preparation import CLASSES, preparation

from kgan.analyses.recognition import step as recognition
from kgan.analyses.recognition.settings import RecognitionSettings, RecognizedPool
from kgan.analyses.recognition.tables import RECOGNIZED
from kgan.data.store.store import StoreWriter
from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.stats.predictions import TEST_FILE, Predictions, write_predictions
from kgan.training import model_files


class Brightness:
    """A classifier by grey value: from 128 on an image is a tumour."""

    image_shape = (4, 4, 1)

    def scores(self, images):
        return tf.reduce_mean(images, axis=(1, 2, 3)) / 2 + 0.5


def record(folder, patients):
    manifest.write(folder, {"step": folder.name, "facts": {"patients": patients}, "outputs": {}})


@pytest.fixture
def context(tmp_path, monkeypatch):
    """A pool of 10 images a class, of which 2 of the tumour class are dark, and test images."""
    prepared = preparation(tmp_path / "prepare")
    pool, classifier, out = (tmp_path / name for name in ("pool", "classify", "out"))
    for folder in (pool, classifier, out):
        folder.mkdir()
    labels = np.repeat([0, 1], 10)
    greys = np.where(labels == 1, 200, 50)
    greys[[12, 15]] = 50
    with StoreWriter(pool / "pool.h5", image_shape=(8, 8, 1), classes=CLASSES, provenance={}) as store:
        images = np.broadcast_to(greys[:, None, None, None], (20, 8, 8, 1)).astype(np.uint8)
        store.append(images, labels, [""] * 20, [-1] * 20)
    # Of four tumours and four others of two patients, three and four are recognised.
    truth = np.repeat([0, 1], 4)
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.4, 0.6, 0.7, 0.8])
    patients = np.array(["test-0", "test-1"] * 4)
    write_predictions(classifier / TEST_FILE, Predictions(patients, np.arange(8), truth, scores))
    for folder in (pool, classifier):
        record(folder, ["train-0", "train-1"])
    monkeypatch.setattr(model_files, "load", lambda folder: Brightness())

    def make(images=500):
        settings = RecognitionSettings(
            seed=1, pools=(RecognizedPool(name="pggan", step="pool"),), classifier="classify", setup="1 real",
            center_crop=False, classes=CLASSES, images=images,
        )  # fmt: skip
        inputs = {"prepare": prepared, "pool": pool, "classify": classifier}
        return StepContext("recognize", settings, inputs, out)

    return make


def test_shares_of_each_class_stand_beside_those_of_real_test_images(context):
    made = context()
    facts = recognition.run(made)
    assert facts["images"] == 28 and facts["patients"] == ["train-0", "train-1"]
    rows = {(row.image_set, row.class_name): row for row in RECOGNIZED.read(made.out)}
    assert list(rows) == [
        ("real", "non_tumor"), ("real", "tumor"), ("pggan", "non_tumor"), ("pggan", "tumor")
    ]  # fmt: skip
    assert (rows["real", "tumor"].recognized, rows["real", "tumor"].images) == (3, 4)
    tumor = rows["pggan", "tumor"]
    assert (tumor.recognized, tumor.images, tumor.share) == (8, 10, 0.8)
    assert tumor.of_real == pytest.approx(0.8 / 0.75, rel=1e-4)
    # Wilson's interval of 8 of 10.
    assert (tumor.low, tumor.high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert rows["pggan", "non_tumor"].share == 1.0


def test_no_more_images_are_classified_than_wanted(context):
    made = context(images=3)
    recognition.run(made)
    rows = [row for row in RECOGNIZED.read(made.out) if row.image_set == "pggan"]
    assert [row.images for row in rows] == [3, 3]
    assert [row.recognized for row in rows] == [3, 2]


@pytest.mark.parametrize("step", ["pool", "classify"])
def test_what_derives_from_a_test_patient_is_refused(context, step):
    made = context()
    record(made.inputs[step], ["train-0", "test-1"])
    with pytest.raises(RunError, match="test-1"):
        recognition.run(made)
    assert not (made.out / RECOGNIZED.file).exists()
