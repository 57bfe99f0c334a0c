"""Waits for what another machine wrote: network file systems show it late."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

from kgan.errors import RunError

#: Seconds in which a file must appear; caches of network file systems live for 60.
_SECONDS = 90.0
#: Seconds between two looks.
_LOOK = 0.25


def await_visible(
    path: Path,
    size: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    seconds: float = _SECONDS,
) -> None:
    """Wait until this machine sees a file or folder that another one wrote.

    Args:
        path: of the file or folder.
        size: of the file in bytes; ``None`` for any.
        cancelled: ends the wait when it returns true.
        seconds: to wait at most.

    Raises:
        RunError: it does not appear in time.
    """
    deadline = time.monotonic() + seconds
    while not _is_visible(path, size) and not cancelled():
        if time.monotonic() > deadline:
            raise RunError(
                f"{path}: {socket.gethostname()} does not see it as another machine wrote it {seconds:.0f} s "
                "ago. The run's folder must lie on a file system that all machines share"
            )
        time.sleep(_LOOK)


def _is_visible(path: Path, size: int | None) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return size is None or status.st_size == size
