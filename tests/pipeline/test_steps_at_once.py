"""The engine with several steps at once: order, room, failures, interrupts."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fabricated.four_steps import Executor, go, plan
from fabricated.in_process import InProcess, Log
from fabricated.steps import step

from kgan.errors import DataError
from kgan.pipeline import run, status
from kgan.pipeline.forecast import Forecast
from kgan.pipeline.step import Step
from kgan.progress import SilentRun


class Pool(InProcess):
    """Runs steps in threads, as many at once as there are jobs and GPUs; notes which ran together."""

    def __init__(self, executor, jobs=2, gpus=0):
        super().__init__(executor)
        self.jobs, self.gpus, self.free_gpus = jobs, gpus, gpus
        self.threads = ThreadPoolExecutor(jobs)
        self.running, self.most, self.started = {}, 0, []
        self.interrupted, self.killed = threading.Event(), threading.Event()

    def has_room(self, demand):
        return len(self.running) < self.jobs and demand.gpus <= self.free_gpus

    def submit(self, context, demand, priority):
        self.running[context.name] = demand.gpus
        self.free_gpus -= demand.gpus
        self.most = max(self.most, len(self.running))
        self.started.append(context.name)
        return self.threads.submit(self.work, context)

    def work(self, context):
        try:
            return self._do(context)
        finally:
            self.free_gpus += self.running.pop(context.name)

    def interrupt(self):
        self.interrupted.set()

    def kill(self):
        self.killed.set()

    def close(self):
        self.threads.shutdown()


def test_steps_that_do_not_need_each_other_run_at_once(tmp_path):
    together = threading.Barrier(2, timeout=30)
    executor = Executor()

    def work(context):
        if context.name in "bd":
            together.wait()
        return executor(context)

    pool = Pool(work)
    run(plan(), tmp_path, backend=pool)
    assert sorted(executor.ran) == ["a", "b", "c", "d"] and pool.most == 2


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_no_more_steps_run_at_once_than_there_are_jobs(tmp_path, jobs):
    steps = tuple(step(f"s{number}", "kind") for number in range(2 * jobs))
    executor, together = Executor(), threading.Barrier(jobs, timeout=30)

    def work(context):
        together.wait()
        return executor(context)

    pool = Pool(work, jobs)
    run(steps, tmp_path, backend=pool)
    assert pool.most == jobs and len(pool.started) == 2 * jobs


def test_the_longest_path_starts_first(tmp_path):
    """By expected seconds, not by the number of steps, nor by the order of the plan."""
    steps = (
        step("short", "kind"),
        step("a", "kind"),
        step("b", "kind", ("a",)),
        step("long", "kind"),
        step("after", "kind", ("long",)),
    )
    names = [each.name for each in steps]
    seconds = {"short": 3, "a": 1, "b": 1, "long": 1, "after": 5}
    executor = Executor()
    forecast = Forecast(steps, seconds, dict(zip(names, names, strict=True)))
    run(steps, tmp_path, backend=InProcess(executor), forecast=forecast)
    assert executor.ran == ["long", "after", "short", "a", "b"]


def gpu_step(name, needs=(), accelerator="several"):
    settings = step(name, "kind").settings
    share = {"several": lambda self, most: most, "one": lambda self, most: 1}[accelerator]
    return Step(name, type("Gpu", (type(settings),), {"devices": share})(), needs)


def test_a_training_that_waits_for_two_gpus_is_not_overtaken_by_one_that_needs_one(tmp_path):
    """Else small steps would keep it waiting; a step without a GPU goes on meanwhile."""
    free = threading.Event()
    steps = (
        gpu_step("small", accelerator="one"),
        gpu_step("large"),
        gpu_step("later", accelerator="one"),
        step("table", "kind"),
    )
    paths = {"small": 9, "large": 5, "later": 3, "table": 1}
    executor = Executor()

    def work(context):
        if context.name == "small":
            assert free.wait(30)
        if context.name == "table":
            free.set()
        return executor(context)

    pool = Pool(work, jobs=4, gpus=2)
    forecast = Forecast(steps, paths, {name: name for name in paths})
    run(steps, tmp_path, backend=pool, forecast=forecast, compute={"devices": 2})
    assert pool.started == ["small", "table", "large", "later"]


def test_nothing_starts_before_a_check_that_precedes_all(tmp_path):
    check = step("check", "kind", ("a",))
    check = Step("check", type("Check", (type(check.settings),), {"precedes_all": True})(), ("a",))
    steps = (step("train", "kind"), step("a", "kind"), check, step("more", "kind", ("train",)))
    executor = Executor()
    run(steps, tmp_path / "whole", backend=InProcess(executor))
    assert executor.ran == ["a", "check", "train", "more"]
    failing = Executor(fail="check")
    with pytest.raises(DataError):
        run(steps, tmp_path / "refused", backend=InProcess(failing))
    assert failing.ran == ["a"]


def test_a_failed_step_lets_the_others_finish_and_says_what_is_kept(tmp_path):
    log = Log()
    steps = (*plan(), step("e", "five", ("c", "d")))
    executor = Executor(fail="b")
    with pytest.raises(DataError, match="^no$"):
        go(tmp_path, steps, executor, log)
    assert executor.ran == ["a", "d"]
    assert "b failed: no" in log.lines
    assert log.lines[-1] == ("2 of 5 steps are finished and kept; failed: b; not made, as they need it: c, e")


def interrupting(pool, *presses):
    """Press Ctrl-C in the main thread: once the steps run, and again at each of some events."""

    def press():
        while len(pool.running) < 2:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        for event in presses:
            assert event.wait(30)
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()


def test_an_interrupt_waits_for_running_steps_and_keeps_what_they_finish(tmp_path):
    executor, steps = Executor(), tuple(step(name, "kind") for name in "abc")

    def work(context):
        assert pool.interrupted.wait(30)
        if context.name == "a":
            raise KeyboardInterrupt
        return executor(context)

    pool = Pool(work)
    interrupting(pool)
    with pytest.raises(KeyboardInterrupt):
        run(steps, tmp_path, backend=pool)
    assert {each.step: each.finished for each in status(steps, tmp_path)} == {
        "a": False,
        "b": True,
        "c": False,
    }
    assert not pool.killed.is_set()


def test_a_second_interrupt_ends_running_steps_at_once(tmp_path):
    def work(context):
        assert pool.killed.wait(30)
        raise KeyboardInterrupt

    pool = Pool(work)
    interrupting(pool, pool.interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tuple(step(name, "kind") for name in "ab"), tmp_path, backend=pool)
    assert pool.killed.is_set()


class Totals(SilentRun):
    def __init__(self):
        self.totals, self.open = [], []

    def start(self, name):
        self.open.append(name)
        return super().start(name)

    def finish(self, name):
        self.open.remove(name)

    def total(self, done, steps, seconds_left):
        self.totals.append((done, steps, seconds_left))


def test_the_total_and_its_time_left_are_reported_and_every_line_is_closed(tmp_path):
    totals = Totals()
    run(plan(), tmp_path, backend=InProcess(Executor()), progress=totals)
    assert totals.totals[0][:2] == (1, 4) and totals.totals[-1] == (4, 4, 0.0)
    assert totals.totals[0][2] == pytest.approx(3.0)
    assert totals.open == []
