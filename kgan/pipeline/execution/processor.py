"""On which processor a step runs: its model and the widest vector instructions that its arithmetic uses."""

import os
import platform
from pathlib import Path

from kgan.training.tensorflow_import import ONEDNN, ONEDNN_DEFAULT

_CPUINFO = Path("/proc/cpuinfo")
#: Name and field of what tells processors of one name apart.
_IDENTITY = (("family", "cpu family"), ("model", "model"), ("part", "CPU part"))
#: Widest first: flags of ``/proc/cpuinfo``, and the name of the instruction set as oneDNN has it.
_INSTRUCTIONS = (
    ("amx_tile", "AMX"),
    ("avx512f", "AVX-512"),
    ("avx2", "AVX2"),
    ("avx", "AVX"),
    ("sse4_1", "SSE4.1"),
    ("asimd", "NEON"),
)
#: What limits or changes the instructions that TensorFlow and NumPy choose.
_VARIABLES = (
    "ONEDNN_MAX_CPU_ISA",
    ONEDNN,
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "GLIBC_TUNABLES",
)
#: What `import_tensorflow` sets.
_USUAL = (ONEDNN, ONEDNN_DEFAULT)


def processor(cpuinfo: Path = _CPUINFO) -> str:
    """Return the processor of this machine in one line.

    Virtual machines show different processors under one name, so family and model are given too: ``"AMD EPYC
    (family 23, model 49; AVX2)"``. Environment variables that change which instructions are used follow.

    Args:
        cpuinfo: Linux's description of its processors; elsewhere the name is Python's `platform.processor`.
    """
    fields = _first_processor(cpuinfo)
    details = [", ".join(f"{name} {fields[key]}" for name, key in _IDENTITY if key in fields)]
    flags = fields.get("flags", fields.get("Features", "")).split()
    details.append(next((name for flag, name in _INSTRUCTIONS if flag in flags), ""))
    values = {name: os.environ.get(name) for name in _VARIABLES}
    details += [f"{name}={value}" for name, value in values.items() if value and (name, value) != _USUAL]
    name = fields.get("model name") or platform.processor() or platform.machine()
    known = "; ".join(filter(None, details))
    return f"{name} ({known})" if known else name


def _first_processor(cpuinfo: Path) -> dict[str, str]:
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    lines = (line.partition(":") for line in text.strip().partition("\n\n")[0].splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}
