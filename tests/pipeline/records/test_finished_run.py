import json

import pytest
from fabricated.small_run import small_run

from kgan.errors import RunError
from kgan.pipeline.records import manifest
from kgan.pipeline.records.finished_run import read_run
from kgan.steps.settings.pools import GenerateSettings


@pytest.fixture
def run(tmp_path):
    return small_run(tmp_path / "run")


def test_the_steps_and_the_recipe_of_a_run_are_read(run):
    finished = read_run(run)
    assert finished.folder == run and finished.recipe["seed"] == 5
    assert list(finished.folders) == ["prepare", "train-pggan", "generate-pggan", "refine-simgan"]
    assert finished.folders["prepare"] == run / "steps/prepare/0"
    (generated,) = finished.steps.of(GenerateSettings)
    assert generated.facts["patients"] == ["train-1"]


def test_a_step_without_its_manifest_is_not_finished(run):
    (run / "steps/refine-simgan/0/manifest.json").unlink()
    assert "refine-simgan" not in read_run(run).folders


def test_another_result_in_a_step_s_folder_is_not_this_run_s(run):
    path = run / "steps/train-pggan/0/manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "id": "1"}))
    assert "train-pggan" not in read_run(run).folders


@pytest.mark.parametrize("text", [None, "[]", "{", '{"recipe": {}}'])
def test_a_folder_without_a_whole_record_is_refused(run, text):
    record = run / "run.json"
    record.unlink() if text is None else record.write_text(text)
    with pytest.raises(RunError, match="missing or no record of a run"):
        read_run(run)


def test_a_run_without_preparation_is_refused(run):
    (run / "steps/prepare/0/manifest.json").unlink()
    with pytest.raises(RunError, match="its data are not prepared"):
        read_run(run)


def test_what_is_not_finished_is_named(run):
    (run / "steps/refine-simgan/0/manifest.json").unlink()
    assert read_run(run).unfinished == ("refine-simgan", "report"), "the small run ends before its report"


def test_a_step_whose_file_is_gone_is_not_finished(run):
    path = run / "steps/prepare/0"
    values = manifest.read(path)
    manifest.write(path, {**values, "outputs": {"slices.csv": {"bytes": 3, "sha256": ""}}})
    assert read_run(run).unfinished == ("prepare", "report")
