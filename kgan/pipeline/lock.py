"""One run in a folder at a time. The lock dies with its process, however that ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kgan.errors import RunError


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock.

    Args:
        folder: of the run; made when missing. ``run.lock`` stays there, with the holder's number.

    Raises:
        RunError: another process holds it, the folder cannot be written, or its file system has no locks.
    """
    path = folder / "run.lock"
    # The fallback for file systems without locks is a marker, which a killed process leaves behind.
    guard = FileLock(path, timeout=0, fallback_to_soft=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        guard.acquire()
        path.write_text(str(os.getpid()), encoding="ascii")
    except Timeout as error:
        owner = path.read_text(encoding="ascii").strip() or "unknown"
        raise RunError(
            f"{folder}: another kgan run (process {owner}) works in this folder. "
            "Wait for it, stop it, or give another folder with --out."
        ) from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RunError(
            f"{folder}: cannot be written or locked ({reason}). Give another folder with --out, or change "
            "its permissions."
        ) from error
    try:
        yield
    finally:
        guard.release()
