"""Models of one pool have computed in one precision: else rounding would tell the classes apart."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgan.errors import RunError


def refuse_unequal_precisions(name: str, configs: Mapping[Path, Mapping[str, Any]]) -> None:
    """Refuse models of which some were trained in another precision, as ``auto`` may be on two machines.

    Args:
        name: of the step that would make a pool with them.
        configs: of each model, by its folder; see `kgan.training.model_files.read_config`.

    Raises:
        RunError: names a folder of each precision.
    """
    folders: dict[str, Path] = {}
    for folder, config in configs.items():
        folders.setdefault(config.get("precision") or "float32", folder)
    if len(folders) > 1:
        listed = ", ".join(f"{folder} {precision}" for precision, folder in folders.items())
        raise RunError(
            f"{name}: its models were trained in different precisions ({listed}), so that a classifier could "
            "tell their classes apart by rounding; expected one. Remove one of these folders and train it on "
            "a machine like the other's, or write precision: float32."
        )
