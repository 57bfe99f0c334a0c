"""Runs whose steps all happen in the test's own process, where TensorFlow starts once."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kgan.pipeline import run
from kgan.pipeline.context import StepContext
from kgan.plan import Step


def run_here(steps: Sequence[Step], folder: Path, **options: Any) -> None:
    """Run steps on one device without XLA; ``options`` are further ones of `kgan.pipeline.run`."""
    run(steps, folder, compute={"strategy": "one", "xla": "off"}, executor=_do, **options)


def _do(context: StepContext) -> dict[str, Any]:
    """Do a step as a worker does, without measuring it."""
    facts = importlib.import_module(context.settings.module).run(context)
    return {"facts": facts, "seconds": 1.0, "peak_memory_mb": 1}
