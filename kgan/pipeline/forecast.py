"""Expected time of the steps of a run: which paths are the longest, and how much time is left."""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgan.pipeline.records import manifest
from kgan.pipeline.state.status import status
from kgan.pipeline.step import Step


@dataclass(frozen=True)
class Room:
    """What the steps of a run share.

    Args:
        jobs: steps that run at once, at least 1.
        gpus: of all places where steps run; 0 where they run on CPUs.
        held: GPUs that a step holds while it runs, by name; of others none.
    """

    jobs: int
    gpus: int = 0
    held: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a room in which nothing can run."""
        if self.jobs < 1:
            raise ValueError(f"jobs {self.jobs}; expected at least 1")

    def has_place(self, name: str, running: Collection[str]) -> bool:
        """Return whether a step can run beside others; alone it always can."""
        gpus, free = self.held.get(name, 0), self.gpus - sum(self.held.get(other, 0) for other in running)
        return not running or (len(running) < self.jobs and (not gpus or gpus <= free))


class Forecast:
    """Expected seconds of steps, corrected by those that finished steps took.

    Steps of one kind share a correction: the seconds that its steps took, divided by those expected of them.
    A kind without such a step has the correction of all kinds together: measured kinds and others apart, as
    the seconds of the latter are rough and may all be wrong by one factor. Not for several threads.

    Args:
        steps: the plan, each step after those that it needs.
        seconds: expected of each step, by name.
        kinds: kind of each step, by name.
        measured: kinds whose seconds were measured on this machine.
    """

    def __init__(
        self,
        steps: Iterable[Step[Any]],
        seconds: Mapping[str, float],
        kinds: Mapping[str, str],
        measured: Collection[str] = (),
    ) -> None:
        self._needs = {step.name: step.needs for step in steps}
        self._seconds = {name: float(seconds[name]) for name in self._needs}
        self._kinds = {name: kinds[name] for name in self._needs}
        self._measured = frozenset(measured).intersection(self._kinds.values())
        #: step -> share of its work done, and the seconds that this took.
        self._observed: dict[str, tuple[float, float]] = {}
        self._corrections: dict[str, float] = {}
        self._paths: dict[str, float] = {}
        self._update()

    def path(self, name: str) -> float:
        """Return the expected seconds of the longest path of steps that begins with a step."""
        return self._paths[name]

    def finished(self, name: str, seconds: float) -> None:
        """Correct the rate of a step's kind by what the step took.

        Args:
            name: of the step.
            seconds: wall time of the whole step.
        """
        self.progressed(name, 1.0, seconds)

    def progressed(self, name: str, fraction: float, seconds: float) -> None:
        """Correct the rate of a step's kind by a part of the step; replaces what was known of the step.

        Args:
            name: of the step.
            fraction: share of the step's work that was done in these seconds, 0 to 1; 0 corrects nothing.
            seconds: wall time.
        """
        if fraction > 0:
            self._observed[name] = (min(fraction, 1.0), seconds)
            self._update()

    def left(self, running: Mapping[str, float], waiting: Collection[str], room: Room) -> float | None:
        """Return the expected seconds until all steps are finished, by simulated list scheduling.

        Args:
            running: steps that run -> share of each that is done, 0 to 1.
            waiting: steps that have not started. A need that neither runs nor waits counts as finished.
            room: that the steps share.

        Returns:
            float | None: ``None`` until a kind was measured or a step has done some of its work.
        """
        if not self._measured and not self._observed:
            return None
        ends = [(self._expected(name) * (1 - min(done, 1.0)), name) for name, done in running.items()]
        heapq.heapify(ends)
        unfinished, queue, now = {*running, *waiting}, set(waiting), 0.0
        while ends or queue:
            ready = (name for name in queue if unfinished.isdisjoint(self._needs[name]))
            for name in sorted(ready, key=lambda name: (-self._paths[name], name)):
                if room.has_place(name, [other for _, other in ends]):
                    heapq.heappush(ends, (now + self._expected(name), name))
                    queue.remove(name)
            now, name = heapq.heappop(ends)
            unfinished.remove(name)
        return now

    def _expected(self, name: str) -> float:
        return self._seconds[name] * self._corrections[self._kinds[name]]

    def _update(self) -> None:
        groups = [self._measured, frozenset(self._kinds.values()) - self._measured]
        self._corrections = {}
        for group in groups:
            together = self._correction(group, 1.0)
            self._corrections |= {kind: self._correction({kind}, together) for kind in group}
        later: dict[str, float] = {}
        for name in reversed(self._needs):
            self._paths[name] = self._expected(name) + later.get(name, 0.0)
            for need in self._needs[name]:
                later[need] = max(later.get(need, 0.0), self._paths[name])

    def _correction(self, kinds: Collection[str], default: float) -> float:
        """Return the seconds that steps of some kinds took, divided by the expected ones."""
        names = [name for name in self._observed if self._kinds[name] in kinds]
        expected = sum(self._seconds[name] * self._observed[name][0] for name in names)
        return sum(self._observed[name][1] for name in names) / expected if expected else default


def known_seconds(steps: Iterable[Step[Any]], folder: Path) -> dict[str, float]:
    """Return the seconds that the finished steps of a run took, by name, as their manifests have them.

    Of a step that was interrupted and continued it is the time of the last part, and steps that were left
    out took none: neither tells a rate, but only the latter are known and passed over.

    Args:
        steps: the plan.
        folder: of the run.
    """
    finished = [standing for standing in status(steps, folder) if standing.finished]
    records = {standing.step: manifest.read(standing.folder) or {} for standing in finished}
    return {name: float(record["seconds"]) for name, record in records.items() if record.get("seconds")}
