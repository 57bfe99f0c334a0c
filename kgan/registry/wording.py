"""What was expected and what was received, in the words of a recipe."""

import json
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen, MultipleOf

from kgan.files.inputs import ReadFromOutside

_LONGEST = 60

_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text",
    "path_type": "a path",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "null",
    "literal_error": "{expected}",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "string_too_short": "text that is not empty",
    "missing": "a value",
}


def expected(finding: dict[str, Any]) -> str:
    """Put one of pydantic's findings as what was expected."""
    pattern = _EXPECTED.get(finding["type"])
    if pattern is None:
        return str(finding["msg"]).removeprefix("Value error, ")
    limits = finding.get("ctx", {})
    return pattern.format(**{key: f"{of:g}" if isinstance(of, float) else of for key, of in limits.items()})


def shown(value: Any) -> str:
    """Show a value as the recipe writes it, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def type_words(hint: Any) -> str:
    """Return a type in words: ``"int >= 1"``, ``"mapping of int >= 1 to float, or null"``."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any:
        return "anything"
    if hint is None or hint is type(None):
        return "null"
    if origin is typing.Annotated:
        marks = [mark for mark in parts[1:] if isinstance(mark, ReadFromOutside)]
        if marks:
            return "path of a folder" if marks[0].folder else "path of a file"
        return _ranged(type_words(parts[0]), _flat(parts[1:]))
    if origin is typing.Literal:
        return _alternatives([repr(part) for part in parts])
    if origin in (typing.Union, types.UnionType):
        # The values of a literal are alternatives like the others.
        flat = [
            typing.get_args(part) if typing.get_origin(part) is typing.Literal else [part] for part in parts
        ]
        return _alternatives([_alternative(part) for group in flat for part in group])
    return _container(origin or hint, parts)


def _container(kind: Any, parts: Sequence[Any]) -> str:
    if kind in (dict, Mapping):
        return f"mapping of {type_words(parts[0])} to {type_words(parts[1])}" if parts else "mapping"
    if kind is tuple and parts and Ellipsis not in parts:
        return f"[{', '.join(map(type_words, parts))}]"
    if kind in (list, tuple, Sequence):
        return f"list of {type_words(parts[0])}" if parts else "list"
    return str(getattr(kind, "__name__", kind))


def _alternative(part: Any) -> str:
    """Return a value of a literal as text, or a type in words."""
    return repr(part) if isinstance(part, str | int | float) else type_words(part)


def _alternatives(words: Sequence[str]) -> str:
    *first, last = words
    comma = "," if any(" to " in word or " of " in word for word in first) else ""
    return f"{', '.join(first)}{comma} or {last}" if first else last


def _flat(ranges: Iterable[Any]) -> list[Any]:
    """Return the parts of what stands for several, such as ``Interval``."""
    return [
        part for entry in ranges for part in (_flat(entry) if isinstance(entry, GroupedMetadata) else [entry])
    ]


def _ranged(kind: str, ranges: Sequence[Any]) -> str:
    low: Any = next(((part.ge, "<=", ">=") for part in ranges if isinstance(part, Ge)), None)
    low = next(((part.gt, "<", ">") for part in ranges if isinstance(part, Gt)), low)
    high: Any = next(((part.le, "<=") for part in ranges if isinstance(part, Le)), None)
    high = next(((part.lt, "<") for part in ranges if isinstance(part, Lt)), high)
    words = kind
    if low and high:
        words = f"{low[0]} {low[1]} {kind} {high[1]} {high[0]}"
    elif low or high:
        words = f"{kind} {low[2]} {low[0]}" if low else f"{kind} {high[1]} {high[0]}"
    steps = [f", a multiple of {part.multiple_of}" for part in ranges if isinstance(part, MultipleOf)]
    least = [part.min_length for part in ranges if isinstance(part, MinLen) and part.min_length]
    most = [part.max_length for part in ranges if isinstance(part, MaxLen)]
    if least == most and least:
        steps.append(f", {least[0]} of them")
    else:
        steps += [f", at least {length} of them" for length in least]
        steps += [f", at most {length} of them" for length in most]
    return words + "".join(steps)
