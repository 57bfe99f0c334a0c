import json

import pytest
from fabricated.finished_steps import report_settings
from fabricated.small_run import finish_step


@pytest.fixture
def finished(small_run, tmp_path):
    """Return the folder of a run whose steps are all finished."""
    run = small_run(tmp_path / "run")
    finish_step(run, "report", report_settings(), {})
    record = json.loads((run / "run.json").read_text())
    record["steps"]["report"] = {"id": "0"}
    (run / "run.json").write_text(json.dumps(record))
    return run


def test_the_text_is_written_into_the_run(kgan, finished):
    status, out, _ = kgan("report", finished, "--format", "md")
    assert status == 0 and out.strip() == str(finished / "report.md")
    text = (finished / "report.md").read_text()
    assert "PGGAN was trained on the training images alone" in text and "## CLAIM 2024" in text


def test_elsewhere(kgan, finished, tmp_path):
    status, _, _ = kgan("report", finished, "--out", tmp_path / "text.md")
    assert status == 0 and not (finished / "report.md").exists()
    assert "(<run/run.json>)" in (tmp_path / "text.md").read_text()


def test_a_run_that_is_not_finished_is_refused(kgan, finished):
    (finished / "steps/train-pggan/0/manifest.json").unlink()
    status, _, err = kgan("report", finished)
    assert status == 2 and err.count("\n") == 1 and "not finished: train-pggan; expected" in err
    assert not (finished / "report.md").exists()


def test_a_run_of_a_part_of_the_recipe_is_refused(kgan, small_run, tmp_path):
    status, _, err = kgan("report", small_run(tmp_path / "run"))
    assert status == 2 and "not finished: report; expected" in err


def test_what_is_no_run_is_refused(kgan, tmp_path):
    status, _, err = kgan("report", tmp_path)
    assert status == 2 and "no record of a run" in err
