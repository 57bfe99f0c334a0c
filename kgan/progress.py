"""Progress reports of long tasks, independent of their display.

A step receives a `Progress`. The command line shows it as bars; a test or a library caller passes `Silent()`.
Progress reports never influence results.
"""

import abc
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
