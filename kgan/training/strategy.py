"""Devices of a training run, and whether XLA compiles its differentiation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kgan.contracts.sharing import most_devices
from kgan.errors import RunError


@dataclass(frozen=True)
class Devices:
    """The choice of `devices`, with a description.

    Args:
        strategy: distribution strategy; models are built in its scope.
        jit: whether XLA compiles the differentiation.
        where: description of the devices for the log and the report, such as ``"5 of 8 GPUs"``.
    """

    strategy: tf.distribute.Strategy
    jit: bool
    where: str

    @property
    def replicas(self) -> int:
        """Number of replicas among which each batch is divided."""
        return int(self.strategy.num_replicas_in_sync)

    @property
    def description(self) -> str:
        """One line for the log."""
        return f"on {self.where}; XLA {'on' if self.jit else 'off'}"


def devices(compute: Mapping[str, Any], batch: int = 1, group: int = 1) -> Devices:
    """Choose the largest number of devices with the same result as one device.

    Args:
        compute: a recipe's ``compute`` section: ``strategy`` ("auto", "one", "mirrored") and ``xla`` ("auto",
            "on", "off"); both default to "auto". "auto" divides batches among several GPUs, "mirrored" also
            among logical CPUs. XLA is on for GPUs only: on CPUs it gave no speed-up and compiled for 15 to 50
            s.
        batch: images per update.
        group: number of consecutive images that must be on one device.

    Raises:
        RunError: "mirrored" is requested and there is only one device.
    """
    kind, xla = compute.get("strategy", "auto"), compute.get("xla", "auto")
    gpus = tf.config.list_logical_devices("GPU")
    available = gpus or tf.config.list_logical_devices("CPU")
    if kind == "mirrored" and len(available) < 2:
        raise RunError(
            f"compute.strategy: 'mirrored' needs two or more devices of a kind; found {len(gpus)} GPU(s). "
            "Use 'auto' or 'one'."
        )
    shared = kind == "mirrored" or (kind == "auto" and len(gpus) > 1)
    count = most_devices(len(available), batch, group) if shared else 1
    strategy = (
        tf.distribute.MirroredStrategy([device.name for device in available[:count]])
        if count > 1
        else tf.distribute.get_strategy()
    )
    jit = xla == "on" or (xla == "auto" and bool(gpus))
    return Devices(
        strategy, jit, _where(count, len(available), "GPU" if gpus else "CPU", shared, batch, group)
    )


def _where(count: int, available: int, kind: str, shared: bool, batch: int, group: int) -> str:
    if not shared:
        return f"one {kind}" if available > 1 or kind == "GPU" else "CPU, no GPU found"
    grouped = f" into whole groups of {group}" if group > 1 else ""
    reason = f", the largest number that divides a batch of {batch}{grouped}" if count < available else ""
    return f"{count} of {available} {kind}s{reason}"
