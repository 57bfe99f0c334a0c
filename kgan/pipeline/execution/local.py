"""Steps in processes of this machine, as many at once as it has cores, memory and GPUs for."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Backend, Demand, Outcome
from kgan.pipeline.execution.machine import Machine
from kgan.pipeline.execution.worker import StepProcess


class Local(Backend):
    """Runs up to ``jobs`` steps at once, each in a process of its own, no two on one GPU.

    Args:
        machine: what may be used.
        jobs: steps at once; ``None`` for as many as fit the machine.
        threads: of arithmetic in each step.
        forked: whether steps are forks of a server that has imported TensorFlow, which a few steps that do
            not need it would only wait for.

    Raises:
        RunError: ``jobs`` is less than 1.
    """

    def __init__(
        self, machine: Machine, jobs: int | None = None, threads: int = 1, forked: bool = True
    ) -> None:
        if jobs is not None and jobs < 1:
            raise RunError(f"--jobs: expected a number of steps at once, at least 1; received {jobs}")
        self.machine, self.threads, self.forked = machine, threads, forked
        self._chosen = jobs is None
        self._jobs = machine.jobs(threads) if jobs is None else jobs
        self._free_jobs, self._free_gpus = self._jobs, list(machine.gpus)
        self._free_gigabytes = machine.gigabytes
        self._processes: dict[str, StepProcess] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(self._jobs, thread_name_prefix="step")

    @property
    def jobs(self) -> int:
        """Steps at once."""
        return self._jobs

    @property
    def gpus(self) -> int:
        """GPUs that one step can have: all."""
        return len(self.machine.gpus)

    all_gpus = gpus

    @property
    def description(self) -> str:
        """How many steps run at once, and why."""
        many = f"{self._jobs} steps at once" if self._jobs > 1 else "one step at a time"
        each = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        gpus = ", each training on its own GPU" if self.machine.gpus else ""
        change = " (--jobs N changes it)" if self._chosen else ""
        return f"{many}, {each} each{gpus}: this machine has {self.machine.description}{change}"

    def has_room(self, demand: Demand) -> bool:
        """Return whether a process, the GPUs and the memory are free; one step always has enough memory."""
        with self._lock:
            memory = self._free_gigabytes >= demand.gigabytes or not self._processes
            return memory and self._free_jobs > 0 and len(self._free_gpus) >= demand.gpus

    def submit(self, context: StepContext[Any], demand: Demand, priority: float) -> "Future[Outcome]":
        """Start a step; the engine starts the most urgent ones first, so that its priority does not count."""
        with self._lock:
            self._free_jobs -= 1
            self._free_gigabytes -= demand.gigabytes
            gpus = tuple(self._free_gpus[: demand.gpus])
            del self._free_gpus[: demand.gpus]
            process = StepProcess(context, gpus, self.forked)
            self._processes[context.name] = process
        return self._threads.submit(self._run, context.name, process, demand)

    def interrupt(self) -> None:
        """Ask all running steps to save their state and end."""
        for process in self._running():
            process.interrupt()

    def kill(self) -> None:
        """End all running steps at once."""
        for process in self._running():
            process.kill()

    def close(self) -> None:
        """End the threads that waited for steps."""
        self._threads.shutdown()

    def _running(self) -> list[StepProcess]:
        with self._lock:
            return list(self._processes.values())

    def _run(self, name: str, process: StepProcess, demand: Demand) -> Outcome:
        try:
            return process.run()
        finally:
            with self._lock:
                del self._processes[name]
                self._free_jobs += 1
                self._free_gigabytes += demand.gigabytes
                self._free_gpus.extend(process.gpus)
