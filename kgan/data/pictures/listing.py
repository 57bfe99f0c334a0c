"""Which files lie below a folder, and how they are called."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_LEFT_OUT = (".", "__MACOSX")


def files_below(root: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Yield files at any depth, sorted within each folder.

    Hidden files and folders are passed over, links to folders followed, but no folder is entered twice.

    Args:
        root: a folder.
        wanted: whether a file counts, by its name.
    """
    seen = set()
    for folder, subfolders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        hidden = [name for name in subfolders if name.startswith(_LEFT_OUT)]
        subfolders[:] = [] if real in seen else sorted(set(subfolders) - set(hidden))
        if real not in seen:
            yield from (Path(folder, name) for name in sorted(files) if name[0] != "." and wanted(name))
        seen.add(real)


def as_text(name: str) -> str:
    """Return a file's name as text that any table can hold, whatever bytes are in it."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\x{ord(match[0]):02x}", text)


def natural_sort_key(name: str) -> tuple[Any, ...]:
    """Return a key that puts ``slice_9`` before ``slice_10``."""
    parts = re.split(r"([0-9]+)", name)
    return tuple((int(part), "") if number % 2 else (-1, part) for number, part in enumerate(parts)), name
