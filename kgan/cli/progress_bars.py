"""Progress on the terminal: a line for each step that is running, and one for the whole run.

Without a terminal (a log file, a CI job, ``TERM=dumb``) the same is written as plain lines every half minute.
"""

import sys
import time
from collections.abc import Callable, Iterator
from threading import Event, RLock, Thread
from types import TracebackType

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType
from rich.text import Text

from kgan.cli.display.lines import Layout, Line, printable, time_text
from kgan.cli.display.tasks import Task
from kgan.progress import Progress, RunProgress, Silent

_PLAIN_SECONDS = 30.0
_REFRESH_SECONDS = 0.5


class RunBars(RunProgress):
    """Shows a run on stderr; to be entered for the time of the run. Any thread may call it.

    Steps stand in the order of their start, as many as the terminal has lines but two. The total is the last
    line.

    Args:
        console: where to show it.
        clock: seconds.
    """

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        # FORCE_COLOR, which many CI systems set, makes no terminal of a log file.
        self.console = console or Console(
            stderr=True, force_terminal=sys.stderr.isatty(), highlight=False, soft_wrap=True
        )
        self.clock, self.lock, self.ended = clock, RLock(), Event()
        self.tasks: dict[str, Task] = {}
        self.done = self.steps = 0
        self.expected_end: float | None = None
        self.longest_title = 0
        self.drawing: list[Text] = []
        self.written = clock()
        self.live: Live | None = None
        if self.console.is_terminal and self.console.is_interactive:
            self.live = Live(
                self,
                console=self.console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=sys.stdout.isatty(),
                vertical_overflow="crop",
            )

    def __enter__(self) -> "RunBars":
        if self.live is not None:
            self.live.start()
        Thread(target=self._keep_fresh, name="progress", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.lock:
            self.ended.set()
            self.tasks, self.steps = {}, 0
            self._redraw()
            if self.live is not None:
                self.live.stop()

    def start(self, step: str) -> Progress:
        """Show a step as running and return the receiver of its reports."""
        with self.lock:
            self.tasks.pop(step, None)
            self.tasks[step] = Task(step, self.clock, self.lock, self.say)
            return self.tasks[step]

    def finish(self, step: str) -> None:
        """Remove a step that ended; nothing changes if it is not shown."""
        with self.lock:
            self.tasks.pop(step, None)

    def say(self, text: str) -> None:
        """Print a line above the display."""
        with self.lock:
            self._redraw()
            self.console.print(Text("\n".join(map(printable, text.split("\n")))), soft_wrap=True)

    def total(self, done: int, steps: int, seconds_left: float | None) -> None:
        """Set the last line; its time left counts down until the next call."""
        with self.lock:
            self.done, self.steps = done, steps
            self.expected_end = None if seconds_left is None else self.clock() + seconds_left

    def refresh(self) -> None:
        """Draw the display; without a terminal, write the plain lines if they are due."""
        with self.lock:
            if self.live is not None:
                self._redraw()
                self.live.refresh()
            elif self.clock() - self.written >= _PLAIN_SECONDS:
                self.written = self.clock()
                totals = [
                    " ".join(f"{line.title}, {line.left} {line.note}".split()) for line in self._total()
                ]
                for text in [*(task.line().plain() for task in self.tasks.values()), *totals]:
                    self.console.print(Text(text), soft_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        # Without the lock: the console holds its own one here, also for what other threads print.
        yield from self.drawing

    def _redraw(self) -> None:
        """Make a new drawing, which takes the place of the one on the terminal at the next output."""
        if self.live is not None:
            self._erase_wrapped()
            self.drawing = self._drawing(self.console.options)

    def _drawing(self, options: ConsoleOptions) -> list[Text]:
        room = max(0, options.size.height - 2)
        lines, hidden = [task.line() for task in self.tasks.values()], len(self.tasks) - room
        shown = [*lines[:room], *self._total()]
        # Columns do not move to the left again when a step with a long name ends.
        self.longest_title = max([self.longest_title, *(cell_len(line.title) for line in shown)])
        layout = Layout.of(options, shown, self.longest_title)
        texts = [layout.text(line, self.clock()) for line in shown]
        if hidden > 0:
            texts.insert(room, layout.crop(Text(f"and {hidden} more", "dim")))
        return texts

    def _total(self) -> Iterator[Line]:
        if self.steps:
            left = self._total_left()
            note = "left" if left else "time left unknown"
            yield Line(f"{self.done}/{self.steps} steps", self.done / self.steps, "", left, note)

    def _total_left(self) -> str:
        """Return the run's time left; empty if it is unknown or over."""
        left = -1.0 if self.expected_end is None else self.expected_end - self.clock()
        return time_text(left) if left >= 0 else ""

    def _erase_wrapped(self) -> None:
        """Erase the lines that were added when the terminal became too narrow for what is drawn."""
        width = self.console.width
        added = sum((line.cell_len - 1) // width for line in self.drawing if line)
        if added:
            up = ((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))
            self.console.control(
                Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2), *(up * added))
            )

    def _keep_fresh(self) -> None:
        while not self.ended.wait(_REFRESH_SECONDS):
            with self.lock:
                if not self.ended.is_set():
                    self.refresh()


class Bars(Progress):
    """Shows one task after the other on stderr; to be entered for the time of the work."""

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.display = RunBars(console, clock)
        self.label = ""
        self.current: Progress = Silent()

    def __enter__(self) -> "Bars":
        self.display.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.display.__exit__(kind, error, trace)

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Show a task in the place of the previous one."""
        self.display.finish(self.label)
        self.label, self.current = label, self.display.start(label)
        self.current.begin(label, total, done)

    def advance(self, units: int = 1, note: str = "") -> None:
        """Move the bar."""
        self.current.advance(units, note)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self.display.say(text)
