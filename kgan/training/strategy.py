"""Which devices a training uses, and whether XLA compiles its differentiation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kgan.errors import RunError


@dataclass(frozen=True)
class Devices:
    """What `devices` decided, in words too.

    Args:
        strategy: the distribution strategy; models are built in its scope.
        jit: whether XLA compiles the differentiation.
        words: one line for the log.
    """

    strategy: tf.distribute.Strategy
    jit: bool
    words: str

    @property
    def replicas(self) -> int:
        """Number of replicas that share each batch."""
        return int(self.strategy.num_replicas_in_sync)


def devices(compute: Mapping[str, Any]) -> Devices:
    """Choose devices.

    Args:
        compute: a recipe's ``compute`` section: ``strategy`` ("auto", "one", "mirrored") and ``xla``
            ("auto", "on", "off"); both default to "auto". "auto" mirrors over all GPUs where there are
            several, and turns XLA on for GPUs only: on CPUs it gained nothing and compiled for 15-50 s.

    Raises:
        RunError: "mirrored" is asked for and there is one device.
    """
    kind, xla = compute.get("strategy", "auto"), compute.get("xla", "auto")
    gpus = tf.config.list_logical_devices("GPU")
    several = gpus if len(gpus) > 1 else tf.config.list_logical_devices("CPU") if not gpus else []
    if kind == "mirrored" and len(several) < 2:
        raise RunError(
            f"compute.strategy: 'mirrored' needs two or more devices of a kind; found {len(gpus)} GPU(s). "
            "Use 'auto' or 'one'."
        )
    mirrored = kind == "mirrored" or (kind == "auto" and len(gpus) > 1)
    strategy = (
        tf.distribute.MirroredStrategy([d.name for d in several])
        if mirrored
        else tf.distribute.get_strategy()
    )
    jit = xla == "on" or (xla == "auto" and bool(gpus))
    where = (
        f"{strategy.num_replicas_in_sync} replicas"
        if mirrored
        else ("one GPU" if gpus else "CPU, no GPU found")
    )
    return Devices(strategy, jit, f"training on {where}; XLA {'on' if jit else 'off'}")
