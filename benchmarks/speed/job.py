"""What a benchmark compares: the same work, done by kgan and by others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

#: The side that the others are compared with.
KGAN = "kgan"


class Work(Protocol):
    """Work that can be repeated. A training can also be compared: see `benchmarks.speed.turns`."""

    def run(self, units: int) -> None:
        """Do it so many times."""


@dataclass(frozen=True)
class Job:
    """The same work by several programs.

    Args:
        name: short.
        what: the rest that one needs to know.
        unit: of the work, such as "step".
        sides: name of a program -> what makes the work, in a process of its own.
        wanted: ratio of the best other program's CPU time to kgan's that is to be reached.
        trained: whether it is a training whose losses and gradients can be compared.
        most: units in a turn, however short they are.
        quick: whether it belongs to the short form.
    """

    name: str
    what: str
    unit: str
    sides: Mapping[str, Callable[[], Work]]
    wanted: float | None = None
    trained: bool = False
    most: int = 1_000_000
    quick: bool = False
