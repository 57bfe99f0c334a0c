"""Try each fault that a run may meet: each must end with one line, lose nothing finished, and go on.

``python benchmarks/faults.py`` runs the small recipe of the tests with a full disk, a read-only disk, files
that vanish or change between steps, two commands in one folder, SIGTERM, too little memory, and a clock that
is set back. Disks of a limited size are mounted: run it as root, or by ``unshare -rm``. Linux.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from chaos import command, digests

_ROOT = Path(__file__).resolve().parents[1]
_RECIPE = _ROOT / "tests/recipes/tiny.yaml"
_UNTIL = ("--until", "generate-pggan", "--jobs", "2")
#: Seconds that a step has to save its state after SIGTERM.
_SAVING = 30.0


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, seconds, and lines on stderr."""

    status: int
    seconds: float
    lines: list[str]

    @property
    def error(self) -> str:
        """The line of its error; all lines where there is not exactly one, or a traceback."""
        errors = [line for line in self.lines if line.startswith("kgan: ")]
        clean = len(errors) == 1 and not any("Traceback" in line for line in self.lines)
        return errors[0] if clean else "NOT ONE LINE: " + " | ".join(self.lines[-8:])


def run(out: Path, *options: str, limit: int | None = None) -> Ended:
    """Run the recipe; ``limit`` is the address space in bytes of each of its processes."""
    return wait(start(out, *options, limit=limit))


def start(out: Path, *options: str, limit: int | None = None) -> "subprocess.Popen[str]":
    """Start the recipe."""

    def prepare() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    arguments = command(_RECIPE, out, options or _UNTIL)
    return subprocess.Popen(
        arguments, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, preexec_fn=prepare
    )


def wait(process: "subprocess.Popen[str]") -> Ended:
    """Wait for the end of a command."""
    begun = time.monotonic()
    _, errors = process.communicate()
    return Ended(process.returncode, time.monotonic() - begun, errors.splitlines())


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for a condition.

    Raises:
        TimeoutError: it does not come true.
    """
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError("the run did not come as far as expected")
        time.sleep(0.05)


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of a size at a folder."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    """Change the options of a mounted disk."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def full_disk(folder: Path) -> Iterator[Ended]:
    """The disk is full while images are stored; then it grows."""
    with disk(folder / "disk", 1) as small:
        yield run(small / "run")
        remount(small, "size=500m")
        yield run(small / "run")


def read_only(folder: Path) -> Iterator[Ended]:
    """The disk is read-only after the first step; then it is writable."""
    with disk(folder / "disk", 500) as locked:
        run(locked / "run", "--until", "prepare")
        remount(locked, "ro")
        yield run(locked / "run")
        remount(locked, "rw")
        yield run(locked / "run")


def vanished(folder: Path) -> Iterator[Ended]:
    """A file of a finished step is gone: the step runs again by itself."""
    run(folder / "run", "--until", "train-pggan-tumor")
    next((folder / "run/steps/prepare").glob("*/*.h5")).unlink()
    yield run(folder / "run")


def flipped(folder: Path) -> Iterator[Ended]:
    """A bit of a finished step's file is flipped: the step runs again by itself."""
    run(folder / "run", "--until", "train-pggan-tumor")
    victim = next((folder / "run/steps/prepare").glob("*/*.h5"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    yield run(folder / "run")


def two_runs(folder: Path) -> Iterator[Ended]:
    """A second command in the folder of the first."""
    first = start(folder / "run")
    until(lambda: (folder / "run/run.lock").exists() and (folder / "run/run.lock").read_text())
    yield run(folder / "run")
    yield wait(first)


def terminated(folder: Path) -> Iterator[Ended]:
    """SIGTERM in the middle of a training; then the same command."""
    process = start(folder / "run")
    until(lambda: list(folder.glob("run/steps/train-pggan-*/*.partial")))
    time.sleep(5.0)
    process.send_signal(signal.SIGTERM)
    ended = wait(process)
    if ended.seconds > _SAVING:
        raise TimeoutError(f"the state was saved after {ended.seconds:.0f} s; expected {_SAVING:.0f}")
    yield ended
    yield run(folder / "run")


def little_memory(folder: Path) -> Iterator[Ended]:
    """Too little memory for a training; then enough."""
    run(folder / "run", "--until", "prepare")
    yield run(folder / "run", limit=2 << 30)
    yield run(folder / "run")


def clock_set_back(folder: Path) -> Iterator[Ended]:
    """All files of the run are a day younger than the clock."""
    run(folder / "run", "--until", "prepare")
    tomorrow = time.time() + 86400
    for path in (folder / "run").rglob("*"):
        os.utime(path, (tomorrow, tomorrow))
    yield run(folder / "run")


_FAULTS = (full_disk, read_only, vanished, flipped, two_runs, terminated, little_memory, clock_set_back)


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Print how each command ended, and whether its results are those without a fault."""
    harmed = False
    with tempfile.TemporaryDirectory(prefix="faults-") as home:
        run(Path(home) / "undisturbed")
        expected = digests(Path(home) / "undisturbed")
        for fault in (fault for fault in _FAULTS if not names or fault.__name__ in names):
            folder = Path(home) / fault.__name__
            folder.mkdir()
            found: dict[tuple[str, str], str] = {}
            click.echo(f"{fault.__name__}: {(fault.__doc__ or '').splitlines()[0]}")
            for ended in fault(folder):
                said = ended.error if ended.status else "finished"
                click.echo(f"  status {ended.status} after {ended.seconds:.1f} s: {said}")
                found = next((digests(path.parent) for path in folder.rglob("run.json")), {})
                harmed |= said.startswith("NOT")
            harmed |= found != expected
            click.echo(f"  results {'as' if found == expected else 'NOT AS'} without a fault")
    sys.exit(harmed)


if __name__ == "__main__":
    main()
