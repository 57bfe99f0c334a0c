"""Progress on the terminal: bars with the remaining time, or plain lines without a terminal."""

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Rich

from kgan.progress import Progress, RunProgress

_PLAIN_SECONDS = 30.0


class Bars(Progress):
    """One bar per task on stderr; without a terminal, a line every half minute."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.live = self.console.is_terminal
        self.rich = Rich(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", style="dim", markup=False),
            console=self.console,
            disable=not self.live,
        )
        self.bar: TaskID | None = None
        self.label, self.note, self.total, self.done, self.shown = "", "", 0, 0, 0.0

    def __enter__(self) -> "Bars":
        self.rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rich.stop()

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start a bar below the previous one."""
        self.label, self.note, self.total, self.done = label, "", total or 0, done
        self.before, self.shown = done, time.monotonic()
        self.bar = self.rich.add_task(label, total=total, completed=done, note="")

    def advance(self, units: int = 1, note: str = "") -> None:
        """Move the newest bar."""
        self.done += units
        if self.bar is not None:
            self.rich.update(self.bar, advance=units, note=note or self.note)
            self.note = note or self.note
        since = time.monotonic() - self.shown
        if not self.live and since > _PLAIN_SECONDS:
            self.say(f"{self.label}: {self.done}/{self.total}, {self._left(since)} left  {note}".rstrip())
            self.before, self.shown = self.done, time.monotonic()

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self.rich.console.print(text, markup=False)
        sys.stderr.flush()

    def _left(self, seconds: float) -> str:
        """Return the remaining time at the rate of the last ``seconds``, because later phases are slower."""
        made = self.done - self.before
        if not made or not self.total:
            return "unknown time"
        left = seconds / made * (self.total - self.done)
        return f"{int(left // 60)} min {int(left % 60)} s"


class RunBars(RunProgress):
    """Shows the steps of a run."""

    def __init__(self) -> None:
        self.bars = Bars()

    def __enter__(self) -> "RunBars":
        self.bars.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bars.__exit__(kind, error, trace)

    def start(self, step: str) -> Progress:
        """Return the receiver of a step's reports."""
        return self.bars

    def finish(self, step: str) -> None:
        """Ignore the end."""

    def say(self, text: str) -> None:
        """Print a line."""
        self.bars.say(text)

    def total(self, done: int, steps: int, seconds_left: float | None) -> None:
        """Ignore the total."""
