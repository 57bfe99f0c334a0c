"""Manifests: what a finished step's folder says of itself, and whether its files are still those."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgan.atomic import write_text
from kgan.digest import file_digest, value_digest

FILE = "manifest.json"
#: Left out of a manifest's outputs: they serve an interrupted step alone.
SCRATCH = "checkpoints"
_OWN = "sha256"


def outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of each file of a step, by its path inside the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and path.name != FILE and inside.parts[0] != SCRATCH:
            found[inside.as_posix()] = {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    return found


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest, with its own digest: from here on the folder counts as finished."""
    plain = json.loads(json.dumps(manifest, default=str))
    write_text(folder / FILE, json.dumps({**plain, _OWN: value_digest(plain)}, indent=1, sort_keys=True))


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a finished folder; ``None`` where there is none or it is damaged."""
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
        digest = manifest.pop(_OWN, None)
        whole = isinstance(manifest["outputs"], dict) and digest in (None, value_digest(manifest))
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None
    return manifest if whole else None


def missing(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """Name the first output that is gone or has another size (cheap: no file is read)."""
    for name, about in manifest["outputs"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != about["bytes"]:
            return str(name)
    return None


def damaged(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """Name the first output whose bytes are not those that were written (reads every file)."""
    for name, about in manifest["outputs"].items():
        path = folder / name
        if not path.is_file() or file_digest(path) != about["sha256"]:
            return str(name)
    return None
