"""A leak is planted at each step; whoever takes what came of it refuses, and names the patient."""

import json

import numpy as np
import pytest

from kgan.data.store.store import StoreWriter
from kgan.errors import RunError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.stats.predictions import Predictions, write_predictions
from kgan.steps.checks import leakage as lineage

TRAIN = {"batch_size": 4, "steps": 1, "epochs": 1, "patience": 1}


def store(path, patients):
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(path, image_shape=(8, 8, 1), classes=("no", "yes"), provenance={}) as writer:
        n = len(patients)
        writer.append(np.zeros((n, 8, 8, 1), np.uint8), np.arange(n) % 2, patients, np.arange(n))


@pytest.fixture
def run(tmp_path):
    """A run whose test patients are t1 and t2, with hands to leak them."""

    class Run:
        inputs = {"prepare": tmp_path / "prepare"}

        def prepare(self, train=("a", "b", "c", "d"), validation=("v", "v")):
            store(tmp_path / "prepare" / "train.h5", list(train))
            store(tmp_path / "prepare" / "validation.h5", list(validation))
            store(tmp_path / "prepare" / "test.h5", ["t1", "t2"])

        def share_out(self, train=("a", "b", "c", "d"), test=("t1", "t2"), **facts):
            parts = {"train": list(train), "validation": ["v"], "test": list(test)}
            about = {"does": "prepare", "facts": {"patients": parts, **facts}, "outputs": {}}
            manifest.write(tmp_path / "prepare", about)

        def made(self, name, patients, step=None):
            self.inputs = {**self.inputs, name: tmp_path / name}
            store(tmp_path / name / "pool.h5", [""] * 4)
            facts = {} if patients is None else {"patients": patients}
            manifest.write(tmp_path / name, {"step": step or name, "facts": facts, "outputs": {}})

        def context(self, name, **settings):
            out = tmp_path / "out"
            out.mkdir(exist_ok=True)
            return StepContext(name, {"seed": 1, "train": TRAIN, **settings}, self.inputs, out)

    run = Run()
    run.prepare()
    run.share_out()
    return run


def gan(run):
    from kgan.steps import train_gan

    about = {"gan": {"plugin": "pggan", "parameters": {}}, "loss": None, "label": None, "view": None}
    train_gan.run(run.context("train-pggan", canvas=[8, 8], crop=0, **about))


def refiner(run):
    from kgan.steps import train_refiner

    about = {"gan": {"plugin": "simgan", "parameters": {}}, "source": "pool", "label": 1, "flip": True}
    train_refiner.run(run.context("train-simgan", images=2, image_size=[8, 8], **about))


def classifier(run):
    from kgan.steps import classify

    sources = [
        {"name": "real", "kind": "real", "count": None, "step": "prepare"},
        {"name": "pggan", "kind": "pool", "count": 4, "step": "pool"},
    ]
    about = {"classifier": {"plugin": "resnet50", "parameters": {}}, "classic": None, "image_size": [8, 8]}
    classify.run(run.context("classify-mix", sources=sources, **about))


def comparison(run):
    from kgan.analyses.comparison import step as compare

    names = np.array(["t1", "t2"])
    table = Predictions(names, np.arange(2), np.array([0, 1]), np.array([0.2, 0.9]))
    write_predictions(run.inputs["pool"] / "predictions.csv", table)
    compare.run(run.context("compare", cells=[{"step": "pool", "setup": "mix"}]))


@pytest.mark.parametrize("step", [gan, refiner, classifier])
@pytest.mark.parametrize("leak", ["t2", " T02"], ids=["same", "another-spelling"])
def test_no_step_is_fitted_to_a_test_patients_images(run, step, leak):
    run.prepare(train=["a", leak, "c", leak])
    run.made("pool", ["a"])
    with pytest.raises(RunError, match=f"the training split derives from test patients: {leak}; expected"):
        step(run)


@pytest.mark.parametrize("leak", ["t1", "T1"], ids=["same", "another-spelling"])
def test_no_classifier_stops_by_a_test_patients_images(run, leak):
    run.prepare(validation=["v", leak])
    run.made("pool", ["a"])
    with pytest.raises(RunError, match=f"the validation split derives from test patients: {leak}; expected"):
        classifier(run)


def test_no_classifier_stops_by_another_scan_of_a_test_patient(run):
    run.share_out(subjects={"v": "somebody", "t1": "somebody"})
    run.made("pool", ["a"])
    with pytest.raises(RunError, match="the validation split derives from test patients: v; expected"):
        classifier(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
@pytest.mark.parametrize("leak", ["t1", "T\u200b1"], ids=["same", "another-spelling"])
def test_no_step_takes_what_derives_from_a_test_patient(run, step, leak):
    run.made("pool", ["a", leak])
    with pytest.raises(
        RunError, match=f"pool derives from test patients: {leak}; expected training patients"
    ):
        step(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
@pytest.mark.parametrize(
    "said", [None, [], [""], "a", ["a", 7], {"a": 1}], ids=["nothing", "nobody", "blank", "text", "7", "map"]
)
def test_no_step_takes_what_does_not_say_whom_it_derives_from(run, step, said):
    run.made("pool", said)
    with pytest.raises(RunError, match="pool does not say which patients it derives from"):
        step(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
def test_no_step_takes_what_derives_from_strangers(run, step):
    run.made("pool", ["a", "of another cohort"])
    with pytest.raises(RunError, match="pool derives from of another cohort, not of this cohort"):
        step(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
def test_no_step_takes_what_another_step_has_made(run, step):
    run.made("pool", ["a"], step="another")
    with pytest.raises(RunError, match="pool does not say which patients"):
        step(run)


@pytest.mark.parametrize("step", [gan, refiner, classifier, comparison])
@pytest.mark.parametrize("harm", ["gone", "digest", "test", "parts", "other"])
def test_no_step_trusts_a_preparation_that_does_not_say_who_is_tested_on(run, step, harm):
    run.made("pool", ["a"])
    path = run.inputs["prepare"] / manifest.FILE
    found = manifest.read(run.inputs["prepare"])
    parts = found["facts"]["patients"]
    if harm == "gone":
        path.unlink()
    elif harm == "digest":
        path.write_text(json.dumps(found))
    elif harm == "test":
        del parts["test"]
        manifest.write(run.inputs["prepare"], found)
    elif harm == "parts":
        manifest.write(run.inputs["prepare"], {**found, "facts": {"patients": ["a", "t1"]}})
    else:
        manifest.write(run.inputs["prepare"], {**found, "does": "generate"})
    with pytest.raises(
        RunError, match="does not say which patients are in which split; .* Remove that folder"
    ):
        step(run)


def test_patients_are_handed_on(run):
    run.made("first", ["c", "a"])
    run.made("second", ["b"])
    context = run.context("next")
    assert lineage.derived(context, ["first", "second"]) == ["a", "b", "c"]
    assert lineage.learning_from(context, ["d", "d"], ["second"], ["v"]) == ["b", "d", "v"]


def test_many_leaks_are_counted(tmp_path):
    seal = lineage.Seal(frozenset({"t1", "t2", "t3", "t4"}))
    with pytest.raises(RunError, match="t1, t2, t3 and 1 more; .* Remove the folder"):
        seal.refuse("x", "y", ["t1", "t2", "t3", "t4", "a"], tmp_path)


def test_another_scan_of_a_test_patient_is_sealed_too(run):
    run.share_out(["a"], ["t1", "t2", "unseen"], subjects={"a": "x", "t1": "X"})
    with pytest.raises(RunError, match="the training split derives from test patients: a;"):
        lineage.learning_from(run.context("next"), ["a", "b"])
    # Whoever was drawn into the test split is sealed, though no slice of theirs is used.
    with pytest.raises(RunError, match="test patients: unseen;"):
        lineage.learning_from(run.context("next"), ["unseen"])
