"""A nanny that ends waits for the steps of its worker."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

from distributed.protocol import pickle

from kgan.pipeline.execution.cluster.nanny import PatientNanny
from kgan.pipeline.execution.cluster.worker import leave


def nanny(run, alive=True):
    """Return a nanny whose worker answers with ``run``."""

    @asynccontextmanager
    async def rpc(address):
        assert address == "tcp://worker"
        yield SimpleNamespace(run=run)

    return SimpleNamespace(worker_address="tcp://worker", rpc=rpc, is_alive=lambda: alive)


def test_it_asks_the_worker_and_waits_for_its_answer():
    calls = []

    async def run(function):
        await asyncio.sleep(0.05)
        calls.append(pickle.loads(function))

    asyncio.run(PatientNanny().teardown(nanny(run)))
    assert calls == [leave]


def test_a_worker_that_has_gone_is_not_waited_for():
    async def run(function):
        raise OSError("connection refused")

    asyncio.run(PatientNanny().teardown(nanny(run)))
    asyncio.run(PatientNanny().teardown(SimpleNamespace(worker_address=None)))


def test_a_worker_whose_process_has_ended_is_left_alone():
    calls = []

    async def run(function):
        calls.append(function)

    asyncio.run(PatientNanny().teardown(nanny(run, alive=False)))
    assert not calls
