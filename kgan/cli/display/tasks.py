"""Tasks of the display of a run: how much is done, and how fast."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from threading import RLock

from kgan.cli.display.lines import Line, time_text
from kgan.progress import Progress

#: The rate is that of the latest minute, because later phases may be slower.
_RATE_SECONDS = 60.0


class Task(Progress):
    """One running step.

    Args:
        name: of the step.
        clock: seconds.
        lock: of the display; any thread may report.
        show: prints a line above the display.
    """

    def __init__(
        self, name: str, clock: Callable[[], float], lock: "RLock", show: Callable[[str], None]
    ) -> None:
        self.name, self.clock, self.lock, self.show = name, clock, lock, show
        self.phase, self.note = "", ""
        self.total: int | None = None
        self.began = clock()
        #: When how many units were done: first the state before those of which the rate is taken.
        self.reports: deque[tuple[float, int]] = deque()

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start a phase, which takes the place of the previous one."""
        with self.lock:
            self.phase = "" if label == self.name else label.removeprefix(f"{self.name}: ")
            self.note, self.total = "", total
            self.began = self.clock()
            self.reports = deque([(self.began, done)])

    def advance(self, units: int = 1, note: str = "") -> None:
        """Count units; without a note the previous one stays."""
        with self.lock:
            now = self.clock()
            done = self.reports[-1][1] if self.reports else 0
            self.reports.append((now, done + units))
            self.note = note or self.note
            while len(self.reports) > 2 and self._is_past(now):
                self.reports.popleft()

    def say(self, text: str) -> None:
        """Show a line above the display."""
        self.show(text)

    def line(self) -> Line:
        """Return what the display says about the step."""
        with self.lock:
            left = self.seconds_left()
            spent = "" if left is not None else f"{time_text(self.clock() - self.began)} so far"
            note = ", ".join(filter(None, (spent, self.note, self.phase)))
            line = Line(self.name, left="" if left is None else time_text(left), note=note)
            if not self.reports:
                return line
            done = self.reports[-1][1]
            if not self.total:
                return replace(line, count=f"{done:,}")
            return replace(line, share=min(1.0, done / self.total), count=f"{done:,}/{self.total:,}")

    def seconds_left(self) -> float | None:
        """Return the time left at the recent rate; ``None`` before the first units, or without a total."""
        if not self.total or len(self.reports) < 2:
            return None
        (start, before), (end, done) = self.reports[0], self.reports[-1]
        if done <= before:
            return None
        since = self.clock() - end
        interval = (end - start) / (len(self.reports) - 1)
        # The time left counts down until the next report is due; from then on the rate falls.
        seconds_per_unit = (end - start + max(0.0, since - interval)) / (done - before)
        return max(0.0, (self.total - done) * seconds_per_unit - min(since, interval))

    def _is_past(self, now: float) -> bool:
        """Tell whether the oldest report no longer counts.

        The state at the begin counts only until there are two reports: the first units include compilation.
        """
        return self.reports[0][0] == self.began or self.reports[1][0] < now - _RATE_SECONDS
