"""What of a run's folder nothing needs any more, by the run's own record.

Models, tables, pages and manifests of the last run stay. Three things can go: results that a later one of the
same step has replaced, folders of steps that were interrupted and are of no use to the next try, and, where
every step of the recipe is finished, the pools: their models make them again.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgan.errors import RunError
from kgan.pipeline.records import manifest

#: The images of a pool, in the folder of the step that made or chose it.
POOL = "pool.h5"
_PARTIAL = ".partial"
#: The step that every whole recipe ends with.
LAST = "report"


@dataclass(frozen=True)
class Waste:
    """Something that can be deleted.

    Args:
        path: a folder, or the pool of a finished step.
        reason: why nothing needs it.
        bytes: that its deletion frees; files that also have another name are counted where they come last.
    """

    path: Path
    reason: str
    bytes: int


@dataclass(frozen=True)
class Removable:
    """What can be deleted, and what might be expected among it and stays.

    Args:
        waste: in the order of the steps' names.
        notes: sentences on what stays.
    """

    waste: tuple[Waste, ...]
    notes: tuple[str, ...] = ()


def removable(folder: Path) -> Removable:
    """Look through a run's folder. Nothing is changed.

    Raises:
        RunError: it has no record of a run.
    """
    ids = _ids(folder)
    homes = sorted(path for path in (folder / "steps").glob("*") if path.is_dir())
    candidates = [pair for home in homes for pair in _superseded(home, ids)]
    notes = []
    others = [home.name for home in homes if home.name not in ids]
    if others and LAST not in ids:
        notes.append(
            f"the last run was of a part of the recipe: results of other steps stay ({', '.join(others)})"
        )
    waiting = _waiting(folder, ids)
    if waiting:
        notes.append(f"pools stay until the whole recipe is run; to do: {', '.join(waiting)}")
    else:
        candidates += [(pool, "its models make it again") for pool in _pools(folder, ids)]
    return Removable(tuple(_sized(candidates)), tuple(notes))


def delete(waste: Waste) -> None:
    """Delete what `removable` found; a finished step's manifest first says what is let go.

    Raises:
        OSError: the folder cannot be written.
    """
    if waste.path.is_dir():
        shutil.rmtree(waste.path)
        if not any(waste.path.parent.iterdir()):
            waste.path.parent.rmdir()
    else:
        manifest.release(waste.path.parent, [waste.path.name])


def release_pools(folder: Path) -> int:
    """Delete the pools of a run that is finished; return the bytes that this frees.

    Raises:
        RunError: it has no record of a run.
    """
    pools = [waste for waste in removable(folder).waste if not waste.path.is_dir()]
    for waste in pools:
        delete(waste)
    return sum(waste.bytes for waste in pools)


def _ids(folder: Path) -> dict[str, str]:
    record = folder / "run.json"
    try:
        values: Any = json.loads(record.read_text(encoding="utf-8"))
        return {str(name): str(step["id"]) for name, step in values["steps"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{record}: missing or no record of a run; expected the folder that 'kgan run' wrote, such as "
            "runs/two_step-demo"
        ) from error


def _superseded(home: Path, ids: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield the folders of a step that are not of the last run."""
    whole = LAST in ids
    if home.name not in ids and not whole:
        return
    current = ids.get(home.name)
    for place in sorted(path for path in home.iterdir() if path.is_dir()):
        number = place.name.removesuffix(_PARTIAL)
        if place.name != number and (number != current or (home / number).exists()):
            yield place, "interrupted, and not of the last run"
        elif number != current and place.name == number:
            yield place, "replaced by a later result" if current else "a step that the recipe no longer has"


def _waiting(folder: Path, ids: Mapping[str, str]) -> list[str]:
    """Name the steps that are not finished; the last one where the run was of a part of the recipe."""
    waiting = [] if LAST in ids else [LAST]
    for name, number in ids.items():
        place = folder / "steps" / name / number
        record = manifest.read(place)
        if record is None or record.get("without") or manifest.missing(place, record):
            waiting.append(name)
    return waiting


def _pools(folder: Path, ids: Mapping[str, str]) -> Iterator[Path]:
    for name, number in ids.items():
        path = folder / "steps" / name / number / POOL
        record = manifest.read(path.parent) or {}
        if path.is_file() and POOL in record.get("outputs", {}) and POOL not in record["publish"].values():
            yield path


def _sized(candidates: list[tuple[Path, str]]) -> Iterator[Waste]:
    """Count a file with several names where the last of them goes, and not at all where one stays."""
    names: dict[tuple[int, int], int] = {}
    for path, reason in candidates:
        freed = 0
        for file in path.rglob("*") if path.is_dir() else (path,):
            if not file.is_file() or file.is_symlink():
                continue
            state = file.stat()
            key = (state.st_dev, state.st_ino)
            names[key] = names.get(key, 0) + 1
            freed += state.st_size if names[key] == state.st_nlink else 0
        yield Waste(path, reason, freed)
