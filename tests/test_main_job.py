"""The main job end to end at its smallest: run, run again, kill at random."""

import csv
import os
import random
import runpy
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from kgan import recipe as recipes
from kgan.plan import plan

RECIPE = Path(__file__).parent / "recipes" / "tiny.yaml"
CHAOS = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "chaos.py"))
KILLS = 2
#: A batch system ends a job 30 s after SIGTERM.
SECONDS_TO_SAVE = 30


def command(out, *more):
    return [sys.executable, "-m", "kgan", "run", str(RECIPE), "--out", str(out), *more]


def kgan(out, *more, **environment):
    done = subprocess.run(
        command(out, *more), capture_output=True, text=True, timeout=900, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An undisturbed run, one step at a time, that leaves no temporary files."""
    out, temporary = tmp_path_factory.mktemp("whole") / "run", tmp_path_factory.mktemp("temporary")
    kgan(out, "--jobs", "1", TMPDIR=str(temporary))
    assert not list(temporary.iterdir())
    return out


@pytest.mark.slow
def test_everything_is_there(whole):
    assert {
        row["setup"]
        for row in csv.DictReader((whole / "results/classification.csv").read_text().splitlines())
    } == {
        "real",
        "real + classic",
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
def test_killed_at_random_and_terminated_it_ends_with_the_same_files(whole, tmp_path):
    """``benchmarks/chaos.py`` and ``benchmarks/faults.py`` try the same for longer."""
    out, last, draws = tmp_path / "run", _one_of_each_kind(), random.Random(3)
    shutil.copytree(whole / "steps", out / "steps", ignore=lambda *_: last)
    with _started(out, tmp_path / "terminated.log") as process:
        _wait_for(process, out / "steps" / "train-pggan-tumor")
        process.terminate()
        assert process.wait(SECONDS_TO_SAVE) == 143
    _flip_a_bit(next(out.glob("steps/prepare/*/*.h5")))
    victims = set()
    for number in range(KILLS):
        with _started(out, tmp_path / f"{number}.log") as process:
            victims.add(CHAOS["disturb"](process, draws.uniform(2.0, 9.0), draws))
    assert victims - {None}
    kgan(out, "--jobs", "2")
    # What needs the preparation finds it damaged, and the last training of PGGAN was interrupted.
    assert any("is damaged or gone" in log.read_text() for log in tmp_path.glob("[0-9].log"))
    assert CHAOS["differences"](out, whole) == []


def _one_of_each_kind():
    """Return the last step of each kind, in the order in which they are run."""
    steps = plan(recipes.load(RECIPE))
    last = {step.kind: step.name for step in steps}
    return [step.name for step in steps if step.name == last[step.kind]]


def test_pools_go_at_the_end_where_they_are_not_to_be_kept(whole, tmp_path):
    out = tmp_path / "run"
    shutil.copytree(whole, out)
    assert list(out.glob("steps/*/*/pool.h5"))
    done = kgan(out, "--set", "compute.keep=[models, tables]")
    assert "pools deleted, as compute.keep has none" in done.stdout
    assert not list(out.glob("steps/*/*/pool.h5"))
    assert "everything was already finished" in kgan(out).stdout


@contextmanager
def _started(out, log):
    """Start the run with two steps at once; at the end no process of it may be left."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command(out, "--jobs", "2"), stdout=file, stderr=file, start_new_session=True
        )
        yield process
        CHAOS["wait_for_all"](process)


def _wait_for(process, step):
    """Wait until the run works on a step."""
    while process.poll() is None and not list(step.glob("*.partial")):
        time.sleep(0.05)
    time.sleep(1.0)
    assert process.poll() is None


def _flip_a_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
