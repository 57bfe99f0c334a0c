"""What finished steps left behind, as a page needs it: manifests and small tables, no images."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kgan.files import tables
from kgan.files.columns import Row

_R = TypeVar("_R", bound=Row)
#: How the names of steps on further splits end.
_FURTHER = re.compile(r"-split\d+$")


@dataclass(frozen=True)
class Step:
    """One finished step.

    Args:
        name: in the plan, e.g. ``"train-pggan-tumor"``.
        does: what kind of step, e.g. ``"train_gan"``.
        folder: its outputs.
        settings: what it was asked.
        facts: what it said of itself.
        seconds: how long it took.
        memory: peak, in MiB; 0 where it was not measured.
        versions: software it ran with.
        published: paths in the run's folder where its outputs are copied to.
    """

    name: str
    does: str
    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    memory: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    published: tuple[str, ...] = ()


class Steps(tuple[Step, ...]):
    """All steps that a page is made from, in the plan's order."""

    def that(self, does: str) -> tuple[Step, ...]:
        """Return the steps of one kind."""
        return tuple(step for step in self if step.does == does)

    def named(self, name: str) -> Step | None:
        """Return the step of a name, if there is any."""
        return next((step for step in self if step.name == name), None)

    def first_split(self) -> "Steps":
        """Return the steps without those of further splits of the patients."""
        return Steps(step for step in self if not _FURTHER.search(step.name))

    def refined(self) -> tuple[Step, ...]:
        """Return the steps that hold refiners' final pools: of several candidates the chosen one."""
        chosen = self.that("choose")
        tried = {one["pool"] for step in chosen for one in step.settings["candidates"]}
        return (*(step for step in self.that("refine") if step.name not in tried), *chosen)

    def first(self, does: str) -> Step | None:
        """Return the first step of one kind, if there is any."""
        return next(iter(self.that(does)), None)


def read_steps(inputs: Mapping[str, Path], manifests: Mapping[str, Mapping[str, Any]]) -> Steps:
    """Make steps of what their manifests say.

    Args:
        inputs: folder by step name, in the plan's order.
        manifests: by step name; a step without one is known by its name alone.
    """
    return Steps(_step(name, folder, manifests.get(name, {})) for name, folder in inputs.items())


def read_table(path: Path, row: type[_R]) -> list[_R]:
    """Read a CSV table of a step; no rows where the file is missing.

    Raises:
        DataError: it is not as the schema asks.
    """
    if not path.is_file():
        return []
    return [one for _, one in tables.read_table(path, row, "a table of a step")]


def _step(name: str, folder: Path, manifest: Mapping[str, Any]) -> Step:
    return Step(
        name=name,
        does=str(manifest.get("does", name)),
        folder=folder,
        settings=manifest.get("settings") or {},
        facts=manifest.get("facts") or {},
        seconds=float(manifest.get("seconds") or 0.0),
        memory=float(manifest.get("peak_memory_mb") or 0.0),
        versions=manifest.get("versions") or {},
        published=tuple(manifest.get("publish") or ()),
    )
