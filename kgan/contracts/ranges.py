"""Ranges of figures in words, and held against what a constructor is given; no TensorFlow."""

import json
import math
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen, MultipleOf

from kgan.errors import RecipeError


def check_ranges(who: str, constructor: Any, figures: Mapping[str, Any]) -> None:
    """Refuse figures out of the ranges with which a constructor annotates its arguments.

    Recipes are held against the same annotations when they are read; this is for whoever calls the
    constructor.

    Args:
        who: the plugin's name, for the message.
        constructor: a class's ``__init__``.
        figures: arguments by name; what is not among the constructor's is not looked at.

    Raises:
        RecipeError: with what was expected and received.
    """
    import pydantic

    for name, hint in typing.get_type_hints(constructor, include_extras=True).items():
        if name not in figures or "Annotated" not in repr(hint):
            continue
        value = figures[name]
        try:
            # Strict JSON, as for a recipe: 1 is a float and a list a tuple, "3" and true are no numbers.
            pydantic.TypeAdapter(hint).validate_json(json.dumps(value, default=_plain), strict=True)
            is_wrong = isinstance(value, float) and not math.isfinite(value)
        except (pydantic.ValidationError, TypeError):
            is_wrong = True
        if is_wrong:
            raise RecipeError(f"{who}: {name} {value!r}; expected {typed(hint)}; correct it in the recipe")


def _plain(value: Any) -> Any:
    """Return what JSON has no words for as what it has them for: NumPy's numbers, mappings of all kinds."""
    return dict(value) if isinstance(value, Mapping) else value.item()


def typed(hint: Any) -> str:
    """Put a type in words: ``"int >= 1"``, ``"mapping of int >= 1 to float, or null"``."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any:
        return "anything"
    if hint is None or hint is type(None):
        return "null"
    if origin is typing.Annotated:
        return _ranged(typed(parts[0]), _flat(parts[1:]))
    if origin is typing.Literal:
        return _alternatives([repr(part) for part in parts])
    if origin in (typing.Union, types.UnionType):
        return _alternatives([typed(part) for part in parts])
    return _container(origin or hint, parts)


def _container(kind: Any, parts: Sequence[Any]) -> str:
    if kind in (dict, Mapping):
        return f"mapping of {typed(parts[0])} to {typed(parts[1])}" if parts else "mapping"
    if kind is tuple and parts and Ellipsis not in parts:
        return f"[{', '.join(map(typed, parts))}]"
    if kind in (list, tuple, Sequence):
        return f"list of {typed(parts[0])}" if parts else "list"
    return str(getattr(kind, "__name__", kind))


def _alternatives(words: Sequence[str]) -> str:
    *first, last = words
    comma = "," if any(" to " in word or " of " in word for word in first) else ""
    return f"{', '.join(first)}{comma} or {last}" if first else last


def _flat(ranges: Iterable[Any]) -> list[Any]:
    """Return the parts of what stands for several, such as ``Interval``."""
    return [part for one in ranges for part in (_flat(one) if isinstance(one, GroupedMetadata) else [one])]


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
