"""Comparisons of losses and gradients, kept beside the table: they need no quiet machine."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.speed.job import Job
from benchmarks.speed.turns import ROOT, Result, Side

_FIELDS = ("loss_difference", "gradient_difference", "problem")
#: Folders whose sources decide what is compared.
_SOURCES = ("kgan", "plugins", "benchmarks")


def write(path: Path, results: list[Result]) -> None:
    """Add what was compared to the file; jobs that it has already are replaced."""
    kept = _read(path)
    for result in results:
        sides = {name: {key: getattr(side, key) for key in _FIELDS} for name, side in result.sides.items()}
        kept[result.job.name] = {"operations": result.operations, "sides": sides, "sources": _digest()}
    path.write_text(json.dumps(kept, indent=1))


def read(path: Path, job: Job) -> Result | None:
    """Return the comparison of a job, its sides not timed.

    ``None`` if there is none of all of its sides, one of them failed, or sources have changed since.
    """
    kept = _read(path).get(job.name)
    if kept is None or kept["sources"] != _digest() or not set(job.sides) <= set(kept["sides"]):
        return None
    sides = {name: replace(Side(), **kept["sides"][name]) for name in job.sides}
    return None if any(side.problem for side in sides.values()) else Result(job, sides, kept["operations"])


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.exists() else {}


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(_python_files()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _python_files() -> Iterator[Path]:
    for folder in _SOURCES:
        yield from (ROOT / folder).rglob("*.py")
