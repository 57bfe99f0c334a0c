import numpy as np
import pytest
from fabricated.preparation import record_preparation

from kgan.analyses.checkpoint_selection import step as selection
from kgan.analyses.checkpoint_selection.settings import Candidate, CheckpointSelectionSettings, ChosenModel
from kgan.analyses.checkpoint_selection.tables import CANDIDATES
from kgan.data.store.store import StoreWriter
from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.stats.predictions import Predictions, write_predictions


def finish(folder, patients):
    folder.mkdir(parents=True, exist_ok=True)
    manifest.write(folder, {"step": folder.name, "facts": {"patients": patients}, "outputs": {}})
    return folder


def share_out(folder, train, validation, test, subjects=()):
    """Write a preparation of one image of each tested patient."""
    folder.mkdir(exist_ok=True)
    with StoreWriter(folder / "test.h5", image_shape=(4, 4, 1), classes=(), provenance={}) as store:
        store.append(np.zeros((len(test), 4, 4, 1), np.uint8), [-1] * len(test), test, range(len(test)))
    parts = {"train": train, "validation": validation, "test": test}
    record_preparation(folder, parts, dict(subjects))
    return folder


def predict(path, right, patient):
    """Write predictions of 10 images of which the first ``right`` are right."""
    truth = np.arange(10) % 2
    scores = np.where(np.arange(10) < right, truth, 1 - truth).astype(float)
    write_predictions(path, Predictions(np.array([patient] * 10), np.arange(10), truth, scores))


@pytest.fixture
def context(tmp_path):
    """A refiner after 20, 50 and 100 steps; who is best on validation images is not so on the test's."""
    inputs, candidates = {"prepare": share_out(tmp_path / "prepare", ["a", "b"], ["v"], ["t"])}, []
    train = inputs["train-shine-tumor"] = finish(tmp_path / "train-shine-tumor", ["a", "b"])
    for steps, validated, tested in [(20, 6, 10), (50, 9, 1), (100, 9, 8)]:
        pool, classifier = f"refine-shine-{steps}", f"classify-shine-{steps}-scratch"
        inputs[pool] = finish(tmp_path / pool, ["a"])
        (inputs[pool] / "pool.h5").write_text(f"pool {steps}")
        (inputs[pool] / "pairs-tumor.png").write_text("a picture")
        inputs[classifier] = finish(tmp_path / classifier, ["a", "b"])
        predict(inputs[classifier] / "validation.csv", validated, "v")
        predict(inputs[classifier] / "predictions.csv", tested, "t")
        (inputs[classifier] / "epochs.csv").write_text("step\n")
        (inputs[classifier] / "networks").mkdir()
        (inputs[classifier] / "config.json").write_text(f'"classifier {steps}"')
        last = steps == 100
        kept = train if last else train / "snapshots" / str(steps)
        (kept / "networks").mkdir(parents=True)
        (kept / "config.json").write_text(f'"{steps}"')
        candidates.append(Candidate(steps=steps, pool=pool, classifier=classifier, last=last))
    settings = CheckpointSelectionSettings(
        seed=1,
        source="shine",
        candidates=tuple(candidates),
        models=(ChosenModel(step="train-shine-tumor", name="tumor"),),
        setup="+shine",
        variant="scratch",
    )
    (tmp_path / "out").mkdir()
    return StepContext("choose-shine", settings, inputs, tmp_path / "out")


def test_the_best_on_validation_images_is_taken_of_equals_the_shortest(context):
    facts = selection.run(context)
    assert (facts["steps"], facts["validation_accuracy"]) == (50, 0.9)
    assert (context.out / "pool.h5").read_text() == "pool 50"
    assert (context.out / "models/tumor/config.json").read_text() == '"50"'
    assert (context.out / "pairs-tumor.png").is_file()
    assert facts["patients"] == ["a", "b", "v"]
    rows = CANDIDATES.read(context.out)
    assert [(row.steps, row.validation_accuracy, row.chosen) for row in rows] == [
        (20, 0.6, False), (50, 0.9, True), (100, 0.9, False)
    ]  # fmt: skip
    # What the chosen classifier predicts of the test images is its setup's result.
    predictions = (context.inputs["classify-shine-50-scratch"] / "predictions.csv").read_text()
    assert (context.out / "predictions.csv").read_text() == predictions
    # The classifier itself is there too: images may be compared by the features of its setup's classifier.
    assert (context.out / "config.json").read_text() == '"classifier 50"'
    assert (context.out / "networks").is_dir()


def test_the_last_candidate_is_the_end_of_the_training(context):
    predict(context.inputs["classify-shine-100-scratch"] / "validation.csv", 10, "v")
    assert selection.run(context)["steps"] == 100
    assert (context.out / "models/tumor/config.json").read_text() == '"100"'


@pytest.mark.parametrize("leak", ["refine-shine-20", "classify-shine-100-scratch"])
def test_a_candidate_that_saw_a_test_patient_is_refused(context, leak):
    finish(context.inputs[leak], ["a", "t"])
    with pytest.raises(RunError, match=f"{leak} derives from test patients: t"):
        selection.run(context)


def test_a_choice_on_test_patients_is_refused(context):
    for candidate in context.settings.candidates:
        predict(context.inputs[candidate.classifier] / "validation.csv", 5, "t")
    with pytest.raises(RunError, match="the validation split derives from test patients: t"):
        selection.run(context)


def test_another_scan_of_a_tested_person_is_refused(context):
    who = {"t": "person", "a-again": "person"}
    share_out(context.inputs["prepare"], ["a", "b", "a-again"], ["v"], ["t"], who)
    selection.run(context)
    finish(context.inputs["refine-shine-20"], ["a", "a-again"])
    with pytest.raises(RunError, match="refine-shine-20 derives from test patients: a-again; expected"):
        selection.run(context)


def test_validation_images_of_a_tested_person_are_refused(context):
    """No patient of that name is in the table of test predictions: who is tested on says the preparation."""
    share_out(context.inputs["prepare"], ["a", "b"], ["v"], ["t", "unseen"], {"v": "who", "unseen": "who"})
    with pytest.raises(RunError, match="the validation split derives from test patients: v"):
        selection.run(context)
