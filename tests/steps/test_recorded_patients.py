import pytest
from fabricated.preparation import record_preparation

from kgan.errors import RunError
from kgan.pipeline.records import manifest
from kgan.steps.recorded_patients import read_preparation, read_source_patients

PATIENTS = {"train": ["a", "b"], "validation": [], "test": ["c"]}


def record(folder, **values):
    manifest.write(folder, {"step": "pool", "facts": {}, "outputs": {}, **values})


def test_a_preparation_records_splits_and_persons(tmp_path):
    record_preparation(tmp_path, PATIENTS, {"a": "person"})
    preparation = read_preparation(tmp_path)
    assert preparation.patients.test == ("c",)
    assert preparation.patients.everyone() == {"a", "b", "c"}
    assert preparation.subjects == {"a": "person"}


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "generate", "facts": {"patients": PATIENTS}},
        {"kind": "prepare"},
        {"kind": "prepare", "facts": {"patients": ["a"]}},
        {"kind": "prepare", "facts": {"patients": {**PATIENTS, "test": [""]}}},
        {"kind": "prepare", "facts": {"patients": {**PATIENTS, "test": "c"}}},
        {"kind": "prepare", "facts": {"patients": PATIENTS, "subjects": ["a"]}},
    ],
    ids=["other-step", "nothing", "no-splits", "blank", "text", "subjects"],
)
def test_what_is_no_preparation_is_refused(tmp_path, values):
    record(tmp_path, **values)
    with pytest.raises(RunError, match="does not say which patients are in which split"):
        read_preparation(tmp_path)


def test_an_artefact_records_its_patients(tmp_path):
    record(tmp_path, facts={"patients": ["b", "a"]})
    assert read_source_patients(tmp_path, "pool") == ("b", "a")
    assert read_source_patients(tmp_path, "another") is None
    assert read_source_patients(tmp_path / "nowhere", "pool") is None


@pytest.mark.parametrize("patients", [None, [], [""], "a", ["a", 7], {"a": 1}], ids=repr)
def test_an_artefact_without_patients_records_none(tmp_path, patients):
    record(tmp_path, facts={"patients": patients})
    assert read_source_patients(tmp_path, "pool") is None


def test_further_patients_are_of_the_cohort(tmp_path):
    record_preparation(tmp_path, {**PATIENTS, "further": ["f"]})
    patients = read_preparation(tmp_path).patients
    assert patients.further == ("f",) and patients.everyone() == {"a", "b", "c", "f"}
