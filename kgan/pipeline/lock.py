"""One run in a folder at a time. The lock dies with its process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kgan.errors import RunError


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock.

    Raises:
        RunError: another process holds it, or the folder cannot be written.
    """
    path = folder / "run.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise RunError(
            f"{folder}: cannot write here ({error.strerror}). Give another folder with --out, or change "
            "its permissions."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if not isinstance(error, BlockingIOError):
                raise RunError(
                    f"{folder}: cannot be locked ({error.strerror}). Give a folder elsewhere with --out."
                ) from error
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise RunError(
                f"{folder}: another kgan run (process {owner}) works in this folder. "
                "Wait for it, stop it, or give another folder with --out."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
