"""A Dask cluster of two workers, and steps that its workers can import."""

import importlib
import logging
import sys
import time

import dask
import distributed
import pytest

from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.execution.cluster import connect
from kgan.progress import RunProgress, Silent

#: A module of steps beside the tests. Their processes are forks of a server without TensorFlow.
ELSEWHERE = """
import multiprocessing
import os
import time
from typing import ClassVar

from kgan.errors import DataError
from kgan.pipeline.settings import StepSettings
from kgan.training.interrupt import interruptible

if "Dask" in multiprocessing.current_process().name:
    from multiprocessing.forkserver import ensure_running

    ensure_running()

class Elsewhere(StepSettings):
    kind: ClassVar[str] = "elsewhere"
    module: ClassVar[str] = "clustered"
    does: str
    units: int = 10
    saving: float = 0.0

    def describe(self):
        return self.does

def run(context):
    if context.settings.does == "refuse":
        raise DataError("predictions.csv: no such file")
    if context.settings.does == "fail":
        return {}[context.settings.does]
    if context.settings.does == "environment":
        return dict(os.environ)
    if context.settings.does == "die":
        os.kill(worker(), 9)
        time.sleep(60)
    return train(context)

def worker():
    # The process that started this one.
    parent = multiprocessing.parent_process()
    return parent.pid if parent else 0

def train(context):
    state = context.out / "checkpoints" / "state"
    state.parent.mkdir(exist_ok=True)
    units = context.settings.units
    begun = int(state.read_text()) if state.exists() else 0
    with (context.out / "checkpoints" / "log").open("a") as log:
        print("began", begun, os.getpid(), worker(), file=log, flush=True)
        with interruptible(lambda: True) as stopped, context.progress.task("x", units, begun) as progress:
            for unit in range(begun, units):
                time.sleep(0.05)
                progress.advance(1, f"loss {unit}")
                if stopped():
                    time.sleep(context.settings.saving)
                    state.write_text(str(unit + 1))
                    print("saved", unit + 1, os.getpid(), file=log, flush=True)
                    raise KeyboardInterrupt
                if unit % 5 == 4:
                    state.write_text(str(unit + 1))
        print("ended", begun, os.getpid(), file=log, flush=True)
    (context.out / "result").write_text(str(sum(range(units))))
    return {"units": units}
"""


class Notes(RunProgress):
    """Keeps the lines."""

    def __init__(self):
        self.lines = []

    def start(self, step):
        return Silent()

    def finish(self, step):
        pass

    def say(self, text):
        self.lines.append(text)

    def total(self, done, steps, seconds_left):
        pass


@pytest.fixture(scope="session")
def steps_module(tmp_path_factory):
    """Make the module of the steps importable, here and in what is started from here."""
    folder = tmp_path_factory.mktemp("clustered")
    (folder / "clustered.py").write_text(ELSEWHERE)
    sys.path.insert(0, str(folder))
    yield importlib.import_module("clustered")
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def dask_cluster(steps_module):
    """Start a scheduler and two workers of one thread, as a user would."""
    with dask.config.set({"distributed.worker.daemon": False}):
        options = {"n_workers": 2, "threads_per_worker": 1, "memory_limit": 0, "host": "127.0.0.1"}
        quiet = {"scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}, "silence_logs": logging.CRITICAL}
        with distributed.LocalCluster(**options, **quiet, dashboard_address=None) as cluster:
            yield cluster


@pytest.fixture
def context(steps_module, tmp_path):
    """Return ``context(name, does, ...)`` of a step in the run's folder ``tmp_path / "run"``."""

    def make(name="step", does="train", progress=None, compute=None, **settings):
        out = tmp_path / "run" / "steps" / name / "0123.partial"
        out.mkdir(parents=True, exist_ok=True)
        chosen = steps_module.Elsewhere(seed=1, does=does, **settings)
        return StepContext(name, chosen, {}, out, progress or Silent(), compute or {})

    return make


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def two_workers(dask_cluster):
    """Replace a worker that a test ended; Dask itself replaces one that was killed."""
    running = [nanny for nanny in dask_cluster.workers.values() if nanny.status.name == "running"]
    if len(running) < 2:
        dask_cluster.scale(len(dask_cluster.worker_spec) + 1)
    deadline = time.monotonic() + 60
    while len(dask_cluster.scheduler.workers) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return dask_cluster


@pytest.fixture
def backend(two_workers, tmp_path, notes):
    """Connect with the cluster."""
    address = two_workers.scheduler_address
    with connect(address, folder=tmp_path / "run", data=(), jobs=1, progress=notes) as backend:
        yield backend


@pytest.fixture
def start(backend, context):
    """Return ``start(name, does, ...)``, which submits a step and returns its context and future."""

    def submit(name="step", does="train", **settings):
        made = context(name, does, **settings)
        return made, backend.submit(made, Demand(), 1.0)

    return submit


@pytest.fixture
def log():
    """Return ``log(context, word)``: the log of a step as lists of words, after one begins with ``word``."""

    def read(made, word="began", number=1):
        path = made.out / "checkpoints" / "log"
        deadline = time.monotonic() + 120
        while True:
            lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
            if sum(line[0] == word for line in lines) >= number:
                return lines
            assert time.monotonic() < deadline, f"no {word} in {lines}"
            time.sleep(0.05)

    return read
