"""What this machine lets kgan use: cores, memory and GPUs, also in a container or a batch job."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kgan.training.gpus import visible_gpus

_MOUNT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_GIGA = 1e9


@dataclass(frozen=True)
class Machine:
    """What may be used.

    Args:
        cores: CPUs, rounded down where a quota gives fractions; at least 1.
        gigabytes: memory.
        gpus: as ``CUDA_VISIBLE_DEVICES`` names them.
    """

    cores: int
    gigabytes: float
    gpus: tuple[str, ...] = ()

    def jobs(self, threads: int) -> int:
        """Return how many steps of ``threads`` threads have a core for each; at least 1."""
        return max(1, self.cores // threads)

    @property
    def description(self) -> str:
        """The machine in a few words."""
        gpus = f"{len(self.gpus)} GPU{'s' if len(self.gpus) > 1 else ''}" if self.gpus else "no GPU"
        return f"{self.cores} core{'s' if self.cores > 1 else ''}, {self.gigabytes:.0f} GB of memory, {gpus}"


def this_machine(mount: Path = _MOUNT, own: Path = _OWN) -> Machine:
    """Return what the affinity of this process, its cgroups and ``CUDA_VISIBLE_DEVICES`` allow.

    Args:
        mount: where the limits of cgroups are mounted, of version 1 or 2.
        own: the file that names the cgroups of this process.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [limit for folder in _folders(mount, own) for limit in _memory_limits(folder)]
    quotas = [quota for folder in _folders(mount, own) for quota in _quotas(folder)]
    return Machine(max(1, int(min([cores, *quotas]))), min([memory, *limits]) / _GIGA, visible_gpus())


def _folders(mount: Path, own: Path) -> Iterator[Path]:
    """Yield the folders of the cgroups of this process and of those around them."""
    try:
        lines = own.read_text(encoding="ascii").splitlines()
    except OSError:
        lines = ["0::/"]
    for line in lines:
        _, controllers, path = line.split(":", 2)
        root = mount / controllers if controllers else mount
        inside = PurePosixPath(path.lstrip("/"))
        yield from (root / part for part in (inside, *inside.parents))


def _quotas(folder: Path) -> Iterator[float]:
    """Yield the CPUs that a cgroup may use, where it has a limit."""
    both = _words(folder / "cpu.max") or [
        *_words(folder / "cpu.cfs_quota_us"),
        *_words(folder / "cpu.cfs_period_us"),
    ]
    if len(both) == 2 and both[0].isdigit():
        yield int(both[0]) / int(both[1])


def _memory_limits(folder: Path) -> Iterator[int]:
    """Yield the bytes of memory that a cgroup may use, where it has a limit."""
    words = _words(folder / "memory.max") or _words(folder / "memory.limit_in_bytes")
    if words and words[0].isdigit():
        yield int(words[0])


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        return []
