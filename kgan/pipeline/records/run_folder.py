"""What finished steps left behind, as a page needs it: manifests and small tables, no images."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from kgan.files import tables
from kgan.files.columns import Row
from kgan.pipeline.settings import StepSettings, settings_of
from kgan.pipeline.step import S

_R = TypeVar("_R", bound=Row)
T = TypeVar("T", bound=StepSettings)
#: How the names of steps on further splits end.
_FURTHER = re.compile(r"-split\d+$")


@dataclass(frozen=True)
class FinishedStep(Generic[S]):
    """One finished step.

    Args:
        name: in the plan, e.g. ``"train-pggan-tumor"``.
        folder: its outputs.
        settings: what it was made from.
        facts: what it recorded.
        seconds: how long it took.
        memory: peak, in MiB; 0 where it was not measured.
        versions: software it ran with.
        published: paths in the run's folder where its outputs are copied to.
        processor: on which it ran; empty if that was not recorded.
        threads: of its arithmetic; 0 if that was not recorded.
    """

    name: str
    folder: Path
    settings: S
    facts: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    memory: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    published: tuple[str, ...] = ()
    processor: str = ""
    threads: int = 0

    @property
    def kind(self) -> str:
        """The kind of step, e.g. ``"train_gan"``."""
        return self.settings.kind


class Steps(tuple[FinishedStep[Any], ...]):
    """All steps that a page is made from, in the plan's order."""

    def of(self, settings: type[T]) -> tuple[FinishedStep[T], ...]:
        """Return the steps whose settings are of one type."""
        return tuple(step for step in self if isinstance(step.settings, settings))

    def first_of(self, settings: type[T]) -> FinishedStep[T] | None:
        """Return the first step whose settings are of one type, if there is any."""
        return next(iter(self.of(settings)), None)

    def named(self, name: str) -> FinishedStep[Any] | None:
        """Return the step of a name, if there is any."""
        return next((step for step in self if step.name == name), None)

    def first_split(self) -> "Steps":
        """Return the steps without those of further splits of the patients."""
        return Steps(step for step in self if not _FURTHER.search(step.name))


def read_steps(inputs: Mapping[str, Path], manifests: Mapping[str, Mapping[str, Any]]) -> Steps:
    """Make steps of what their manifests say.

    Args:
        inputs: folder by step name, in the plan's order.
        manifests: by step name; a step without one is passed over.

    Raises:
        RunError: a manifest was written by another version of kgan.
    """
    return Steps(_step(name, folder, manifests[name]) for name, folder in inputs.items() if name in manifests)


def read_table(path: Path, row: type[_R]) -> list[_R]:
    """Read a CSV table of a step; no rows where the file is missing.

    Raises:
        DataError: it is not as the schema asks.
    """
    if not path.is_file():
        return []
    return [record for _, record in tables.read_table(path, row, "a table of a step")]


def _step(name: str, folder: Path, manifest: Mapping[str, Any]) -> FinishedStep[Any]:
    return FinishedStep(
        name=name,
        folder=folder,
        settings=settings_of(manifest["settings_type"], manifest["settings"]),
        facts=manifest.get("facts") or {},
        seconds=float(manifest.get("seconds") or 0.0),
        memory=float(manifest.get("peak_memory_mb") or 0.0),
        versions=manifest.get("versions") or {},
        published=tuple(manifest.get("publish") or ()),
        processor=str(manifest.get("processor") or ""),
        threads=int(manifest.get("threads") or 0),
    )
