"""Ctrl-C between two steps, never inside one."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(has_unsaved: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
    """Defer SIGINT and SIGTERM in the block as long as there is something to save.

    Args:
        has_unsaved: returns whether steps were done since the last checkpoint. If there are none, a signal
            raises KeyboardInterrupt at once: the first step, which is traced or compiled, may take longer
            than a batch system waits.

    Yields:
        A function that returns whether one of them was received.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    received: list[int] = []

    def record(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if not has_unsaved():
            raise KeyboardInterrupt

    before = {number: signal.signal(number, record) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
