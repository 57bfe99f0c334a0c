"""SHA-256 of files and of plain values: what identities and integrity checks are made of."""

import hashlib
import json
from pathlib import Path
from typing import Any

_BLOCK = 1 << 20


def file_digest(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes, read block by block.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def value_digest(value: Any) -> str:
    """Return the hexadecimal SHA-256 of a plain value (mappings by sorted key, through JSON)."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
