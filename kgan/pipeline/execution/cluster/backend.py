"""Steps on a Dask cluster: Dask places them, gives them to another worker where one dies, and reports."""

import dataclasses
import itertools
import threading
import time
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kgan import errors
from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Backend, Demand, Outcome
from kgan.pipeline.execution.cluster.checks import Expectation
from kgan.pipeline.execution.cluster.survey import Slots, survey
from kgan.pipeline.execution.cluster.visibility import await_visible
from kgan.pipeline.execution.cluster.worker import Order, Reply, run_step, stop_steps
from kgan.pipeline.execution.progress_pipe import replay
from kgan.pipeline.records.manifest import SCRATCH
from kgan.progress import RunProgress, Silent

#: Steps that may wait for a worker: enough for a cluster that grows with what waits.
_WAITING = 2
#: Seconds for which the numbers of workers and their resources are taken to be as they were.
_FRESH = 10.0
#: Seconds after which the request to end steps is repeated.
_AGAIN = 1.0


@dataclasses.dataclass
class _Task:
    """A step that Dask was given.

    Args:
        context: the step's.
        demand: what it needs.
        priority: of the Dask task.
        future: of the engine.
        dask_future: of the latest try.
        started: whether a worker has it.
        saved: its checkpoints when the latest try was sent.
    """

    context: StepContext[Any]
    demand: Demand
    priority: float
    future: "Future[Outcome]"
    dask_future: Any = None
    started: bool = False
    saved: frozenset[tuple[str, int]] = frozenset()


class Cluster(Backend):
    """Runs steps on the workers of a Dask cluster.

    Args:
        client: of Dask; closed with the backend.
        expectation: what workers must have and see; each step checks its worker, which may have joined later.
        progress: shown what the user must know of the cluster.
        resources: closed with the backend.
    """

    def __init__(
        self, client: Any, expectation: Expectation, progress: RunProgress, resources: ExitStack
    ) -> None:
        self.client, self.expectation = client, expectation
        self.progress, self.resources = progress, resources
        self.topic = f"kgan-{expectation.text[:8]}"
        self.tasks: dict[str, _Task] = {}
        self.unfit: set[str] = set()
        self.ending = False
        self._numbers = itertools.count(1)
        self._slots, self._surveyed = Slots(), 0.0
        self._survey()
        client.subscribe_topic(self.topic, self._report)

    @property
    def jobs(self) -> int:
        """Steps that run at once, at most: threads of the workers."""
        return max(1, self._slots.threads)

    @property
    def gpus(self) -> int:
        """GPUs that one step can have, at most."""
        return int(self._slots.largest.get("GPU", 0))

    @property
    def all_gpus(self) -> int:
        """GPUs that the workers declare."""
        return int(self._slots.gpus)

    @property
    def description(self) -> str:
        """How many steps run at once, and why."""
        slots, gpus = self._slots, f", up to {self.gpus} GPUs in one" if self.gpus else ", no GPU declared"
        return (
            f"Dask cluster {self.client.scheduler.address}: {slots.workers} workers{gpus}, {self.jobs} steps "
            "at once (one for each thread of a worker)"
        )

    def has_room(self, demand: Demand) -> bool:
        """Return whether not too many steps wait for a worker; those that need GPUs wait apart."""
        tasks = list(self.tasks.values())
        waiting = [task for task in tasks if not task.started and bool(task.demand.gpus) == bool(demand.gpus)]
        return len(waiting) < _WAITING

    def submit(self, context: StepContext[Any], demand: Demand, priority: float) -> "Future[Outcome]":
        """Give a step to Dask; see `Backend.submit`."""
        inputs = {name: folder.absolute() for name, folder in context.inputs.items()}
        placed = dataclasses.replace(context, inputs=inputs, out=context.out.absolute())
        task = _Task(placed, demand, priority, Future())
        context.progress.begin("waits for a worker", None)
        self._send(task)
        return task.future

    def interrupt(self) -> None:
        """Ask all running steps to save their state and end; those that wait end at once."""
        self.ending = True
        for task in list(self.tasks.values()):
            if not task.started:
                task.dask_future.cancel()
        threading.Thread(target=self._stop_steps, args=("interrupt",), daemon=True).start()

    def kill(self) -> None:
        """End all running steps at once."""
        self.ending = True
        threading.Thread(target=self._stop_steps, args=("kill",), daemon=True).start()
        for task in list(self.tasks.values()):
            task.dask_future.cancel()

    def close(self) -> None:
        """Leave the cluster; a local one ends."""
        self.resources.close()

    def _send(self, task: _Task) -> None:
        """Submit a step, for the first time or again."""
        from distributed.protocol import pickle

        key = f"{self.topic}-{task.context.name}-{task.context.out.stem}-{next(self._numbers)}"
        context = dataclasses.replace(task.context, progress=Silent())
        order = Order(key, self.topic, context, task.demand)
        task.started, task.saved = False, _checkpoints(task.context.out)
        self._survey()
        preferred = self._preferred()
        self.tasks[key] = task
        try:
            task.dask_future = self.client.submit(
                run_step,
                self.expectation,
                pickle.dumps(order),
                key=key,
                pure=False,
                priority=task.priority,
                resources=self._slots.request(task.demand),
                **preferred,
            )
        except Exception as error:
            del self.tasks[key]
            raise RunError(self._lost()) from error
        # Dask has one thread for callbacks of all its clients.
        task.dask_future.add_done_callback(
            lambda done: threading.Thread(target=self._end, args=(key, done), daemon=True).start()
        )

    def _preferred(self) -> dict[str, Any]:
        """Return arguments that keep a step from workers that cannot run it, as long as there are others."""
        if not self.unfit:
            return {}
        fit = [worker for worker in self.client.nthreads() if worker not in self.unfit]
        if not fit:
            raise RunError("no worker of the Dask cluster can run the steps: see the lines above")
        return {"workers": fit, "allow_other_workers": True}

    def _survey(self) -> None:
        if time.monotonic() - self._surveyed > _FRESH:
            try:
                self._slots = self.client.run_on_scheduler(survey)
            except Exception as error:
                raise RunError(self._lost()) from error
            self._surveyed = time.monotonic()

    def _report(self, event: tuple[float, dict[str, Any]]) -> None:
        """Show what a worker reports; runs in the client's event loop."""
        message = event[1]
        task = self.tasks.get(message["key"])
        if task is None or task.future.done():
            return
        for method, arguments in message["reports"]:
            if method == "started":
                task.started = True
            else:
                replay((method, arguments), task.context.progress)

    def _end(self, key: str, done: Any) -> None:
        """Settle a step when its try has ended."""
        task = self.tasks.pop(key)
        try:
            outcome = self._outcome(task, done)
        except BaseException as error:
            task.future.set_exception(error)
        else:
            if outcome is not None:
                task.future.set_result(outcome)

    def _outcome(self, task: _Task, done: Any) -> Outcome | None:
        """Return the outcome of a step; ``None`` if it is tried again."""
        if done.status == "finished":
            return self._judge(task, done.result())
        if self.ending:
            raise KeyboardInterrupt
        if done.status == "cancelled":
            raise RunError(self._lost())
        error = done.exception()
        if type(error).__name__ != "KilledWorker":
            raise RuntimeError(f"step {task.context.name}: Dask failed to run it ({error!r})") from error
        if _checkpoints(task.context.out) == task.saved:
            raise RunError(
                f"step {task.context.name}: several workers died one after the other while they made it, the "
                f"last at {error.last_worker.address}, and it saved nothing new; usually they ran out of "
                "memory. Run the same command again to go on"
            ) from error
        self._send(task)
        return None

    def _judge(self, task: _Task, reply: Reply) -> Outcome | None:
        if reply.kind == "interrupted":
            raise KeyboardInterrupt
        if reply.kind == "error":
            name, text = reply.payload
            raise getattr(errors, name, RunError)(text)
        if reply.kind == "bug":
            raise RuntimeError(reply.payload)
        if reply.kind == "unfit":
            worker, problem = reply.payload
            if worker not in self.unfit:
                self.unfit.add(worker)
                self.progress.say(f"worker {worker} is not used: it {problem}")
            self._send(task)
            return None
        outcome: Outcome = reply.payload
        for path, facts in outcome.outputs.items():
            await_visible(task.context.out / path, facts["bytes"])
        return outcome

    def _stop_steps(self, reason: str) -> None:
        """Tell the workers until all steps have ended; one that no worker has is cancelled."""
        unseen: set[str] = set()
        while self.tasks:
            keys = set(self.tasks)
            try:
                answers = self.client.run(stop_steps, self.topic, reason, on_error="ignore")
            except Exception:  # the scheduler has gone, and Dask cancels the steps itself
                return
            keys.difference_update(*answers.values())
            for key in keys & unseen & self.tasks.keys():
                self.tasks[key].dask_future.cancel()
            unseen = keys
            time.sleep(_AGAIN)

    def _lost(self) -> str:
        return (
            f"the connection with the Dask scheduler at {self.client.scheduler.address} is lost. What is "
            "finished is kept; start the scheduler and its workers again, then the same command goes on"
        )


def _checkpoints(out: Path) -> frozenset[tuple[str, int]]:
    """Return names and times of what a step has saved."""
    saved = (path for path in (out / SCRATCH).glob("*") if path.name != "step.lock")
    return frozenset((path.name, path.stat().st_mtime_ns) for path in saved)
