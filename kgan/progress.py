"""How long work reports how far it is, without knowing who is shown it.

A step is handed a `Progress`. The command line draws bars from it; a test or a library caller passes
`Silent()`. Reports never influence results.
"""

import abc
from collections.abc import Iterator
from contextlib import contextmanager


class Progress(abc.ABC):
    """Receiver of progress reports."""

    @abc.abstractmethod
    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Start (or, with ``done`` > 0, take up again) a piece of work of ``total`` units."""

    @abc.abstractmethod
    def advance(self, units: int = 1, note: str = "") -> None:
        """Say that ``units`` more are done; ``note`` is a short text such as ``"loss 0.31"``."""

    @abc.abstractmethod
    def say(self, text: str) -> None:
        """Tell the user one line that they should know (a fallback, a resumption, a warning)."""

    @contextmanager
    def task(self, label: str, total: int | None, done: int = 0) -> Iterator["Progress"]:
        """Begin a piece of work and hand back this receiver for the ``with`` block."""
        self.begin(label, total, done)
        yield self


class Silent(Progress):
    """Receives everything, shows nothing."""

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Ignore the start."""

    def advance(self, units: int = 1, note: str = "") -> None:
        """Ignore the units."""

    def say(self, text: str) -> None:
        """Ignore the line."""
