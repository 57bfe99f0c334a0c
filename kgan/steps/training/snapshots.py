"""Folders of the models that a training keeps after some of its steps."""

from pathlib import Path


def snapshot(folder: Path, steps: int | None) -> Path:
    """Return the folder of the model after so many steps; ``None`` stands for the end of the training.

    Args:
        folder: of the training step.
        steps: one of its settings' ``snapshots``.
    """
    return folder if steps is None else folder / "snapshots" / str(steps)
