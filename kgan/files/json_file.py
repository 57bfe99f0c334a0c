"""JSON files of people and of pages, read strictly: what can be read in two ways is refused."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kgan.errors import DataError


def read_json(path: Path, expected: str) -> Any:
    """Return the plain values of a JSON file in UTF-8, with or without a byte-order mark.

    Args:
        path: the file.
        expected: what it should be, for messages.

    Raises:
        DataError: it is missing, is not JSON (RFC 8259: no NaN, no Infinity), or has a key twice, of which a
            reader takes the first and another the last.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except FileNotFoundError as error:
        raise DataError(f"{path}: there is no such file; expected {expected}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read as JSON ({short(error)}); expected {expected}") from error


def short(error: Exception) -> str:
    """Return an error's kind and text as a part of one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:120]


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} is there twice")
    return values


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")
