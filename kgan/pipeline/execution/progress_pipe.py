"""Progress of a step, carried from its process to the one that the user watches."""

import time
from multiprocessing.connection import Connection
from typing import Any

from kgan.progress import Progress

_INTERVAL = 0.1


class ProgressPipe(Progress):
    """Sends reports through a pipe, at most ten a second.

    Args:
        pipe: the writing end; `replay` reads what comes out at the other.
    """

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.units = 0
        self.note = ""
        self.sent = 0.0

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Send the start of a piece of work."""
        self._flush()
        self.pipe.send(("begin", (label, total, done)))

    def advance(self, units: int = 1, note: str = "") -> None:
        """Add units up and send them, with the latest note, when it is time."""
        self.units += units
        self.note = note or self.note
        if time.monotonic() - self.sent > _INTERVAL:
            self._flush()

    def say(self, text: str) -> None:
        """Send a line."""
        self.pipe.send(("say", (text,)))

    def close(self) -> None:
        """Send what is left."""
        self._flush()

    def _flush(self) -> None:
        if self.units:
            self.pipe.send(("advance", (self.units, self.note)))
            self.units, self.note, self.sent = 0, "", time.monotonic()


def replay(message: tuple[str, tuple[Any, ...]], progress: Progress) -> None:
    """Hand one message of a `ProgressPipe` to a receiver."""
    kind, arguments = message
    getattr(progress, kind)(*arguments)
