"""Comparisons of losses and gradients, kept beside the table: they need no quiet machine."""

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.speed.job import Job
from benchmarks.speed.turns import Result, Side

_FIELDS = ("loss_difference", "gradient_difference", "problem")


def write(path: Path, results: list[Result]) -> None:
    """Write what was compared, by job."""
    kept = {
        result.job.name: {
            "operations": result.operations,
            "sides": {
                name: {key: getattr(side, key) for key in _FIELDS} for name, side in result.sides.items()
            },
        }
        for result in results
    }
    path.write_text(json.dumps(kept, indent=1))


def read(path: Path, job: Job) -> Result | None:
    """Return the comparison of a job, its sides not timed; ``None`` if there is none."""
    kept = json.loads(path.read_text()).get(job.name) if path.exists() else None
    if kept is None:
        return None
    sides = {name: replace(Side(), **kept["sides"].get(name, {})) for name in job.sides}
    return Result(job, sides, kept["operations"])
