import numpy as np

from kgan.pipeline.records import manifest
from kgan.stats.predictions import Predictions, write_predictions
from kgan.steps.persons import persons_of, predictions_of


def prepare(folder, subjects):
    patients = {"train": ["a1"], "validation": [], "test": []}
    facts = {"patients": patients, "subjects": subjects}
    manifest.write(folder, {"kind": "prepare", "facts": facts, "outputs": {}})
    return folder


def test_scans_of_a_person_are_that_person_and_others_are_themselves(tmp_path):
    folder = prepare(tmp_path, {"scan 1": "person", "scan 2": "person"})
    scans = np.array(["scan 2", "other", "Scan 01", "scan 2", ""])
    assert persons_of(folder, scans).tolist() == ["person", "other", "person", "person", ""]
    assert persons_of(folder, scans[:0]).tolist() == []


def test_a_preparation_without_several_scans_changes_no_name(tmp_path):
    names = np.array(["P 01", "p2"])
    assert persons_of(prepare(tmp_path, {}), names).tolist() == names.tolist()


def test_predictions_keep_their_scans(tmp_path):
    scans = np.array(["a1", "a2", "b"])
    table = Predictions(scans, np.array([7, 7, 7]), np.array([0, 1, 1]), np.array([0.1, 0.2, 0.9]))
    write_predictions(tmp_path / "predictions.csv", table)
    predictions = predictions_of(tmp_path, prepare(tmp_path, {"a1": "a", "a2": "a"}))
    assert predictions.patients.tolist() == ["a1", "a2", "b"]
    assert predictions.units.tolist() == ["a", "a", "b"]
    assert table.units.tolist() == scans.tolist()
