"""What the training of a classifier leaves: its scores of each validation and test image, and itself."""

import numpy as np
import pytest

from kgan.data.resize import resize
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.schema.base import Plugin
from kgan.schema.data import Classic
from kgan.schema.training import ClassifierTrain
from kgan.stats.predictions import read_predictions
from kgan.steps.classification import classify
from kgan.steps.settings.classify import ClassifySettings, SourceSettings
from kgan.training import model_files
from kgan.training.log import read_losses

pytestmark = pytest.mark.usefixtures("no_bfloat16")
SIZE = (16, 16)


@pytest.fixture(scope="module")
def folder(small_run, tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("run"))


def source(name, kind, count=None, **more):
    steps = {"real": "prepare", "classic": "prepare", "pool": "generate-pggan"}
    return SourceSettings(name=name, kind=kind, count=count, step=steps[kind], **more)


def context(folder, out, sources, **train):
    settings = ClassifySettings(
        sources=sources,
        classic=Classic(),
        classifier=Plugin(plugin="resnet50", parameters={"width": 0.05, "blocks": [1, 1, 1, 1]}),
        image_size=SIZE,
        center_crop=False,
        classes=("non_tumor", "tumor"),
        train=ClassifierTrain(**{"batch_size": 20, "epochs": 2, "patience": 2, "precision": "auto", **train}),
        seed=6,
    )
    inputs = {name: folder / "steps" / name / "0" for name in ("prepare", "generate-pggan")}
    return StepContext("classify-mine", settings, inputs, out)


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("classifier")
    sources = [
        source("real", "real", patients=3),
        source("classic", "classic", 30),
        source("pggan", "pool", 40),
    ]
    return out, classify.run(context(folder, out, sources))


@pytest.mark.parametrize(("table", "split"), [("predictions", "test"), ("validation", "validation")])
def test_every_image_of_a_split_is_judged_by_the_model_that_is_kept(folder, trained, table, split):
    out, _ = trained
    predictions = read_predictions(out / f"{table}.csv")
    with ImageStore(folder / "steps" / "prepare" / "0" / f"{split}.h5") as store:
        images = to_model(resize(store.images(np.arange(len(store))), SIZE))
        assert predictions.patients.tolist() == store.patients.tolist()
        assert predictions.slices.tolist() == store.slices.tolist()
        assert predictions.truth.tolist() == store.labels.tolist()
    np.testing.assert_allclose(predictions.scores, model_files.load(out).scores(images), atol=1e-5)


def test_what_it_learnt_from(folder, trained):
    _, facts = trained
    with ImageStore(folder / "steps" / "prepare" / "0" / "train.h5") as store:
        counts = np.unique(store.patients, return_counts=True)[1]
    real = facts["sources"].pop("real")
    assert 3 * counts.min() <= real <= 3 * counts.max()
    assert facts["sources"] == {"classic": 30, "pggan": 40}
    # In batches of 20; the last one of an epoch is filled up.
    steps = -(-(real + 30 + 40) // 20)
    assert facts["epochs"] == 2 and facts["images_seen"] == 2 * steps * 20
    # Validation images decide when it stops: it derives from their patients too.
    validated = {"validation-0", "validation-1"}
    assert set(facts["patients"]) == {f"train-{number}" for number in range(9)} | validated


def test_the_best_epoch_is_that_of_the_least_log_loss(trained):
    out, facts = trained
    losses = [row.figures["validation_loss"] for row in read_losses(out / "epochs.csv")]
    assert facts["best_epoch"] == 1 + int(np.argmin(losses))
    predictions = read_predictions(out / "validation.csv")
    right = np.where(predictions.truth == 1, predictions.scores, 1 - predictions.scores)
    assert -np.log(right).mean() == pytest.approx(min(losses), rel=1e-3)


def test_more_patients_than_there_are_is_refused(folder, tmp_path):
    with pytest.raises(DataError, match="10 training patients are requested and 9 have images"):
        classify.run(context(folder, tmp_path, [source("real", "real", patients=10)]))
