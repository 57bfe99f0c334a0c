"""Writing where the disk may be full, read-only or not permitted: errors as one line, never a crash."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kgan.errors import RunError

_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space, or choose another disk, and run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
    errno.EFBIG: "the file would be larger than the system allows (see `ulimit -f`)",
    errno.EACCES: "no permission to write there; choose another folder or change its permissions",
    errno.EPERM: "no permission to write there; choose another folder or change its permissions",
    errno.EROFS: "the disk is read-only; choose another folder",
}


def cannot_write(path: Path, error: OSError) -> RunError:
    """Return the one-line error that says why ``path`` cannot be written and what to do."""
    reason = _ADVICE.get(error.errno or 0, error.strerror or str(error))
    return RunError(f"cannot write {path}: {reason}. Nothing half-written was left there.")


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn every `OSError` of the block into the `RunError` of `cannot_write`.

    Args:
        path: the file that the block writes.

    Raises:
        RunError: the block raised an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error


class Sink(io.RawIOBase):
    """A binary file for `h5py.File` that remembers the first write the disk refused, and goes on.

    The HDF5 library cannot close a file whose disk is full: it complains, and the process dies of a
    segmentation fault when it ends. So this file takes every write; what the disk refuses is kept in memory
    (metadata and an image or two, because the writer stops at once), and ``error`` says that it happened.

    Args:
        path: the file to create or to empty.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.error: OSError | None = None
        self._refused: list[tuple[int, bytes]] = []
        self._position = 0
        self._end = 0
        self._raw = path.open("w+b", buffering=0)  # noqa: SIM115

    def write(self, data: Any) -> int:
        """Take ``data`` at the present position; never raises `OSError`."""
        block = bytes(data)
        if self.error is None:
            try:
                self._store(block)
            except OSError as error:
                self.error = error
        if self.error is not None:
            self._refused.append((self._position, block))
        self._position += len(block)
        self._end = max(self._end, self._position)
        return len(block)

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the present position, with zeros where nothing was written."""
        target = memoryview(buffer).cast("B")
        content = bytearray(os.pread(self._raw.fileno(), len(target), self._position))
        content.extend(bytes(len(target) - len(content)))
        for start, block in self._refused:
            low, high = max(start, self._position), min(start + len(block), self._position + len(target))
            if low < high:
                content[low - self._position : high - self._position] = block[low - start : high - start]
        target[:] = content
        self._position += len(target)
        return len(target)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset`` from the start, the present position or the end."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._end}[whence]
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        """Return the present position in bytes."""
        return self._position

    def truncate(self, size: int | None = None) -> int:
        """Make the file ``size`` bytes long."""
        size = self._position if size is None else size
        try:
            self._raw.truncate(size)
        except OSError as error:
            self.error = self.error or error
        self._end = size
        return size

    def readable(self) -> bool:
        """Return True: what was written can be read."""
        return True

    def writable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Close the file; a refusal that the system reports only now is remembered too."""
        try:
            self._raw.close()
        except OSError as error:
            self.error = self.error or error
        super().close()

    def _store(self, block: bytes) -> None:
        done = 0
        while done < len(block):
            done += os.pwrite(self._raw.fileno(), block[done:], self._position + done)
