"""One run in a folder at a time, one maker of a step. A lock dies with its process, however that ends."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kgan.errors import RunError
from kgan.pipeline.records.manifest import SCRATCH

#: Seconds that a step waits for an earlier process that makes the same step, which is about to end.
_PATIENCE = 120.0


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock.

    Args:
        folder: of the run; made when missing. ``run.lock`` stays there, with the holder's number and machine.

    Raises:
        RunError: another process holds it, the folder cannot be written, or its file system has no locks.
    """
    path = folder / "run.lock"
    # The fallback for file systems without locks is a marker, which a killed process leaves behind.
    guard = FileLock(path, timeout=0, fallback_to_soft=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        guard.acquire()
        path.write_text(_holder(), encoding="utf-8")
    except Timeout as error:
        owner = path.read_text(encoding="utf-8").strip() or "unknown"
        raise RunError(
            f"{folder}: another kgan run ({owner}) works in this folder. "
            "Wait for it, stop it, or give another folder with --out."
        ) from error
    except (OSError, NotImplementedError) as error:
        raise unlockable(folder, error) from error
    try:
        yield
    finally:
        guard.release()


def _holder() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def unlockable(folder: Path, error: Exception) -> RunError:
    """Return the error that a run's folder cannot be written, or that its file system has no locks."""
    reason = getattr(error, "strerror", None) or error
    return RunError(
        f"{folder}: cannot be written or locked ({reason}). Give another folder with --out, or change its "
        "permissions."
    )


@contextmanager
def step_lock(
    folder: Path, seconds: float = _PATIENCE, cancelled: Callable[[], bool] | None = None
) -> Iterator[None]:
    """Hold the lock of a step's folder, after an earlier process that still saves its state in it.

    Args:
        folder: that the step fills; the lock lies among its checkpoints, which no manifest lists.
        seconds: to wait for the earlier process.
        cancelled: ends the wait when it returns true.

    Raises:
        RunError: the earlier process does not end, or the file system has no locks.
        KeyboardInterrupt: cancelled.
    """
    path = folder / SCRATCH / "step.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    guard = FileLock(path, timeout=seconds, fallback_to_soft=False)
    try:
        guard.acquire(poll_interval=0.2, cancel_check=cancelled)
        path.write_text(_holder(), encoding="utf-8")
    except Timeout as error:
        if cancelled is not None and cancelled():
            raise KeyboardInterrupt from error
        owner = path.read_text(encoding="utf-8").strip() or "unknown"
        raise RunError(
            f"{folder}: {owner} still makes this step after {seconds:.0f} s. Stop it, then run the same "
            "command again to go on."
        ) from error
    except NotImplementedError as error:
        raise RunError(
            f"{folder}: its file system has no locks ({error}). Give another folder with --out."
        ) from error
    try:
        yield
    finally:
        guard.release()
