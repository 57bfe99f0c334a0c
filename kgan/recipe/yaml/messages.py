"""Schema errors as one line: location, expected and received value."""

import typing
from types import UnionType
from typing import Any

from pydantic import BaseModel, ValidationError

from kgan.errors import RecipeError, did_you_mean
from kgan.recipe.schema import Recipe
from kgan.recipe.yaml.reader import Marked, Path
from kgan.registry.wording import expected, shown
from kgan.schema.base import Plugin

_NAMES = "a name of lower-case letters, digits and _ that begins with a letter"
_TITLES = "a name of at most 60 characters with a letter or digit in it and no full stop"


def explain(error: ValidationError, tree: Marked) -> RecipeError:
    """Convert schema errors to a `RecipeError` of the first one, in the order of the file."""
    lines = [_line(details, tree) for details in error.errors(include_url=False)]
    return RecipeError(lines[0] + (f" ({len(lines) - 1} more after this)" if len(lines) > 1 else ""))


def at(tree: Marked, path: Path) -> str:
    """Return ``"file:line: a.b.c: "`` for a value."""
    place, name = tree.place(path), dotted(path)
    return ": ".join(part for part in (place, name) if part) + ": "


def dotted(path: Path) -> str:
    """Return ``"a.b.c"``."""
    return ".".join(str(part) for part in path)


def _line(finding: Any, tree: Marked) -> str:
    path, is_key = finding["loc"], False
    if path and path[-1] == "[key]":
        path, is_key = path[:-1], True
    if finding["type"] == "json_invalid":
        reason = finding["ctx"]["error"].partition(" at line")[0]
        return f"{at(tree, ())}contains invalid text or nesting ({reason})"
    if finding["type"] == "extra_forbidden":
        known = _keys(path[:-1])
        inside = f" in {dotted(path[:-1])}" if path[:-1] else ""
        hint = did_you_mean(str(path[-1]), known) or "."
        return f"{tree.place(path)}: unknown key {path[-1]!r}{inside}{hint} Known: {', '.join(known)}"
    if finding["type"] == "missing":
        return f"{at(tree, path[:-1])}{path[-1]!r} is missing{_meant(tree, path[:-1])}"
    if is_key:
        wanted = _TITLES if path[0] in ("setups", "compare") else _NAMES
        return f"{tree.place(path)}: expected {wanted}, received {shown(path[-1])}"
    if finding["type"] == "string_pattern_mismatch":
        return f"{at(tree, path)}expected {_NAMES}, received {shown(finding['input'])}"
    wanted = _plugin_named(finding["input"], path) or expected(finding)
    return f"{at(tree, path)}expected {wanted}, received {shown(finding['input'])}"


def _meant(tree: Marked, path: Path) -> str:
    """Return a sibling entry of which an incomplete entry may be a misspelling."""
    siblings: Any = tree.values
    for key in path[:-1]:
        siblings = siblings.get(key) if isinstance(siblings, dict) else None
    is_named = len(path) > 1 and not _is_part(_kind(path[:-1])) and isinstance(siblings, dict)
    return did_you_mean(str(path[-1]), [name for name in siblings if name != path[-1]]) if is_named else ""


def _plugin_named(value: Any, path: Path) -> str:
    """Return the correct form of a plugin's bare name; empty if no plugin is expected."""
    kind = _kind(path)
    if not isinstance(value, str) or not _is_part(kind) or not issubclass(kind, Plugin):
        return ""
    more = "" if kind is Plugin else ", ..."
    return f"a mapping such as {{plugin: {value}{more}}}"


def _keys(path: Path) -> list[str]:
    """Return the valid keys of the mapping at a path."""
    return list(_kind(path).model_fields)


def _kind(path: Path) -> Any:
    """Return the type of the value at a path."""
    kind: Any = Recipe
    for part in path:
        inside = [kind.model_fields[str(part)].annotation] if _is_part(kind) else typing.get_args(kind)
        kind = _inner(inside[-1]) if inside else None
    return kind


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inner(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, UnionType):
        return next(part for part in typing.get_args(annotation) if part is not type(None))
    return annotation
