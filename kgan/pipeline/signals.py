"""Requests to end: Ctrl-C, and SIGTERM, which batch systems send before they kill."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kgan.errors import Terminated

#: Seconds in which a step that is to end is left alone.
_ENDING = 10.0


class Requests:
    """What was received in the block of `deferred`."""

    def __init__(self) -> None:
        self._received: KeyboardInterrupt | None = None

    def check(self) -> None:
        """Raise what was received.

        Raises:
            KeyboardInterrupt: Ctrl-C; `Terminated` for SIGTERM.
        """
        if self._received is not None:
            raise self._received

    def receive(self, number: int, frame: FrameType | None) -> None:
        """Note a signal; a second Ctrl-C raises at once."""
        if number == signal.SIGINT and self._received is not None:
            raise KeyboardInterrupt
        self._received = self._received or (Terminated() if number == signal.SIGTERM else KeyboardInterrupt())


@contextmanager
def deferred() -> Iterator[Requests]:
    """Note Ctrl-C and SIGTERM in the block, for `Requests.check` at a moment when all is in order."""
    requests = Requests()
    with _handling({signal.SIGINT, signal.SIGTERM}, requests.receive):
        yield requests


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `Terminated` in the block when SIGTERM comes, so that the step at work saves its state.

    Batch systems and kgan itself may both send one, and repeat it. Those of the next seconds, and those after
    the block, are ignored: the process is about to end, and another exception would keep it from reporting
    how it ended. A later one raises again, as an exception may be lost where the interpreter frees an object.
    """
    raised = -math.inf

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal raised
        if time.monotonic() - raised > _ENDING:
            raised = time.monotonic()
            raise Terminated

    with _handling({signal.SIGTERM}, interrupt, after=signal.SIG_IGN):
        yield


@contextmanager
def _handling(
    numbers: set[signal.Signals], handler: "signal._HANDLER", after: "signal._HANDLER" = None
) -> Iterator[None]:
    """Handle signals in the block, and as before after it, or by ``after``; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier if after is None else after)
