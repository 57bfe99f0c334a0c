"""What the engine asks of the place where steps run."""

import abc
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from kgan.pipeline.context import StepContext

#: Fact of a step that went on from a checkpoint: seconds that earlier processes had spent up to there.
EARLIER_SECONDS = "earlier_seconds"


@dataclass(frozen=True)
class Demand:
    """What a step needs while it runs.

    Args:
        gpus: number of GPUs; 0 for a step without TensorFlow, and on a machine without GPUs.
        gigabytes: memory.
    """

    gpus: int = 0
    gigabytes: float = 4.0


@dataclass(frozen=True)
class Outcome:
    """What a finished step returns.

    Args:
        facts: what the step's ``run`` returned.
        seconds: wall time, with that of earlier processes up to the checkpoint from which it went on.
        peak_memory_mb: of its process.
        outputs: bytes and SHA-256 of each file that it wrote, as `kgan.pipeline.records.manifest` lists them.
        machine: where it ran, for the manifest: ``processor`` and ``threads``.
    """

    facts: dict[str, Any]
    seconds: float
    peak_memory_mb: int
    outputs: dict[str, dict[str, Any]]
    machine: dict[str, Any] = field(default_factory=dict)


class Backend(abc.ABC):
    """Runs steps in processes of their own, as many at a time as there is room for."""

    @property
    @abc.abstractmethod
    def jobs(self) -> int:
        """Steps that run at once, at most."""

    @property
    @abc.abstractmethod
    def gpus(self) -> int:
        """GPUs that one step can have, at most; 0 where steps run on CPUs."""

    @property
    @abc.abstractmethod
    def all_gpus(self) -> int:
        """GPUs that all steps share; 0 where steps run on CPUs."""

    @property
    @abc.abstractmethod
    def description(self) -> str:
        """One line for the user: how many steps run at once, and why."""

    @abc.abstractmethod
    def has_room(self, demand: Demand) -> bool:
        """Return whether a step can start now."""

    @abc.abstractmethod
    def submit(self, context: StepContext[Any], demand: Demand, priority: float) -> "Future[Outcome]":
        """Start a step.

        Args:
            context: what the step is given; its ``progress`` receives its reports, from any thread.
            demand: for which there is room.
            priority: expected seconds of the longest path that begins with the step; longer ones first.

        Returns:
            Future: its exception is a `KganError` as the step raised it, a `RunError` if its process was
            killed, a RuntimeError with the traceback for a fault of kgan or of a plugin, a
            KeyboardInterrupt if it was interrupted and saved its state.
        """

    @abc.abstractmethod
    def interrupt(self) -> None:
        """Ask all running steps to save their state and end."""

    @abc.abstractmethod
    def kill(self) -> None:
        """End all running steps at once."""

    @abc.abstractmethod
    def close(self) -> None:
        """Release processes and connections; no step is running."""

    def __enter__(self) -> "Backend":
        """Return the backend; it is closed at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close it."""
        self.close()
