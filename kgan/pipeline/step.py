"""One box of the pipeline, and what must be done before it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from kgan.pipeline.settings import StepSettings

S = TypeVar("S", bound=StepSettings, covariant=True)


@dataclass(frozen=True)
class Step(Generic[S]):
    """One box of the pipeline.

    Args:
        name: unique in the plan; part of folder names.
        settings: what changes the result; their type says what kind of step it is.
        needs: names of the steps whose folders it reads.
    """

    name: str
    settings: S
    needs: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of step."""
        return self.settings.kind
