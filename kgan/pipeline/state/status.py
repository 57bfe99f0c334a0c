"""Which steps of a plan are finished in a folder, which are not, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.records import manifest
from kgan.pipeline.state.changes import changes
from kgan.pipeline.state.identity import identities
from kgan.pipeline.step import Step


@dataclass(frozen=True)
class Standing:
    """How one step stands.

    Args:
        step: its name.
        id: its identity.
        folder: where its finished outputs are, or will be.
        finished: whether they are there, whole by name and size.
        why: one line for people.
        released: its outputs that `kgan clean` let go, as nothing needed them.
    """

    step: str
    id: str
    folder: Path
    finished: bool
    why: str
    released: tuple[str, ...] = ()


def status(steps: Iterable[Step[Any]], folder: Path) -> tuple[Standing, ...]:
    """Look at every step of a plan in a run's folder. Reads manifests, no data.

    A step of which files were let go is finished as long as no other step is to be made of them.
    """
    steps = tuple(steps)
    known = identities(steps)
    standings = {step.name: _standing(step.name, known[step.name], folder) for step in steps}
    for step in reversed(steps):
        if not standings[step.name].finished:
            for need in step.needs:
                standings[need] = _needed(standings[need], step.name)
    return tuple(standings[step.name] for step in steps)


def _needed(standing: Standing, by: str) -> Standing:
    """Return how a step stands of which another step is to be made."""
    if not standing.finished or not standing.released:
        return standing
    why = f"{', '.join(standing.released)} was let go by 'kgan clean', and {by} needs it"
    return replace(standing, finished=False, why=why)


def _standing(name: str, made_of: Mapping[str, Any], folder: Path) -> Standing:
    home = folder / "steps" / name
    place = home / made_of["id"]
    record = manifest.read(place)
    if record is not None:
        gone = manifest.missing(place, record)
        wrong = manifest.foreign(record, name, made_of) or (gone and f"{gone} is gone or cut short")
        wrong = wrong or ("made without " + ", ".join(record["without"]) if record.get("without") else None)
        left_out = record.get("facts", {}).get(LEFT_OUT)
        released = tuple(record.get(manifest.RELEASED, ()))
        done = f"left out: {left_out}" if left_out else "finished"
        done += f"; {', '.join(released)} was let go" if released else ""
        return Standing(name, made_of["id"], place, not wrong, wrong or done, released)
    if place.with_suffix(".partial").exists():
        return Standing(name, made_of["id"], place, False, "interrupted; will go on where it can")
    return Standing(name, made_of["id"], place, False, _reason(home, made_of))


def _reason(home: Path, made_of: Mapping[str, Any]) -> str:
    earlier = sorted(home.glob("*/manifest.json"), key=lambda path: path.stat().st_mtime)
    if not earlier:
        return "not run yet"
    before = manifest.read(earlier[-1].parent)
    if before is None:
        return "its manifest cannot be read"
    return changes(before.get("made_of", {}), made_of)
