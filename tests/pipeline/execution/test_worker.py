"""Steps in processes of their own: errors keep their class, bugs their traceback."""

import dataclasses
import os
import tempfile
import time

import pytest

from kgan.errors import KganError, RunError
from kgan.pipeline.execution.processor import processor
from kgan.pipeline.execution.worker import (
    StepProcess,
    _explained,
    _judge,
    _listen,
    _tensorflow_failure,
)
from kgan.progress import Silent


def test_an_error_of_ours_crosses_the_process(context):
    with pytest.raises(KganError, match="predictions.csv"):
        StepProcess(context("refuse")).run()


def test_a_bug_keeps_its_traceback(context):
    with pytest.raises(RuntimeError, match="KeyError"):
        StepProcess(context("fail")).run()


def test_a_killed_process_is_explained():
    with pytest.raises(KganError, match="-9"):
        _judge(None, -9, "train")


@pytest.mark.parametrize("error", [EOFError("unexpected EOF"), ConnectionResetError(104, "reset")])
def test_a_server_of_processes_that_was_killed_is_explained(context, monkeypatch, error):
    """Click takes an EOFError for the user's."""
    process = StepProcess(context())

    def start():
        raise error

    monkeypatch.setattr(process._process, "start", start)
    with pytest.raises(RunError, match="step step-a: its process could not be started.*same command again"):
        process.run()


@pytest.mark.parametrize(
    ("number", "says"), [(28, "no space left"), (13, "no permission")], ids=["full", "locked"]
)
def test_disk_errors_are_one_line(context, tmp_path, number, says):
    kind, (name, line) = _explained(OSError(number, "x", str(tmp_path)), context())
    assert (kind, name) == ("error", "RunError")
    assert says in line and "\n" not in line


class ResourceExhaustedError(Exception):
    """As TensorFlow says that there is no memory, or no disk."""


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ResourceExhaustedError("/x/1.data; No space left on device"), "no space left"),
        (ResourceExhaustedError("OOM when allocating"), "out of memory"),
        (MemoryError(), "out of memory"),
    ],
    ids=["disk", "tensor", "memory"],
)
def test_tensorflows_own_words_for_disk_and_memory(context, error, says):
    kind, (_, line) = _tensorflow_failure(error, context())
    assert kind == "error" and says in line


def test_a_process_killed_within_a_message_is_explained():
    class Torn:
        def recv(self):
            raise OSError("got end of file during message")

    assert _listen(Torn(), Silent()) is None


class Begun(Silent):
    """Calls a function once the step has begun."""

    def __init__(self, act):
        self.act = act

    def begin(self, label, total, done=0):
        self.act()


@pytest.mark.parametrize("end", [StepProcess.interrupt, StepProcess.kill], ids=["interrupt", "kill"])
def test_a_step_is_interrupted_or_killed_from_outside(context, end):
    begun = time.monotonic()
    process = StepProcess(context("wait"))
    process.context = dataclasses.replace(process.context, progress=Begun(lambda: end(process)))
    with pytest.raises(KeyboardInterrupt):
        process.run()
    assert time.monotonic() - begun < 60


def test_a_killed_step_leaves_no_temporary_files(context, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    process, seen = StepProcess(context("wait")), []

    def end():
        seen.extend(tmp_path.glob("kgan-*"))
        process.kill()

    process.context = dataclasses.replace(process.context, progress=Begun(end))
    with pytest.raises(KeyboardInterrupt):
        process.run()
    assert len(seen) == 1 and not list(tmp_path.glob("kgan-*"))


def test_no_place_for_temporary_files_is_one_line(context, monkeypatch):
    def full(**options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    with pytest.raises(RunError, match="no folder for temporary files.*No space left.*Set TMPDIR"):
        StepProcess(context()).run()


def test_a_step_that_is_interrupted_before_it_starts_does_not_start(context, tmp_path):
    process = StepProcess(context("refuse"))
    process.interrupt()
    with pytest.raises(KeyboardInterrupt):
        process.run()


def test_a_process_ends_although_threads_of_its_step_do_not(context):
    outcome = StepProcess(context("leak")).run()
    assert outcome.facts == {"leaked": True}


def test_an_outcome_lists_what_was_written_and_where(context, tmp_path):
    step = dataclasses.replace(context("leak"), compute={"threads": 2})
    outcome = StepProcess(step).run()
    assert outcome.outputs["out.txt"]["bytes"] == 7
    assert outcome.machine == {"threads": 2, "processor": processor()}
    assert outcome.seconds > 0 and outcome.peak_memory_mb > 10


@pytest.mark.parametrize(("gpus", "visible"), [((), ""), (("3", "1"), "3,1")], ids=["none", "two"])
def test_a_step_sees_its_own_gpus_and_threads_from_its_start(context, gpus, visible, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    step = dataclasses.replace(context("look"), compute={"threads": 3})
    facts = StepProcess(step, gpus).run().facts
    threads = {"OMP_NUM_THREADS": "3", "TF_NUM_INTRAOP_THREADS": "3"}
    assert facts == {"CUDA_VISIBLE_DEVICES": visible, "MALLOC_ARENA_MAX": "2", **threads}
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0,1,2,3" and os.environ["OMP_NUM_THREADS"] == "64"


def test_the_users_own_number_of_heaps_is_kept(context, monkeypatch):
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    assert StepProcess(context("look")).run().facts["MALLOC_ARENA_MAX"] == "7"
