"""The main job end to end at its smallest: run, run again, kill everywhere."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fabricated.in_process import run_here

from kgan import recipe as recipes
from kgan.plan import plan

RECIPE = Path(__file__).parent / "recipes" / "tiny.yaml"
TABLES = ("classification.csv", "significance.csv")


def command(out, *more):
    return [sys.executable, "-m", "kgan", "run", str(RECIPE), "--out", str(out), *more]


def kgan(out, *more):
    done = subprocess.run(command(out, *more), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An undisturbed run, all steps in this process: each kind has its own in the run that is killed."""
    out = tmp_path_factory.mktemp("whole") / "run"
    run_here(plan(recipes.load(RECIPE)), out)
    return out


def steps(folder):
    return sorted(path.parent.parent.name for path in folder.glob("steps/*/*/manifest.json"))


@pytest.mark.slow
def test_everything_is_there(whole):
    assert {
        row["setup"]
        for row in csv.DictReader((whole / "results/classification.csv").read_text().splitlines())
    } == {
        "real",
        "real + classic",
        "real + pggan",
        "real + classic + simgan",
    }
    assert (whole / "report.html").read_text().startswith("<!")
    for name in ("pggan-tumor", "pggan-non_tumor", "simgan-tumor", "simgan-non_tumor"):
        assert list((whole / "models" / name).glob("*/saved_model.pb"))
    assert not list(whole.rglob("*.partial")) and not list(whole.rglob(".writing-*"))


@pytest.mark.slow
def test_running_again_does_nothing(whole):
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*") if path.is_file()}
    assert "everything was already finished" in kgan(whole).stdout
    after = {path: path.stat().st_mtime_ns for path in whole.rglob("*") if path.is_file()}
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed <= {"run.json", "run.lock"}


@pytest.mark.slow
def test_killed_in_a_step_of_every_kind_it_ends_with_the_same_tables(whole, tmp_path):
    out = tmp_path / "run"
    last = _one_of_each_kind()
    shutil.copytree(whole / "steps", out / "steps", ignore=lambda *_: last)
    for name in last:
        _kill_in(out, name)
    kgan(out)
    assert steps(out) == steps(whole)
    for table in TABLES:
        assert (out / "results" / table).read_text() == (whole / "results" / table).read_text()


def _one_of_each_kind():
    """Return the last step of each kind, in the order in which they are run."""
    steps = plan(recipes.load(RECIPE))
    last = {step.kind: step.name for step in steps}
    return [step.name for step in steps if step.name == last[step.kind]]


def _kill_in(out, name):
    """Start the run and kill it, with all its processes, as soon as it works on a step."""
    place = out / "steps" / name
    process = subprocess.Popen(command(out), stderr=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not list(place.glob("*.partial")):
        time.sleep(0.02)
    time.sleep(0.2)
    assert process.poll() is None, f"{name} was over before it was killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert list(place.glob("*.partial")), f"{name} was finished when it was killed"


def test_pools_go_at_the_end_where_they_are_not_to_be_kept(whole, tmp_path):
    out = tmp_path / "run"
    shutil.copytree(whole, out)
    assert list(out.glob("steps/*/*/pool.h5"))
    done = kgan(out, "--set", "compute.keep=[models, tables]")
    assert "pools deleted, as compute.keep has none" in done.stdout
    assert not list(out.glob("steps/*/*/pool.h5"))
    assert "everything was already finished" in kgan(out).stdout
