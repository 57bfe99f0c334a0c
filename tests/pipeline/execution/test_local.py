"""Processes of one machine: as many as there is room for, each with GPUs of its own."""

import dataclasses
import threading
from concurrent.futures import wait

import pytest

from kgan.errors import RunError
from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.execution.local import Local
from kgan.pipeline.execution.machine import Machine
from kgan.progress import Silent


class Begun(Silent):
    """Sets an event when the step begins."""

    def __init__(self):
        self.event = threading.Event()

    def begin(self, label, total, done=0):
        self.event.set()


def begun(context):
    return dataclasses.replace(context, progress=Begun())


@pytest.mark.parametrize("jobs", [0, -1])
def test_a_number_of_jobs_below_one_is_refused(jobs):
    with pytest.raises(RunError, match=f"--jobs: expected .* at least 1; received {jobs}"):
        Local(Machine(2, 8.0), jobs)


@pytest.mark.parametrize(
    ("machine", "threads", "jobs"),
    [
        (Machine(2, 24.0), 1, 2),
        (Machine(8, 64.0), 2, 4),
        (Machine(1, 2.0), 4, 1),
    ],
    ids=["cores", "threads", "least"],
)
def test_the_number_of_jobs_follows_cores_and_threads(machine, threads, jobs):
    with Local(machine, threads=threads) as local:
        assert local.jobs == jobs


def test_a_step_waits_for_memory_and_runs_alone_where_it_needs_more_than_there_is(context):
    with Local(Machine(8, 12.0)) as local:
        assert local.has_room(Demand(gigabytes=50.0))
        step = begun(context("wait", "a"))
        future = local.submit(step, Demand(gigabytes=8.0), 1.0)
        assert local.has_room(Demand(gigabytes=4.0)) and not local.has_room(Demand(gigabytes=4.5))
        assert step.progress.event.wait(60)
        local.interrupt()
        wait([future])
        assert local.has_room(Demand(gigabytes=12.0))


def test_the_choice_is_described_in_one_line():
    with Local(Machine(8, 63.6, ("0", "1"))) as local:
        assert local.description == (
            "8 steps at once, 1 thread each, each training on its own GPU: this machine has 8 cores, 64 GB "
            "of memory, 2 GPUs (--jobs N changes it)"
        )
    with Local(Machine(1, 63.6), 1) as local:
        assert local.description == (
            "one step at a time, 1 thread each: this machine has 1 core, 64 GB of memory, no GPU"
        )


def test_two_training_steps_have_a_gpu_each_and_a_step_without_has_none(context):
    with Local(Machine(4, 16.0, ("5", "7")), 4) as local:
        waiting = [begun(context("wait", name)) for name in ("train-a", "train-b")]
        first = [local.submit(each, Demand(gpus=1), 1.0) for each in waiting]
        assert not local.has_room(Demand(gpus=1)) and local.has_room(Demand())
        assert (
            local.submit(context("look", "table"), Demand(), 1.0).result().facts["CUDA_VISIBLE_DEVICES"] == ""
        )
        assert all(each.progress.event.wait(60) for each in waiting)
        local.interrupt()
        wait(first)
        assert all(isinstance(future.exception(), KeyboardInterrupt) for future in first)
        assert local.has_room(Demand(gpus=2))
        both = local.submit(context("look", "train-c"), Demand(gpus=2), 1.0).result().facts
        assert sorted(both["CUDA_VISIBLE_DEVICES"].split(",")) == ["5", "7"]


def test_a_killed_backend_leaves_no_process(context):
    with Local(Machine(2, 16.0), 2) as local:
        waiting = [begun(context("wait", name)) for name in ("a", "b")]
        futures = [local.submit(each, Demand(), 1.0) for each in waiting]
        assert not local.has_room(Demand())
        assert all(each.progress.event.wait(60) for each in waiting)
        local.kill()
        wait(futures, 30)
        assert all(isinstance(future.exception(0), KeyboardInterrupt) for future in futures)


def test_what_crashes_in_a_step_harms_no_other(context):
    with Local(Machine(2, 16.0), 2) as local:
        crash = local.submit(context("crash", "a"), Demand(), 1.0)
        look = local.submit(context("look", "b"), Demand(), 1.0)
        assert look.result().facts
        with pytest.raises(RunError, match="step a: its process ended unexpectedly .exit code -11"):
            crash.result()
