"""A leak is planted at each step; whatever takes its results refuses, and names the patient."""

import json

import numpy as np
import pytest
from fabricated.core_settings import CLASSES, classify_settings, gan_settings, refiner_settings, source

from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings
from kgan.data.store.store import StoreWriter
from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.stats.predictions import Predictions, write_predictions
from kgan.steps.checks import leakage_guard


def store(path, patients):
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(path, image_shape=(8, 8, 1), classes=CLASSES, provenance={}) as writer:
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
            record = {"kind": "prepare", "facts": {"patients": parts, **facts}, "outputs": {}}
            manifest.write(tmp_path / "prepare", record)

        def made(self, name, patients, step=None):
            self.inputs = {**self.inputs, name: tmp_path / name}
            store(tmp_path / name / "pool.h5", [""] * 4)
            facts = {} if patients is None else {"patients": patients}
            manifest.write(tmp_path / name, {"step": step or name, "facts": facts, "outputs": {}})

        def context(self, name, settings=None):
            out = tmp_path / "out"
            out.mkdir(exist_ok=True)
            return StepContext(name, settings, self.inputs, out)

    run = Run()
    run.prepare()
    run.share_out()
    return run


def further_classifier(run):
    from kgan.steps.classification import classify

    settings = classify_settings(source("real"), source("further_real"), batch=4)
    return classify.run(run.context("classify-further", settings))


def gan(run):
    from kgan.steps.training import train_gan

    train_gan.run(run.context("train-pggan", gan_settings(class_name=None, label=None, batch=4)))


def refiner(run):
    from kgan.steps.training import train_refiner

    train_refiner.run(run.context("train-simgan", refiner_settings(images=2)))


def classifier(run):
    from kgan.steps.classification import classify

    settings = classify_settings(source("real"), source("pool", 4, step="pool"), batch=4)
    classify.run(run.context("classify-mix", settings))


def comparison(run):
    from kgan.analyses.comparison import step as compare

    names = np.array(["t1", "t2"])
    table = Predictions(names, np.arange(2), np.array([0, 1]), np.array([0.2, 0.9]))
    write_predictions(run.inputs["pool"] / "predictions.csv", table)
    settings = ComparisonSettings(
        alpha=0.05,
        metric="accuracy",
        planned=(),
        involving=None,
        cells=(ComparedCell(step="pool", setup="mix"),),
        seed=1,
    )
    compare.run(run.context("compare", settings))


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
    "sources", [None, [], [""], "a", ["a", 7], {"a": 1}], ids=["nothing", "none", "blank", "text", "7", "map"]
)
def test_no_step_takes_what_does_not_say_whom_it_derives_from(run, step, sources):
    run.made("pool", sources)
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
    record = manifest.read(run.inputs["prepare"])
    parts = record["facts"]["patients"]
    if harm == "gone":
        path.unlink()
    elif harm == "digest":
        path.write_text(json.dumps(record))
    elif harm == "test":
        del parts["test"]
        manifest.write(run.inputs["prepare"], record)
    elif harm == "parts":
        manifest.write(run.inputs["prepare"], {**record, "facts": {"patients": ["a", "t1"]}})
    else:
        manifest.write(run.inputs["prepare"], {**record, "kind": "generate"})
    with pytest.raises(
        RunError, match="does not say which patients are in which split; .* Remove that folder"
    ):
        step(run)


def test_patients_are_handed_on(run):
    run.made("first", ["c", "a"])
    run.made("second", ["b"])
    context = run.context("next")
    assert leakage_guard.source_patients(context, ["first", "second"]) == ["a", "b", "c"]
    assert leakage_guard.training_patients(context, ["d", "d"], ["second"], ["v"]) == ["b", "d", "v"]


def test_many_leaks_are_counted(tmp_path):
    guard = leakage_guard.LeakageGuard(frozenset({"t1", "t2", "t3", "t4"}))
    with pytest.raises(RunError, match="t1, t2, t3 and 1 more; .* Remove the folder"):
        guard.refuse("x", "y", ["t1", "t2", "t3", "t4", "a"], tmp_path)


def test_another_scan_of_a_test_patient_is_refused_too(run):
    run.share_out(["a"], ["t1", "t2", "unseen"], subjects={"a": "x", "t1": "X"})
    with pytest.raises(RunError, match="the training split derives from test patients: a;"):
        leakage_guard.training_patients(run.context("next"), ["a", "b"])
    # Whoever was drawn into the test split is guarded, though no slice of theirs is used.
    with pytest.raises(RunError, match="test patients: unseen;"):
        leakage_guard.training_patients(run.context("next"), ["unseen"])


def hold_back(run, further=("f1", "f2", "f1", "f2"), train=("a", "b", "c", "d"), **facts):
    """Give the run a further part of f1 and f2, whose store has the images of some patients."""
    store(run.inputs["prepare"] / "further.h5", list(further))
    parts = {"train": [*train], "validation": ["v"], "test": ["t1", "t2"], "further": ["f1", "f2"]}
    manifest.write(
        run.inputs["prepare"], {"kind": "prepare", "facts": {"patients": parts, **facts}, "outputs": {}}
    )


@pytest.mark.parametrize("step", [gan, refiner, classifier])
@pytest.mark.parametrize("leak", ["f2", " F02"], ids=["same", "another-spelling"])
def test_no_step_is_fitted_to_a_further_patients_images(run, step, leak):
    run.prepare(train=["a", leak, "c", leak])
    hold_back(run)
    run.made("pool", ["a"])
    with pytest.raises(RunError, match=f"the training split derives from further patients: {leak}; expected"):
        step(run)


def test_no_classifier_stops_by_a_further_patients_images(run):
    run.prepare(validation=["v", "f1"])
    hold_back(run)
    run.made("pool", ["a"])
    with pytest.raises(RunError, match="the validation split derives from further patients: f1; expected"):
        classifier(run)


@pytest.mark.parametrize("step", [refiner, classifier, comparison])
@pytest.mark.parametrize("leak", ["f1", "another scan"])
def test_no_step_takes_what_derives_from_a_further_patient(run, step, leak):
    hold_back(run, train=["a", "another scan"], subjects={"f1": "somebody", "another scan": "somebody"})
    run.made("pool", ["a", leak])
    with pytest.raises(RunError, match=f"pool derives from further patients: {leak}; .* positive controls"):
        step(run)


def test_the_classifier_of_a_positive_control_learns_from_further_patients_and_says_so(run):
    hold_back(run)
    facts = further_classifier(run)
    assert facts["patients"] == ["a", "b", "c", "d", "f1", "f2", "v"]
    assert facts["sources"] == {"real": 4, "further_real": 4}


def test_further_patients_are_those_of_the_preparation(run):
    hold_back(run, further=["f1", "b", "f1", "b"])
    with pytest.raises(RunError, match="the further split has images of b, who are not among the further"):
        further_classifier(run)


def test_further_patients_are_guarded_against_those_who_are_tested_on(run):
    hold_back(run, further=["f1", "t2", "f1", "t2"])
    with pytest.raises(RunError, match="the further split derives from test patients: t2;"):
        further_classifier(run)


def test_the_comparison_takes_a_positive_control_and_no_other_classifier_of_further_patients(run):
    from kgan.analyses.comparison import step as compare

    hold_back(run)
    run.made("pool", ["a", "f1"])
    names = np.array(["t1", "t2"])
    table = Predictions(names, np.arange(2), np.array([0, 1]), np.array([0.2, 0.9]))
    write_predictions(run.inputs["pool"] / "predictions.csv", table)
    for control in ("positive", "negative", ""):
        settings = ComparisonSettings(
            alpha=0.05,
            metric="accuracy",
            planned=(),
            involving=None,
            cells=(ComparedCell(step="pool", setup="mix", control=control),),
            seed=1,
        )
        if control == "positive":
            compare.run(run.context("compare", settings))
        else:
            with pytest.raises(RunError, match="pool derives from further patients: f1;"):
                compare.run(run.context("compare", settings))
