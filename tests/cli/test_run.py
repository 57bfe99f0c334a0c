"""kgan run: its words; what it does is tested by the main job."""

import fcntl
from pathlib import Path

import pytest

from kgan.pipeline.execution.machine import Machine

RECIPE = Path(__file__).parents[1] / "recipes" / "tiny.yaml"


def test_a_busy_folder_is_one_line(kgan, tmp_path):
    with (tmp_path / "run.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, out, err = kgan("run", RECIPE, "--out", tmp_path)
    assert status == 2 and not out
    assert err.count("\n") == 1 and "another kgan run" in err
    assert not (tmp_path / "steps").exists()


def test_an_unknown_step_is_named(kgan, tmp_path):
    status, _, err = kgan("run", RECIPE, "--out", tmp_path / "run", "--until", "prepair")
    assert status == 2 and "did you mean 'prepare'" in err
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_made_is_one_line(kgan, tmp_path):
    (tmp_path / "file").write_text("")
    status, _, err = kgan("run", RECIPE, "--out", tmp_path / "file" / "run")
    assert status == 2 and err.count("\n") == 1 and "--out" in err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--jobs", "0"), "--jobs: expected a number of steps at once, at least 1; received 0"),
        (("--devices", "none"), "--devices: expected a number of GPUs"),
        (("--devices", "2"), "each training asks for 2 GPUs; found 1"),
        (("--devices", "0,4"), "GPU 4 is not there; found 0"),
    ],
    ids=["jobs", "devices", "number", "name"],
)
def test_what_the_machine_does_not_have_is_one_line_before_anything_runs(
    kgan, tmp_path, monkeypatch, options, says
):
    monkeypatch.setattr("kgan.cli.options.this_machine", lambda: Machine(2, 16.0, ("0",)))
    status, _, err = kgan("run", RECIPE, "--out", tmp_path / "run", *options)
    assert status == 2 and err.count("\n") == 1 and says in err
    assert not (tmp_path / "run" / "steps").exists()
