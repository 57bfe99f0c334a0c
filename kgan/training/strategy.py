"""Which devices a training uses, and whether XLA compiles its differentiation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kgan.contracts.sharing import most_devices
from kgan.errors import RunError


@dataclass(frozen=True)
class Devices:
    """What `devices` decided, in words too.

    Args:
        strategy: the distribution strategy; models are built in its scope.
        jit: whether XLA compiles the differentiation.
        where: the devices, for the log and the report, such as ``"5 of 8 GPUs"``.
    """

    strategy: tf.distribute.Strategy
    jit: bool
    where: str

    @property
    def replicas(self) -> int:
        """Number of replicas that share each batch."""
        return int(self.strategy.num_replicas_in_sync)

    @property
    def words(self) -> str:
        """One line for the log."""
        return f"on {self.where}; XLA {'on' if self.jit else 'off'}"


def devices(compute: Mapping[str, Any], batch: int = 1, group: int = 1) -> Devices:
    """Choose devices: the largest number that computes what one device computes.

    Args:
        compute: a recipe's ``compute`` section: ``strategy`` ("auto", "one", "mirrored") and ``xla``
            ("auto", "on", "off"); both default to "auto". "auto" shares batches among GPUs where there are
            several, "mirrored" among the logical CPUs too; XLA is on for GPUs only: on CPUs it gained nothing
            and compiled for 15-50 s.
        batch: images of one update.
        group: consecutive images of it that one device must hold together.

    Raises:
        RunError: "mirrored" is asked for and there is one device.
    """
    kind, xla = compute.get("strategy", "auto"), compute.get("xla", "auto")
    gpus = tf.config.list_logical_devices("GPU")
    there = gpus or tf.config.list_logical_devices("CPU")
    if kind == "mirrored" and len(there) < 2:
        raise RunError(
            f"compute.strategy: 'mirrored' needs two or more devices of a kind; found {len(gpus)} GPU(s). "
            "Use 'auto' or 'one'."
        )
    shared = kind == "mirrored" or (kind == "auto" and len(gpus) > 1)
    count = most_devices(len(there), batch, group) if shared else 1
    strategy = (
        tf.distribute.MirroredStrategy([device.name for device in there[:count]])
        if count > 1
        else tf.distribute.get_strategy()
    )
    jit = xla == "on" or (xla == "auto" and bool(gpus))
    return Devices(strategy, jit, _where(count, len(there), "GPU" if gpus else "CPU", shared, batch, group))


def _where(count: int, there: int, kind: str, shared: bool, batch: int, group: int) -> str:
    if not shared:
        return f"one {kind}" if there > 1 or kind == "GPU" else "CPU, no GPU found"
    grouped = f" into whole groups of {group}" if group > 1 else ""
    reason = f", the most that a batch of {batch} can be shared by{grouped}" if count < there else ""
    return f"{count} of {there} {kind}s{reason}"
