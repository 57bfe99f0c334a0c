"""kgan run: its words; what it does is tested by the main job."""

import fcntl
from pathlib import Path

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
