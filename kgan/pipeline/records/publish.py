"""The run's root shows the newest result of each step: copies of what a step's manifest names."""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kgan.files.atomic import replacing
from kgan.pipeline.records import manifest


def publish(place: Path, root: Path) -> None:
    """Bring a finished step's published files (or folders) up to date in the run's root.

    Args:
        place: the step's folder; its manifest's ``publish`` maps a path in the root to one in the folder, and
            ``facts.withdraw`` names paths in the root that an earlier result of the step may have left there
            and that are not to stay; what is published there now does.
        root: the run's folder.
    """
    copies = list(_copies(place, root))
    facts = (manifest.read(place) or {}).get("facts", {})
    withdraw(facts.get("withdraw", []), root, keep={target for _, target in copies})
    for source, target in copies:
        if not _is_there(source, target):
            _bring(source, target)


def is_published(place: Path, root: Path) -> bool:
    """Tell whether the run's root has all that a finished step publishes; the step's files are not read."""
    return all(_is_there(source, target) for source, target in _copies(place, root))


def withdraw(names: Iterable[str], root: Path, keep: Collection[Path] = ()) -> None:
    """Remove published files and folders from the run's root.

    Args:
        names: paths in the root; what is not there is passed over.
        root: the run's folder.
        keep: files that stay.
    """
    for path in (root / name for name in names):
        if path in keep:
            continue
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif not any(path in kept.parents for kept in keep):
            shutil.rmtree(path)
        else:
            for file in [file for file in path.rglob("*") if file.is_file() and file not in keep]:
                file.unlink()


def _copies(place: Path, root: Path) -> Iterator[tuple[Path, Path]]:
    record = manifest.read(place)
    for target, source in (record or {}).get("publish", {}).items():
        origin = place / source
        if origin.is_dir():
            for path in sorted(path for path in origin.rglob("*") if path.is_file()):
                yield path, root / target / path.relative_to(origin)
        else:
            yield origin, root / target


def _is_there(source: Path, target: Path) -> bool:
    """Tell whether the copy has its source's size and time."""
    if not target.is_file():
        return False
    new, old = source.stat(), target.stat()
    return (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns)


def _bring(source: Path, target: Path) -> None:
    state = source.stat()
    with replacing(target) as aside:
        shutil.copyfile(source, aside)
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
