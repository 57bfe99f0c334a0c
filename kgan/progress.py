"""Progress reports of long tasks, independent of their display.

A step receives a `Progress`. The command line shows it as bars; a test or a library caller passes `Silent()`.
Progress reports never influence results.
"""

import abc
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress(abc.ABC):
    """Receiver of progress reports."""

    @abc.abstractmethod
    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start a task of ``total`` units, or resume it with ``done`` > 0."""

    @abc.abstractmethod
    def advance(self, units: int = 1, note: str = "") -> None:
        """Report ``units`` more as done.

        ``note`` is a short text such as ``"critic -1.2, generator 0.31"``, its entries in the order of their
        importance; without one the previous note stays.
        """

    @abc.abstractmethod
    def say(self, text: str) -> None:
        """Show the user one line, such as a fallback, a resumption or a warning."""

    @contextmanager
    def task(self, label: str, total: int | None, done: int = 0) -> Iterator["Progress"]:
        """Start a task and return this receiver for the ``with`` block."""
        self.begin(label, total, done)
        yield self


class RunProgress(abc.ABC):
    """Receiver of the reports of a run with several steps at once; any thread may call it."""

    @abc.abstractmethod
    def start(self, step: str) -> Progress:
        """Show a step as running and return the receiver of its reports."""

    @abc.abstractmethod
    def finish(self, step: str) -> None:
        """Remove a step that ended, however it did."""

    @abc.abstractmethod
    def say(self, text: str) -> None:
        """Show the user one line."""

    @abc.abstractmethod
    def total(self, done: int, steps: int, seconds_left: float | None) -> None:
        """Report how many steps are finished, and the expected time left; ``None`` if unknown."""


class Silent(Progress):
    """Ignores all progress reports."""

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Ignore the start."""

    def advance(self, units: int = 1, note: str = "") -> None:
        """Ignore the units."""

    def say(self, text: str) -> None:
        """Ignore the text."""


class MeasuredProgress(Progress):
    """Hands reports on, and knows which fraction of its task is done.

    Args:
        receiver: of all reports.
    """

    def __init__(self, receiver: Progress) -> None:
        self.receiver = receiver
        self._done, self._total = 0, 0
        self._begun, self._before = time.monotonic(), 0

    @property
    def fraction(self) -> float:
        """The fraction of the present task that is done, 0 to 1; 0 where the total is unknown."""
        return min(self._done / self._total, 1.0) if self._total else 0.0

    @property
    def made(self) -> tuple[float, float]:
        """The fraction of the present task that was done here, and the seconds that it took."""
        fraction = (self._done - self._before) / self._total if self._total else 0.0
        return fraction, time.monotonic() - self._begun

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start a task."""
        self._done, self._total, self._before = done, total or 0, done
        self._begun = time.monotonic()
        self.receiver.begin(label, total, done)

    def advance(self, units: int = 1, note: str = "") -> None:
        """Count units and hand them on."""
        self._done += units
        self.receiver.advance(units, note)

    def say(self, text: str) -> None:
        """Hand a line on."""
        self.receiver.say(text)


class SilentRun(RunProgress):
    """Ignores all reports of a run."""

    def start(self, step: str) -> Progress:
        """Return a receiver that ignores all."""
        return Silent()

    def finish(self, step: str) -> None:
        """Ignore the end."""

    def say(self, text: str) -> None:
        """Ignore the text."""

    def total(self, done: int, steps: int, seconds_left: float | None) -> None:
        """Ignore the total."""
