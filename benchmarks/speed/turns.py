"""Measure the sides of a job in turns, A B A B, each in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.speed.job import KGAN, Job

ROOT = Path(__file__).parents[2]

#: Cores that other programs may use on average before the figures are said to be disturbed.
DISTURBED = 0.1

#: Largest difference of two sides that compute the same in other orders of sums: of losses; and of gradients,
#: in which a ReLU near zero that is on in one of them and off in the other shows.
SAME_LOSS, SAME_GRADIENT = 2e-3, 0.1

#: Seconds of a first unit beside which tracing and compiling count little, so that no second one warms up.
LONG = 20.0

#: An other program that takes so many times as long as the best of them takes no turns.
SLOW = 1.2

#: Units that each is tried with; the fastest counts.
TRIED = 2


@dataclass
class Side:
    """What was measured of one program.

    Args:
        cpu: CPU seconds of a unit in each turn.
        wall: seconds of a unit in each turn.
        memory: peak of its process, MB.
        gpu: whether it ran on one; its time then is that on the wall, else that of the processor.
        loss_difference: from kgan's, where they were compared.
        gradient_difference: likewise.
        problem: why there are no figures.
        slow: seconds of its unit after warming up, if that showed it slower than another.
    """

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: float = 0.0
    gpu: bool = False
    loss_difference: float | None = None
    gradient_difference: float | None = None
    problem: str = ""
    slow: float | None = None

    def note_differences(self, loss: float, gradient: float) -> None:
        """Keep how far it is from kgan."""
        self.loss_difference, self.gradient_difference = loss, gradient
        if loss > SAME_LOSS or gradient > SAME_GRADIENT:
            self.problem = f"losses differ by {loss:.2g}, gradients by {gradient:.2g}"

    @property
    def times(self) -> list[float]:
        """Seconds of a unit that count."""
        return self.wall if self.gpu else self.cpu


@dataclass
class Result:
    """What was measured of one job.

    Args:
        job: it.
        sides: by name.
        operations: floating-point operations of a unit, where they can be counted.
        others: cores that other programs used meanwhile, on average.
    """

    job: Job
    sides: dict[str, Side]
    operations: int | None = None
    others: float = 0.0

    @property
    def ratio(self) -> float | None:
        """Seconds of the best other program for each of kgan's: medians."""
        others = [median(side.times) for name, side in self.sides.items() if name != KGAN and side.times]
        ours = self.sides[KGAN].times if KGAN in self.sides else []
        return min(others) / median(ours) if ours and others else None


class _Process:
    """A side's process, spoken to by lines of JSON."""

    def __init__(self, job: Job, side: str, threads: int, log: Path) -> None:
        variables = {
            **os.environ,
            "OMP_WAIT_POLICY": "PASSIVE",
            # What it writes goes with the folder.
            "TMPDIR": str(log.parent),
            "OMP_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(threads),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.speed.worker", job.name, side, str(threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env=variables,
            )
        self.log = log
        self._answer()

    def tell(self, order: str, **values: Any) -> dict[str, Any]:
        """Send an order and wait for the answer.

        Raises:
            RuntimeError: the process has ended.
        """
        self.process.stdin.write(json.dumps({"order": order, **values}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            last = self.log.read_text(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(last[0] if last else "it ended without a word")
        return json.loads(line)


class _Others:
    """Cores that other programs use, from here on."""

    def __init__(self) -> None:
        self.begun, self.busy = time.monotonic(), _busy_seconds()

    def cores(self, own: float) -> float:
        """Return how many, on average, besides ``own`` CPU seconds."""
        return max(0.0, (_busy_seconds() - self.busy - own) / (time.monotonic() - self.begun))


def compare(job: Job, threads: int) -> Result:
    """Compare losses and gradients of a training's sides, from the same weights and inputs; time nothing.

    Returns:
        Result: differences, operations, and as a problem what differs too much.
    """
    result = Result(job, {name: Side() for name in job.sides})
    with TemporaryDirectory() as folder:
        starts = _Starts(job, result, threads, Path(folder))
        names = [name for name in job.sides if "PyTorch" in name]
        path = str(Path(folder) / "probe.npz")
        if not job.trained or not names or starts.alone(KGAN, "write probe", path=path) is None:
            return result
        for name in names:
            answer = starts.alone(name, "compare", path=path)
            if answer:
                result.sides[name].note_differences(answer["loss"], answer["gradient"])
        answer = starts.alone(names[0], "count operations")
        result.operations = answer["operations"] if answer else None
    return result


def measure(compared: Result, turns: int, seconds: float, threads: int) -> Result:
    """Measure all sides of a job.

    Other programs are tried first, each alone: those much slower than the best of them take no turns.

    Args:
        compared: the job, its sides compared.
        turns: of each side, after one that warms it up.
        seconds: of a turn, at least one unit.
        threads: of each side.
    """
    job, result = compared.job, compared
    with TemporaryDirectory() as folder:
        starts = _Starts(job, result, threads, Path(folder))
        names = _candidates(result, starts, turns > 1)
        with ExitStack() as stack:
            processes = {name: stack.enter_context(closing(process)) for name, process in starts.all(names)}
            units = _choose_units(job, result, processes, seconds)
            others, own = _Others(), 0.0
            for _ in range(turns):
                for name in list(processes):
                    figures = _attempt(result, processes, name, "run", units=units[name])
                    if figures:
                        own += figures["cpu"] * units[name]
                        _note(result.sides[name], figures)
            result.others = others.cores(own)
    return result


@dataclass(frozen=True)
class _Starts:
    """Starts processes of a job's sides."""

    job: Job
    result: Result
    threads: int
    folder: Path

    def all(self, names: Sequence[str]) -> Iterator[tuple[str, _Process]]:
        """Start these, but those that have failed or fail now."""
        for name in names:
            if self.result.sides[name].problem:
                continue
            try:
                process = _Process(self.job, name, self.threads, self.folder / f"{name}.log")
            except RuntimeError as error:
                self.result.sides[name].problem = str(error)
                continue
            yield name, process

    def alone(self, name: str, order: str, **values: Any) -> dict[str, Any] | None:
        """Give one order to a process that is started for it."""
        for _, process in self.all([name]):
            with closing(process):
                return _attempt(self.result, {name: process}, name, order, **values)
        return None


def _candidates(result: Result, starts: _Starts, try_out: bool) -> list[str]:
    """Return the sides to measure: kgan, and of the others those that are not much slower than their best."""
    others = [name for name in result.job.sides if name != KGAN]
    if len(others) == 1 or not try_out:
        return list(result.job.sides)
    tried = {}
    for name, process in starts.all(others):
        with closing(process):
            # A first unit compiles.
            alone = {name: process}
            compiled = _attempt(result, alone, name, "run", units=1)
            units = (
                [_attempt(result, alone, name, "run", units=1) for _ in range(TRIED) if alone]
                if compiled
                else []
            )
        times = [figures["wall" if figures["gpu"] else "cpu"] for figures in units if figures]
        if len(times) == TRIED:
            tried[name] = min(times)
    for name, time_taken in tried.items():
        if time_taken > SLOW * min(tried.values()):
            result.sides[name].slow = time_taken
    fast = [name for name in tried if result.sides[name].slow is None]
    return [name for name in result.job.sides if name == KGAN or name in fast]


def _choose_units(
    job: Job, result: Result, processes: dict[str, _Process], seconds: float
) -> Mapping[str, int]:
    """Warm each side up, and choose units for about so many seconds."""
    units = {}
    for name in list(processes):
        figures = _attempt(result, processes, name, "run", units=1)
        if figures and figures["wall"] < LONG:
            figures = _attempt(result, processes, name, "run", units=1)
        if figures:
            units[name] = max(1, min(job.most, round(seconds / figures["wall"])))
    return units


def _attempt(
    result: Result, processes: dict[str, _Process], name: str, order: str, **values: Any
) -> dict[str, Any] | None:
    try:
        return processes[name].tell(order, **values)
    except (RuntimeError, BrokenPipeError) as error:
        result.sides[name].problem = str(error)
        processes.pop(name)
        return None


def _note(side: Side, figures: Mapping[str, float]) -> None:
    side.cpu.append(figures["cpu"])
    side.wall.append(figures["wall"])
    side.memory = max(side.memory, figures["memory"])
    side.gpu = bool(figures["gpu"])


def _busy_seconds() -> float:
    fields: Sequence[str] = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    idle, waiting = 3, 4
    ticks = sum(int(value) for number, value in enumerate(fields) if number not in (idle, waiting))
    return ticks / os.sysconf("SC_CLK_TCK")
