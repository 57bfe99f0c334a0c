"""``run.json``: the recipe as resolved, and what the run in this folder consists of."""

import json
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgan import __version__
from kgan.files.atomic import write_text
from kgan.pipeline.records import manifest
from kgan.pipeline.state.status import Standing


def write_record(
    folder: Path, resolved: Mapping[str, Any], steps: Sequence[Standing], *, finished: bool
) -> None:
    """Write ``run.json``."""
    record = {
        "recipe": resolved,
        "finished": finished,
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "kgan": __version__,
        "host": {
            "machine": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "steps": {step.step: _about(step) for step in steps},
    }
    write_text(folder / "run.json", json.dumps(record, indent=1, default=str))


def _about(step: Standing) -> dict[str, Any]:
    finished = manifest.read(step.folder) or {}
    timing: dict[str, Any] = {
        name: finished[name] for name in ("seconds", "peak_memory_mb", "finished") if name in finished
    }
    return {"id": step.id, "finished_step": step.finished, **timing}
