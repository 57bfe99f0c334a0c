"""What a step is given: settings, the folders of the steps it needs, and a folder to fill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic

from kgan.errors import RunError
from kgan.pipeline.step import S
from kgan.progress import Progress, Silent


@dataclass(frozen=True)
class StepContext(Generic[S]):
    """The whole world of a step.

    Args:
        name: the step's name in the plan, e.g. ``"train-pggan-tumor"``.
        settings: what changes the result.
        inputs: finished folders by the names of the steps needed.
        out: the folder to fill; an interrupted try's files are still in it.
        progress: receives how far the step is.
        compute: devices and checkpoints: what must not change the result.
        missing: of steps needed that failed, which a report is made without, the reasons by their names.
    """

    name: str
    settings: S
    inputs: Mapping[str, Path]
    out: Path
    progress: Progress = field(default_factory=Silent)
    compute: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def prepared(self) -> Path:
        """The folder of the step's preparation; of one of them where there are several splits.

        Raises:
            RunError: the step needs none.
        """
        for name, folder in self.inputs.items():
            if name == "prepare" or name.startswith("prepare-"):
                return folder
        raise RunError(f"{self.name}: has no prepared images among its inputs")

    @property
    def seed(self) -> int:
        """The step's own seed, one of its settings: every draw is a function of it, a stream and a number."""
        return self.settings.seed
