"""What a processor can compute, by the flags that Linux tells."""

from functools import cache
from pathlib import Path

#: Linux's description of its processors.
CPUINFO = Path("/proc/cpuinfo")


def flags_of(cpuinfo: str) -> frozenset[str]:
    """Return the flags of the first processor; none where it has no such line, as on others than x86.

    Args:
        cpuinfo: text of Linux's ``/proc/cpuinfo``; empty elsewhere.
    """
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    return next((frozenset(value.split()) for key, _, value in lines if key.strip() == "flags"), frozenset())


@cache
def flags_here(cpuinfo: Path = CPUINFO) -> frozenset[str]:
    """Return the flags of this machine's processor.

    Args:
        cpuinfo: Linux's description of it.
    """
    try:
        return flags_of(cpuinfo.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return frozenset()
