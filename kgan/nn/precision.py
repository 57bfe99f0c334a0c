"""What ``precision: auto`` is on a machine: bfloat16 where the hardware has it, else float32."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgan.nn.processor import CPUINFO, flags_here

AUTO, FLOAT32, BFLOAT16 = "auto", "float32", "bfloat16"

#: Flags of x86 processors that multiply bfloat16; others emulate it, slower than float32.
_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})
#: The first compute capability of GPUs with bfloat16: Ampere's.
_CAPABILITY = (8, 0)


@dataclass(frozen=True)
class Precision:
    """What networks compute in, and why.

    Args:
        name: "float32", "bfloat16" or "float16".
        reason: in a few words; empty where a recipe says it.
    """

    name: str
    reason: str = ""

    @property
    def description(self) -> str:
        """The precision in a few words, for the log and the report."""
        return f"{self.name} ({AUTO}: {self.reason})" if self.reason else self.name


def resolve(requested: str, begun: str | None, is_shown: bool, is_native: bool) -> Precision:
    """Return what a training's networks compute in.

    Args:
        requested: by the recipe: a precision, or "auto".
        begun: in which an interrupted training began; ``None`` where it is new.
        is_shown: whether the network was compared in bfloat16 and was not worse.
        is_native: whether the hardware computes bfloat16 natively.
    """
    if requested != AUTO:
        return Precision(requested)
    if begun is not None:
        return Precision(begun, "the training began so")
    if not is_shown:
        return Precision(FLOAT32, "this network was not shown to be as good in bfloat16")
    if not is_native:
        return Precision(FLOAT32, "this machine has no native bfloat16")
    return Precision(BFLOAT16, "native on this machine")


def is_native(flags: frozenset[str], gpus: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether bfloat16 is native where networks are trained: on the GPUs if there are any.

    Args:
        flags: of the processor; see `kgan.nn.processor`.
        gpus: details of each GPU, as ``tf.config.experimental.get_device_details`` gives them.
    """
    if gpus:
        return all((gpu.get("compute_capability") or (0, 0)) >= _CAPABILITY for gpu in gpus)
    return bool(_FLAGS & flags)


def is_native_here(has_gpus: bool, cpuinfo: Path = CPUINFO) -> bool:
    """Tell whether bfloat16 is native on this machine; TensorFlow is imported if it has GPUs.

    Args:
        has_gpus: that TensorFlow sees.
        cpuinfo: Linux's description of its processors.
    """
    gpus: list[Mapping[str, Any]] = []
    if has_gpus:
        import tensorflow as tf

        gpus = [
            tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")
        ]
    return is_native(flags_here(cpuinfo), gpus)
