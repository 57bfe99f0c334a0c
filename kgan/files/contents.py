"""Digests of many large files: computed once, and kept for as long as a file's state does not change.

Scans of a cohort are gigabytes. The SHA-256 of each file is kept in a small database of the user's cache
folder (``$XDG_CACHE_HOME/kgan`` or ``~/.cache/kgan``) under its place and state (size, times of the last
changes of content and of inode), so that a plan need not read it again. The state is no part of the digest:
a file that is copied or moved is read once more and has the same digest.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

from kgan.files.digest import file_digest

_FILE = "digests.sqlite"
_CREATE = "CREATE TABLE IF NOT EXISTS digests (place TEXT PRIMARY KEY, state TEXT, digest TEXT)"


def contents_digest(root: Path, paths: Iterable[Path]) -> str:
    """Return a digest of files' paths below a folder and of their contents.

    Args:
        root: the folder; its own place does not count.
        paths: files below it, in an order that does not depend on the place.

    Raises:
        OSError: a file cannot be read.
    """
    files = [Path(path) for path in paths]
    digest = hashlib.sha256()
    for path, content in zip(files, _digests(files), strict=True):
        name = path.relative_to(root).as_posix()
        digest.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _digests(paths: Sequence[Path]) -> list[str]:
    """Return the digest of each file; of a link that leads nowhere where it leads."""
    places = [os.fsencode(path.resolve()).hex() for path in paths]
    states = [_state(path) for path in paths]
    known = _recall(places)
    fresh = [number for number, place in enumerate(places) if known.get(place, ("", ""))[0] != states[number]]
    with ThreadPoolExecutor() as pool:
        computed = dict(zip(fresh, pool.map(_digest, (paths[number] for number in fresh)), strict=True))
    _keep([(places[number], states[number], digest) for number, digest in computed.items()])
    return [computed.get(number) or known[place][1] for number, place in enumerate(places)]


def _digest(path: Path) -> str:
    return file_digest(path) if path.exists() else str(path.readlink())


def _state(path: Path) -> str:
    state = path.stat() if path.exists() else path.lstat()
    return f"{state.st_dev} {state.st_ino} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"


def _database() -> sqlite3.Connection:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kgan"
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / _FILE, timeout=5)
    database.execute(_CREATE)
    return database


def _recall(places: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return state and digest of the files that were read before; none where the cache cannot be used."""
    with suppress(OSError, sqlite3.Error), closing(_database()) as database:
        wanted = set(places)
        rows = database.execute("SELECT place, state, digest FROM digests")
        return {place: (state, digest) for place, state, digest in rows if place in wanted}
    return {}


def _keep(rows: Sequence[tuple[str, str, str]]) -> None:
    with suppress(OSError, sqlite3.Error), closing(_database()) as database, database:
        database.executemany("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", rows)
