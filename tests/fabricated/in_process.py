"""Runs whose steps all happen in the test's own process, where TensorFlow starts once."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kgan.pipeline import run
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Backend, Demand, Outcome
from kgan.pipeline.execution.worker import perform
from kgan.pipeline.records import manifest
from kgan.plan import Step
from kgan.progress import Progress, Silent, SilentRun


class Log(SilentRun):
    """Keeps the lines of a run and of its steps."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def start(self, step: str) -> Progress:
        progress = Silent()
        progress.say = self.say
        return progress


class InProcess(Backend):
    """Runs each step when it is submitted.

    Args:
        executor: runs a step and returns its facts; kgan's own step where there is none.
    """

    jobs, gpus, all_gpus, description = 1, 0, 0, "in this process"

    def __init__(self, executor: Callable[[StepContext], dict[str, Any]] | None = None) -> None:
        self.executor = executor

    def has_room(self, demand: Demand) -> bool:
        return True

    def submit(self, context: StepContext, demand: Demand, priority: float) -> "Future[Outcome]":
        future: Future[Outcome] = Future()
        try:
            future.set_result(self._do(context))
        except BaseException as error:
            future.set_exception(error)
        return future

    def interrupt(self) -> None:
        """Nothing runs."""

    kill = close = interrupt

    def _do(self, context: StepContext) -> Outcome:
        if self.executor is None:
            return perform(context)
        return Outcome(self.executor(context), 1.0, 1, manifest.outputs(context.out))


def run_here(steps: Sequence[Step], folder: Path, **options: Any) -> None:
    """Run steps on one device, eagerly; ``options`` are further ones of `kgan.pipeline.run`."""
    with eagerly():
        run(steps, folder, compute={"strategy": "one", "xla": "off"}, backend=InProcess(), **options)


@contextmanager
def eagerly() -> Iterator[None]:
    """Run what are graphs elsewhere operation by operation, which is cheaper for a few calls.

    Input pipelines stay graphs; TensorFlow warns of that.
    """
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Even though the `tf.config")
            yield
    finally:
        tf.config.run_functions_eagerly(False)
