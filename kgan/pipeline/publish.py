"""The run's root shows the newest result of each step: copies of what a step's manifest names."""

import os
import shutil
from pathlib import Path

from kgan.atomic import replacing
from kgan.pipeline import manifest


def publish(place: Path, root: Path) -> None:
    """Bring a finished step's published files (or folders) up to date in the run's root.

    Args:
        place: the step's folder; its manifest's ``publish`` maps a path in the root to one in the folder.
        root: the run's folder.
    """
    found = manifest.read(place)
    for target, source in (found or {}).get("publish", {}).items():
        origin = place / source
        if origin.is_dir():
            for path in sorted(path for path in origin.rglob("*") if path.is_file()):
                _bring(path, root / target / path.relative_to(origin))
        else:
            _bring(origin, root / target)


def _bring(source: Path, target: Path) -> None:
    """Copy a file unless the copy there has its size and time already."""
    new = source.stat()
    if target.is_file():
        old = target.stat()
        if (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns):
            return
    with replacing(target) as aside:
        shutil.copyfile(source, aside)
    os.utime(target, ns=(new.st_atime_ns, new.st_mtime_ns))
