"""What runs in a Dask worker: one step in a thread of it, in a process of the step's own."""

import asyncio
import dataclasses
import pickle
import signal
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kgan.errors import KganError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Demand, Outcome
from kgan.pipeline.execution.cluster.checks import Expectation, unfit
from kgan.pipeline.execution.cluster.progress import TopicProgress
from kgan.pipeline.execution.cluster.visibility import await_visible
from kgan.pipeline.execution.worker import StepProcess
from kgan.pipeline.records import manifest
from kgan.training.gpus import visible_gpus

#: Seconds that the steps of a worker have to save their state before it closes: batch systems kill after 30.
GRACE = 25.0
#: Seconds between two looks at whether a step is still wanted.
_LOOK = 0.25
#: Seconds after which a worker whose step was stopped, but which stays, gives the step back.
_HELD = 30.0


@dataclass(frozen=True)
class Order:
    """One step, as the command sends it.

    Args:
        key: of the Dask task, and of the step's reports.
        topic: of the run; reports are logged under it.
        context: its paths are absolute, its ``progress`` is not used.
        demand: how many GPUs it needs.
    """

    key: str
    topic: str
    context: StepContext[Any]
    demand: Demand


@dataclass(frozen=True)
class Reply:
    """How a step ended.

    Args:
        kind: ``done`` (an `Outcome`), ``error`` (class and text of a `KganError`), ``bug`` (a text with a
            traceback), ``interrupted``, or ``unfit`` (the worker's address, and why it cannot run the step).
        payload: as stated.
    """

    kind: str
    payload: Any = None


class Job:
    """A step at work in this worker, and why it was stopped.

    Args:
        order: of the step.
        worker: Dask's worker.
    """

    def __init__(self, order: Order, worker: Any) -> None:
        self.order, self.worker = order, worker
        self.process: StepProcess | None = None
        self.reason = ""
        self.ended = threading.Event()

    def stop(self, reason: str) -> None:
        """Tell the step to save its state and end; ``kill`` as the reason ends it at once."""
        self.reason = self.reason or reason
        if self.process and reason == "kill":
            self.process.kill()
        elif self.process:
            self.process.interrupt()

    def run(self, context: StepContext[Any]) -> Outcome:
        """Run the step in a process of its own, on GPUs that no other step of this worker has."""
        demand = self.order.demand
        with leased(demand.gpus) as gpus:
            self.process = StepProcess(context, gpus)
            if self.reason:
                raise KeyboardInterrupt
            return self.process.run()

    def is_wanted(self) -> bool:
        """Tell whether the command still waits for it: the scheduler forgets what a dead one wanted."""
        task = self.worker.state.tasks.get(self.order.key)
        return task is not None and task.state == "executing"

    def watch(self) -> None:
        """Stop the step when no command waits for it any more, or when the worker closes."""
        while not self.ended.wait(_LOOK):
            if self.reason:
                continue
            if is_closing(self.worker):
                self.stop("leaving")
            elif not self.is_wanted():
                self.stop("gone")


_jobs: dict[str, Job] = {}
_interrupted_topics: set[str] = set()
_leaving = threading.Event()
_prepared = threading.Event()
_gpu_lock = threading.Lock()
_used_gpus: set[str] = set()


def run_step(expectation: Expectation, message: bytes) -> Reply:
    """Run one step; the function of the Dask task.

    Args:
        expectation: what this worker, which may have joined later, must have and see.
        message: a pickled `Order`; only a worker that is fit can read it.

    Raises:
        Reschedule: the worker closes, and another one goes on with what the step saved.
    """
    from distributed import Reschedule, get_worker

    worker = get_worker()
    if problem := unfit(expectation, worker):
        return Reply("unfit", (worker.address, problem))
    order: Order = pickle.loads(message)
    worker.loop.add_callback(_prepare_for_signals, worker)
    progress = TopicProgress(worker, order.topic, order.key)
    progress.started(f"{socket.gethostname()} {worker.name}")
    with _job(order, worker) as job:
        reply = _reply(job, progress)
    if reply.kind == "done" or (not job.reason and reply.kind != "interrupted"):
        return reply
    if job.reason == "kill" or _is_interrupted(order):
        return Reply("interrupted")
    _await_end(job)
    if _is_interrupted(order):
        return Reply("interrupted")
    raise Reschedule


@contextmanager
def _job(order: Order, worker: Any) -> Iterator[Job]:
    job = _jobs[order.key] = Job(order, worker)
    threading.Thread(target=job.watch, daemon=True).start()
    try:
        yield job
    finally:
        job.ended.set()
        del _jobs[order.key]


def _reply(job: Job, progress: TopicProgress) -> Reply:
    context = dataclasses.replace(job.order.context, progress=progress)
    try:
        _await_inputs(context, job)
        if _is_stopped(job):
            return Reply("interrupted")
        return Reply("done", job.run(context))
    except KeyboardInterrupt:
        return Reply("interrupted")
    except KganError as error:
        return Reply("error", (type(error).__name__, str(error)))
    except RuntimeError as error:  # of the step's process, with its traceback
        return Reply("bug", str(error))
    except BaseException:
        return Reply("bug", f"step {context.name} failed; this is a fault of kgan:\n{traceback.format_exc()}")
    finally:
        progress.close()


@contextmanager
def leased(number: int) -> Iterator[tuple[str, ...]]:
    """Give GPUs, as ``CUDA_VISIBLE_DEVICES`` names them: Dask counts those of a worker, but assigns none."""
    with _gpu_lock:
        free = [name for name in visible_gpus() if name not in _used_gpus][:number]
        _used_gpus.update(free)
    try:
        yield tuple(free)
    finally:
        with _gpu_lock:
            _used_gpus.difference_update(free)


def _is_stopped(job: Job) -> bool:
    """Tell whether a step that has not begun must not begin."""
    return bool(job.reason) or _leaving.is_set() or _is_interrupted(job.order)


def _is_interrupted(order: Order) -> bool:
    return order.topic in _interrupted_topics


def is_closing(worker: Any) -> bool:
    """Tell whether a worker takes its leave of the cluster."""
    return worker.status.name not in ("running", "paused", "init")


def _await_end(job: Job) -> None:
    """Hold a step that has ended until its worker has, which must not be given the step again."""
    deadline = time.monotonic() + _HELD
    while time.monotonic() < deadline and job.is_wanted() and not is_closing(job.worker):
        if _is_interrupted(job.order):
            return
        time.sleep(_LOOK)


def _await_inputs(context: StepContext[Any], job: Job) -> None:
    """Wait until this machine sees what others have just finished."""
    manifests = [folder / manifest.FILE for folder in context.inputs.values()]
    for path in [context.out, *manifests]:
        await_visible(path, cancelled=lambda: _is_stopped(job))


def stop_steps(topic: str, reason: str) -> list[str]:
    """Tell all steps of a run in this worker to end, and let none begin; the command calls it everywhere.

    Args:
        topic: of the run.
        reason: ``interrupt`` to save their state, ``kill`` to end at once.

    Returns:
        list: keys of the steps that are at work here.
    """
    _interrupted_topics.add(topic)
    jobs = [job for job in list(_jobs.values()) if job.order.topic == topic]
    for job in jobs:
        job.stop(reason)
    return [job.order.key for job in jobs]


async def leave() -> None:
    """Let all steps of this worker save their state, before it closes."""
    _leaving.set()
    jobs = list(_jobs.values())
    for job in jobs:
        job.stop("leaving")
    deadline = time.monotonic() + GRACE
    while not all(job.ended.is_set() for job in jobs) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)


async def _prepare_for_signals(worker: Any) -> None:
    """See that a signal to the worker, its nanny, or both lets steps save; once in a process.

    Left alone, the worker's process dies of SIGTERM at once, and its nanny gives it 8 s. SIGINT comes from a
    terminal, to the nanny or the command as well, which act on it.
    """
    if _prepared.is_set():
        return
    _prepared.set()
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()

        def close(*_: Any) -> None:
            loop.call_soon_threadsafe(lambda: loop.create_task(_close(worker)))

        signal.signal(signal.SIGTERM, close)
        signal.signal(signal.SIGINT, signal.SIG_IGN if worker.nanny else close)
    if worker.nanny:
        from kgan.pipeline.execution.cluster.nanny import PatientNanny

        async with worker.rpc(worker.nanny) as nanny:
            await nanny.plugin_add(plugin=pickle.dumps(PatientNanny()), name=PatientNanny.name)


async def _close(worker: Any) -> None:
    await leave()
    await worker.close(reason="a signal; the steps of kgan have saved their state")
