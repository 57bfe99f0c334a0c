"""Steps on a cluster: the same results as in one process, whoever dies or leaves meanwhile."""

import os
import signal
import time
from pathlib import Path

import pytest
from fabricated.in_process import InProcess

from kgan.errors import DataError, RunError
from kgan.pipeline import run
from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.execution.worker import perform
from kgan.pipeline.step import Step
from kgan.progress import Silent


class Kept(Silent):
    """Keeps its reports."""

    def __init__(self):
        self.reports = []
        self.units = 0

    def begin(self, label, total, done=0):
        self.reports.append((label, total, done))

    def advance(self, units=1, note=""):
        self.units += units


def await_end(process):
    """Wait until a process is gone, or is a zombie."""
    deadline = time.monotonic() + 30
    while alive(process):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(process):
    """Tell whether a process runs; it may end while its state is read (`ProcessLookupError`)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_step_returns_and_writes_what_it_would_in_this_process(start, context):
    _, future = start("far")
    outcome, here = future.result(120), perform(context("near"))
    assert outcome.facts == here.facts == {"units": 10}
    assert outcome.outputs == here.outputs and list(outcome.outputs) == ["result"]


def test_reports_reach_the_command(backend, context):
    kept = Kept()
    backend.submit(context(progress=kept, units=30), Demand(), 1.0).result(120)
    assert kept.reports[0][0] == "waits for a worker" and kept.reports[-1] == ("x", 30, 0)
    deadline = time.monotonic() + 10
    while kept.units < 25 and time.monotonic() < deadline:  # the last may come after the result
        time.sleep(0.05)
    assert 25 <= kept.units <= 30


def test_errors_keep_their_class_and_bugs_their_traceback(start):
    _, refused = start("a", "refuse")
    _, failed = start("b", "fail")
    with pytest.raises(DataError, match="predictions.csv"):
        refused.result(120)
    with pytest.raises(RuntimeError, match="KeyError"):
        failed.result(120)


def test_the_nannys_variables_do_not_reach_a_step(start, backend):
    assert backend.client.submit(os.environ.get, "OMP_NUM_THREADS", pure=False).result(60) == "1"
    _, future = start("a", "environment", compute={"threads": 3})
    environment = future.result(120).facts
    assert environment["OMP_NUM_THREADS"] == environment["TF_NUM_INTRAOP_THREADS"] == "3"
    assert environment["CUDA_VISIBLE_DEVICES"] == ""


def test_a_step_goes_on_elsewhere_when_its_worker_is_killed(start, log):
    made, future = start(units=60)
    _, _, step, worker = log(made)[0]
    time.sleep(1)
    os.kill(int(worker), signal.SIGKILL)
    assert future.result(120).facts == {"units": 60}
    first, second, last = log(made, "ended")
    assert first[1] == "0" and second[0] == "began" and int(second[1]) >= 5
    assert second[3] != worker and last[2] == second[2] != step
    assert (made.out / "result").read_text() == str(sum(range(60)))


def test_a_worker_that_gets_sigterm_lets_its_step_save(start, log):
    made, future = start(units=60, saving=1.0)
    worker = log(made)[0][3]
    time.sleep(0.5)
    os.kill(int(worker), signal.SIGTERM)
    assert future.result(120).facts == {"units": 60}
    words = log(made, "ended")
    assert [line[0] for line in words] == ["began", "saved", "began", "ended"]
    assert words[1][1] == words[2][1] != "0"


def test_an_interrupt_lets_running_steps_save_and_waiting_ones_end(start, backend, log):
    running = [start(name, units=2000) for name in ("a", "b")]
    for made, _ in running:
        log(made)
    _, waiting = start("c", units=2000)
    assert not waiting.done()
    backend.interrupt()
    for future in (waiting, *(future for _, future in running)):
        with pytest.raises(KeyboardInterrupt):
            future.result(60)
    for made, _ in running:
        assert [line[0] for line in log(made, "saved")] == ["began", "saved"]


def test_a_second_interrupt_ends_steps_at_once(start, backend, log):
    made, future = start(units=2000, saving=600.0)
    step = log(made)[0][2]
    backend.interrupt()
    backend.kill()
    with pytest.raises(KeyboardInterrupt):
        future.result(60)
    await_end(step)


def test_a_step_whose_command_is_gone_saves_and_ends(start, backend, log):
    made, future = start(units=2000)
    step = log(made)[0][2]
    for task in list(backend.tasks.values()):  # as the scheduler does for a command that was killed
        task.dask_future.cancel()
    with pytest.raises(RunError, match="the same command goes on"):
        future.result(60)
    assert log(made, "saved")[-1][2] == step
    await_end(step)


def test_a_step_on_which_workers_die_without_progress_is_given_up(start):
    _, future = start("fatal", "die")
    with pytest.raises(RunError, match="step fatal: several workers died"):
        future.result(300)


def test_few_steps_wait_and_those_with_gpus_wait_apart(start, backend, log):
    running = [start(name, units=2000) for name in ("a", "b")]
    for made, _ in running:
        log(made)
    assert backend.jobs == 2 and backend.gpus == 0
    while not backend.has_room(Demand()):
        time.sleep(0.05)
    waiting = [start(name, units=2000)[1] for name in ("c", "d")]
    assert not backend.has_room(Demand()) and backend.has_room(Demand(gpus=1))
    backend.interrupt()
    for future in (*waiting, *(future for _, future in running)):
        with pytest.raises(KeyboardInterrupt):
            future.result(60)


def test_a_run_on_the_cluster_writes_what_one_in_this_process_does(backend, steps_module, tmp_path):
    first = Step("first", steps_module.Elsewhere(seed=1, does="train", units=3))
    second = Step("second", steps_module.Elsewhere(seed=2, does="train", units=5), ("first",))
    run([first, second], tmp_path / "run", backend=backend)
    run([first, second], tmp_path / "here", backend=InProcess())
    files = [
        {path.relative_to(folder): path.read_bytes() for path in folder.glob("steps/*/*/result")}
        for folder in (tmp_path / "run", tmp_path / "here")
    ]
    assert files[0] == files[1] and len(files[0]) == 2
