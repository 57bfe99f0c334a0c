"""What a step is given: settings, the folders of the steps it needs, and a folder to fill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgan.digest import value_digest
from kgan.progress import Progress, Silent


@dataclass(frozen=True)
class StepContext:
    """The whole world of a step.

    Args:
        name: the step's name in the plan, e.g. ``"train-pggan-tumor"``.
        settings: what changes the result, as plain JSON values.
        inputs: finished folders by the names of the steps needed.
        out: the folder to fill; an interrupted try's files are still in it.
        seed: the run's seed.
        progress: told how far the step is.
        compute: devices and checkpoints: what must not change the result.
    """

    name: str
    settings: Mapping[str, Any]
    inputs: Mapping[str, Path]
    out: Path
    seed: int
    progress: Progress = field(default_factory=Silent)
    compute: Mapping[str, Any] = field(default_factory=dict)

    @property
    def own_seed(self) -> int:
        """A seed that no other step of the run has, for draws that steps must not share."""
        return int(value_digest([self.seed, self.name])[:12], 16)
