"""A cluster that cannot be used is refused in one line, before anything runs and within a time limit."""

import dataclasses
import json
import os
import socket
import subprocess
import sys
import time

import dask
import pytest

from kgan.errors import RunError
from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.execution.cluster import checks, connect, connection

#: Connects in a Python in which a module is missing.
WITHOUT = """
import pathlib, sys
sys.modules["distributed"] = None
from kgan.errors import KganError
from kgan.pipeline.execution.cluster import connect
try:
    connect("local", folder=pathlib.Path("run"), data=(), jobs=1, progress=None)
except KganError as error:
    print(error)
print(sorted(name for name in ("dask", "tensorflow") if name in sys.modules))
"""


@pytest.fixture
def refused(tmp_path, notes):
    """Return ``refused(scheduler)``: why a cluster is refused, in at most 10 s."""

    def message(scheduler, **arguments):
        options = {"folder": tmp_path / "run", "data": (), "jobs": 1, "progress": notes, **arguments}
        limits = {"distributed.comm.timeouts.connect": "1s", "kgan.worker-wait": "0.5s"}
        begun = time.monotonic()
        with dask.config.set(limits), pytest.raises(RunError) as caught:
            connect(scheduler, **options)
        assert time.monotonic() - begun < 20
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return message


def test_without_dask_the_extra_is_named():
    python = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    message, imported = python.stdout.splitlines()
    assert "pip install 'kgan[dask]'" in message and imported == "[]"


@pytest.mark.parametrize("answers", [False, True], ids=["silence", "no-dask"])
def test_an_address_without_a_scheduler_is_named(refused, answers):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if answers:
            listener.listen()
        address = "tcp://{}:{}".format(*listener.getsockname())
        assert f"no Dask scheduler answered at {address} within 1 s" in refused(address)


@pytest.mark.parametrize(
    ("scheduler", "expected"),
    [
        ("node1:8786", "expected local, FILE.json"),
        ("tcp://", "cannot be used"),
        ("tls://127.0.0.1:1", "for tls:// see docs/cluster.md"),
        ("missing.json", "cannot be read (No such file or directory)"),
    ],
)
def test_what_is_no_address_is_named(refused, scheduler, expected):
    assert expected in refused(scheduler)


@pytest.mark.parametrize("text", ["{", "{}", "[1]"])
def test_a_broken_scheduler_file_is_named(refused, tmp_path, text):
    (tmp_path / "scheduler.json").write_text(text)
    assert "is no scheduler file of Dask" in refused(str(tmp_path / "scheduler.json"))


def test_a_workers_address_is_not_the_schedulers(refused, two_workers):
    worker = next(iter(two_workers.scheduler.workers))
    assert "is a Worker of Dask; expected its scheduler" in refused(worker)


def test_jobs_of_a_local_cluster_are_at_least_one(refused):
    assert "expected a number of steps at once, at least 1; received 0" in refused("local", jobs=0)


def test_other_versions_of_the_workers_are_named(refused, two_workers, monkeypatch):
    monkeypatch.setattr(connection, "versions", lambda: {**checks.versions(), "keras": "1.0"})
    message = refused(two_workers.scheduler_address)
    assert "keras" in message and "(expected 1.0)" in message and "2 of 2 workers cannot be used" in message


def test_data_that_the_workers_do_not_see_are_named(refused, two_workers, tmp_path):
    message = refused(two_workers.scheduler_address, data=(tmp_path / "scans",))
    assert f"does not see the data: {tmp_path / 'scans'}" in message


def test_a_cluster_without_workers_and_one_whose_worker_is_daemonic_are_refused(refused):
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen([*command, "--no-dashboard"], stderr=subprocess.PIPE, text=True) as scheduler:
        address = next(line.split()[-1] for line in scheduler.stderr if "Scheduler at:" in line)
        assert "the cluster has no worker after 0 s" in refused(address)
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
        with subprocess.Popen([*worker, "--no-dashboard"], stderr=subprocess.PIPE, text=True) as started:
            next(line for line in started.stderr if "Registered to" in line)
            assert "DASK_DISTRIBUTED__WORKER__DAEMON=False" in refused(address)
            started.terminate()
            started.communicate()
        scheduler.terminate()
        scheduler.communicate()


def test_a_worker_that_joined_later_and_is_unfit_is_not_used(two_workers, tmp_path, notes, context):
    address = two_workers.scheduler_address
    with connect(address, folder=tmp_path / "run", data=(), jobs=1, progress=notes) as backend:
        lacking = {**backend.expectation.versions, "keras": "1.0"}
        backend.expectation = dataclasses.replace(backend.expectation, versions=lacking)
        with pytest.raises(RunError, match="no worker of the Dask cluster can run the steps"):
            backend.submit(context(), Demand(), 1.0).result(60)
    assert sum("is not used: it has keras" in line for line in notes.lines) == 2


def test_tcp_brings_a_warning_and_files_name_the_scheduler(two_workers, tmp_path, notes):
    (tmp_path / "scheduler.json").write_text(json.dumps({"address": two_workers.scheduler_address}))
    scheduler = str(tmp_path / "scheduler.json")
    with connect(scheduler, folder=tmp_path / "run", data=(), jobs=1, progress=notes) as backend:
        assert "2 workers" in backend.description and "2 steps at once" in backend.description
    assert "neither encrypted nor authenticated" in notes.lines[0]
    assert list((tmp_path / "run").iterdir()) == []


def test_a_local_cluster_speaks_tls_runs_steps_and_leaves_no_process(steps_module, tmp_path, notes, context):
    with connect("local", folder=tmp_path / "run", data=(), jobs=1, progress=notes) as backend:
        assert backend.client.scheduler.address.startswith("tls://127.0.0.1:")
        processes = backend.client.run(os.getpid).values()
        assert backend.submit(context(), Demand(), 1.0).result(120).facts == {"units": 10}
    assert notes.lines == []
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
