"""Manifests: what a finished step's folder says of itself, and whether its files are still those."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from kgan.files.atomic import write_text
from kgan.files.digest import file_digest, value_digest

FILE = "manifest.json"
#: Left out of a manifest's outputs: they serve an interrupted step alone.
SCRATCH = "checkpoints"
#: What `kgan clean` let go of the outputs: a list of their names.
RELEASED = "released"
_OWN = "sha256"


def outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of each file of a step, by its path inside the folder."""
    outputs = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and path.name != FILE and inside.parts[0] != SCRATCH:
            outputs[inside.as_posix()] = {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    return outputs


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest, with its own digest: from here on the folder counts as finished."""
    plain = _plain(manifest)
    write_text(folder / FILE, json.dumps({**plain, _OWN: value_digest(plain)}, indent=1, sort_keys=True))


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a finished folder; ``None`` where there is none or it is damaged.

    It is whole if its digest is that of all else it says. What it publishes is among its outputs; that and
    what it withdraws lies in the run's folder, so that no file of others is overwritten or removed.
    """
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
        digest = manifest.pop(_OWN)
        whole = digest == value_digest(manifest) and _is_sound(manifest)
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None
    return manifest if whole else None


def foreign(manifest: Mapping[str, Any], step: str, made_of: Mapping[str, Any]) -> str | None:
    """Say what a manifest says otherwise than it would as that of a step; ``None`` if nothing.

    Args:
        manifest: as `read` gives it.
        step: the step's name in the plan.
        made_of: its identity, as `kgan.pipeline.state.identity` has it.
    """
    expected = {
        "step": step,
        "id": made_of["id"],
        "kind": made_of["kind"],
        "made_of": made_of,
    }
    wrong = [key for key, value in _plain(expected).items() if manifest.get(key) != value]
    return f"its manifest is of another step ({', '.join(wrong)})" if wrong else None


def release(folder: Path, names: Collection[str]) -> None:
    """Delete outputs of a finished folder; its manifest says so first.

    Args:
        folder: of a finished step.
        names: of its outputs; nothing that it publishes.

    Raises:
        ValueError: the folder is not finished, or has no such output that it does not publish.
    """
    record = read(folder)
    published = set((record or {}).get("publish", {}).values())
    if record is None or not set(names) <= set(record["outputs"]) - published:
        raise ValueError(f"{folder}: expected a finished step with outputs {sorted(names)}, not published")
    write(folder, {**record, RELEASED: sorted({*record.get(RELEASED, ()), *names})})
    for name in names:
        (folder / name).unlink(missing_ok=True)


def missing(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """Name the first output that is gone or has another size (cheap: no file is read).

    Outputs that were let go are not missed.
    """
    for name, output in manifest["outputs"].items():
        path = folder / name
        if name in manifest.get(RELEASED, ()):
            continue
        if not path.is_file() or path.stat().st_size != output["bytes"]:
            return str(name)
    return None


def damaged(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """Name the first output whose bytes are not those that were written (reads every file).

    Outputs that were let go count as damaged: whoever needs the files needs them all.
    """
    for name, output in manifest["outputs"].items():
        path = folder / name
        if not path.is_file() or file_digest(path) != output["sha256"]:
            return str(name)
    return None


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def _is_sound(manifest: Mapping[str, Any]) -> bool:
    publish, facts = manifest.get("publish", {}), manifest.get("facts", {})
    outputs, released = manifest["outputs"], manifest.get(RELEASED, [])
    if not isinstance(outputs, dict) or not isinstance(facts, dict) or not set(released) <= set(outputs):
        return False
    made = {
        part.as_posix() for name in outputs for part in (PurePosixPath(name), *PurePosixPath(name).parents)
    }
    places = [*outputs, *publish, *facts.get("withdraw", [])]
    return all(map(_is_inside, places)) and made.issuperset(publish.values())


def _is_inside(place: str) -> bool:
    path = PurePosixPath(place)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
