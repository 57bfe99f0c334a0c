"""A leak is planted at each step; whoever takes what came of it refuses, and names the patient."""

import json

import numpy as np
import pytest

from kgan.data.store import StoreWriter
from kgan.errors import RunError
from kgan.evaluation.predictions import Predictions, write_predictions
from kgan.pipeline import lineage
from kgan.pipeline.context import StepContext

TRAIN = {"batch_size": 4, "steps": 1, "epochs": 1, "patience": 1}


def store(path, patients):
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(path, image_shape=(8, 8, 1), classes=("no", "yes"), provenance={}) as writer:
        n = len(patients)
        writer.append(np.zeros((n, 8, 8, 1), np.uint8), np.arange(n) % 2, patients, np.arange(n))


def artefact(folder, patients):
    folder.mkdir(parents=True, exist_ok=True)
    facts = {} if patients is None else {"patients": patients}
    (folder / "manifest.json").write_text(json.dumps({"outputs": {}, "facts": facts}))


@pytest.fixture
def run(tmp_path):
    """A run whose test patients are t1 and t2, with hands to leak them."""

    class Run:
        inputs = {"prepare": tmp_path / "prepare"}

        def prepare(self, train=("a", "b", "c", "d")):
            store(tmp_path / "prepare" / "train.h5", list(train))
            store(tmp_path / "prepare" / "validation.h5", ["v", "v"])
            store(tmp_path / "prepare" / "test.h5", ["t1", "t2"])

        def made(self, name, patients):
            self.inputs = {**self.inputs, name: tmp_path / name}
            artefact(tmp_path / name, patients)
            store(tmp_path / name / "pool.h5", [""] * 4)

        def context(self, name, **settings):
            out = tmp_path / "out"
            out.mkdir(exist_ok=True)
            return StepContext(name, {"seed": 1, "train": TRAIN, **settings}, self.inputs, out)

    run = Run()
    run.prepare()
    return run


def gan(run):
    from kgan.pipeline.steps import train_gan

    about = {"gan": {"plugin": "pggan", "parameters": {}}, "loss": None, "label": None, "view": None}
    train_gan.run(run.context("train-pggan", canvas=[8, 8], crop=0, **about))


def refiner(run):
    from kgan.pipeline.steps import train_refiner

    about = {"gan": {"plugin": "simgan", "parameters": {}}, "source": "pool", "label": 1, "flip": True}
    train_refiner.run(run.context("train-simgan", images=2, image_size=[8, 8], **about))


def classifier(run):
    from kgan.pipeline.steps import classify

    sources = [
        {"name": "real", "kind": "real", "count": None, "step": "prepare"},
        {"name": "pggan", "kind": "pool", "count": 4, "step": "pool"},
    ]
    about = {"classifier": {"plugin": "resnet50", "parameters": {}}, "classic": None, "image_size": [8, 8]}
    classify.run(run.context("classify-mix", sources=sources, **about))


def comparison(run):
    from kgan.pipeline.steps import compare

    names = np.array(["t1", "t2"])
    table = Predictions(names, np.arange(2), np.array([0, 1]), np.array([0.2, 0.9]))
    write_predictions(run.inputs["pool"] / "predictions.csv", table)
    compare.run(run.context("compare", cells=[{"step": "pool", "setup": "mix"}]))


@pytest.mark.parametrize("step", [gan, refiner, classifier])
def test_no_step_is_fitted_to_a_test_patients_images(run, step):
    run.prepare(train=["a", "t2", "c", "t2"])
    run.made("pool", ["a"])
    with pytest.raises(RunError, match="the training split derives from test patients: t2; expected"):
        step(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
def test_no_step_takes_what_derives_from_a_test_patient(run, step):
    run.made("pool", ["a", "t1"])
    with pytest.raises(RunError, match="pool derives from test patients: t1; expected training patients"):
        step(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
def test_no_step_takes_what_does_not_say_whom_it_derives_from(run, step):
    run.made("pool", None)
    with pytest.raises(RunError, match="pool does not say which patients it derives from"):
        step(run)


def test_patients_are_handed_on(run):
    run.made("first", ["c", "a"])
    run.made("second", ["b"])
    context = run.context("next")
    assert lineage.derived(context, ["first", "second"]) == ["a", "b", "c"]
    assert lineage.learning_from(context, ["d", "d"], ["second"]) == ["b", "d"]


def test_many_leaks_are_counted(tmp_path):
    seal = lineage.Seal(frozenset({"t1", "t2", "t3", "t4"}))
    with pytest.raises(RunError, match="t1, t2, t3 and 1 more; .* Remove the folder"):
        seal.refuse("x", "y", ["t1", "t2", "t3", "t4", "a"], tmp_path)


def test_another_scan_of_a_test_patient_is_sealed_too(run):
    facts = {"patients": {"train": ["a"], "test": ["t1", "t2", "unseen"]}, "subjects": {"a": "x", "t1": "x"}}
    (run.inputs["prepare"] / "manifest.json").write_text(json.dumps({"outputs": {}, "facts": facts}))
    with pytest.raises(RunError, match="the training split derives from test patients: a;"):
        lineage.learning_from(run.context("next"), ["a", "b"])
    # Whoever was drawn into the test split is sealed, though no slice of theirs is used.
    with pytest.raises(RunError, match="test patients: unseen;"):
        lineage.learning_from(run.context("next"), ["unseen"])
