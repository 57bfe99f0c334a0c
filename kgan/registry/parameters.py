"""A recipe's parameters held against a plugin's constructor, before anything runs."""

import ast
import json
import math
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kgan.contracts.training_options import NAMES as REGIME
from kgan.errors import PluginError, did_you_mean
from kgan.registry.contract import SUPPLIED
from kgan.registry.describing import describe
from kgan.registry.loading import load
from kgan.registry.signature import Parameter, from_class
from kgan.registry.wording import expected, shown

#: Keys and numbers of an entry inside a value.
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with given parameters.

    Args:
        parameter: its name.
        message: what is wrong, what was expected and received.
        missing: whether the parameter is not there at all.
        inside: keys and numbers of the one entry that is wrong, where it is one.
    """

    parameter: str
    message: str
    missing: bool = False
    inside: Place = ()


def check_parameters(kind: str, name: str, given: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Hold the parameters that a recipe gives against a plugin's constructor.

    Nothing is imported unless the plugin's source does not tell its parameters.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.
        given: plain values, as read from YAML.

    Returns:
        tuple: what is wrong; empty if nothing is.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    known = {parameter.name: parameter for parameter in parameters_of(kind, name)}
    return (
        *_unknown(kind, name, given, known),
        *_missing(kind, name, given, known.values()),
        *_mistyped(name, given, known),
    )


def parameters_of(kind: str, name: str) -> tuple[Parameter, ...]:
    """Return a plugin's constructor parameters from its source, or else by loading it.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    found = describe(kind, name).parameters
    return from_class(load(kind, name)) if found is None else found


def figures_of(kind: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a plugin's constructor will be given, as far as its source tells.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.
        given: plain values that `check_parameters` has nothing against.

    Returns:
        dict: the given values, of the annotated types, and the literal defaults of all other parameters but
        those that kgan supplies.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    figures: dict[str, Any] = {}
    for parameter in parameters_of(kind, name):
        if parameter.name in given:
            figures[parameter.name] = _typed(name, parameter, given[parameter.name])
        elif not parameter.required and parameter.name not in SUPPLIED[kind]:
            try:
                figures[parameter.name] = ast.literal_eval(parameter.default)
            except (ValueError, SyntaxError):  # made by code: the constructor is the judge
                continue
    return figures


def _unknown(
    kind: str, name: str, given: Mapping[str, Any], known: Mapping[str, Parameter]
) -> Iterable[Problem]:
    writable = [parameter for parameter in known if parameter not in SUPPLIED[kind]]
    for parameter in given:
        if parameter in SUPPLIED[kind]:
            by = SUPPLIED[kind][parameter]
            yield Problem(parameter, f"{parameter!r} is not a parameter to write: it is given by {by}")
        elif parameter not in known and kind == "gans" and parameter in REGIME:
            yield Problem(parameter, f"{parameter!r} is no parameter of {name}: write it under 'train'")
        elif parameter not in known:
            hint = did_you_mean(parameter, writable)
            takes = ", ".join(writable) or "no parameters"
            yield Problem(parameter, f"{name} has no parameter {parameter!r}{hint or '.'} It takes {takes}")


def _missing(kind: str, name: str, given: Mapping[str, Any], known: Iterable[Parameter]) -> Iterable[Problem]:
    for parameter in known:
        if parameter.required and parameter.name not in given and parameter.name not in SUPPLIED[kind]:
            kind_of = f" ({parameter.annotation})" if parameter.annotation else ""
            text = f"{name} needs the parameter {parameter.name!r}{kind_of}"
            yield Problem(parameter.name, text, missing=True)


def _mistyped(name: str, given: Mapping[str, Any], known: Mapping[str, Parameter]) -> Iterable[Problem]:
    for key, value in given.items():
        if key not in known:
            continue
        inside: Place = ()
        try:
            _typed(name, known[key], value)
            wrong = _endless(value)
        except _Wrong as error:
            wrong, inside = str(error), error.inside
        if wrong:
            yield Problem(key, f"{name}'s {key!r}{wrong}", inside=inside)


class _Wrong(ValueError):
    """A value is not of its type; where inside it, if that can be told."""

    def __init__(self, message: str, inside: Place = ()) -> None:
        super().__init__(message)
        self.inside = inside


def _typed(name: str, parameter: Parameter, value: Any) -> Any:
    """Return a plain value as its type has it (text keys as numbers); `_Wrong` says what is wrong."""
    import pydantic

    try:
        # Strict JSON takes 1 for a float and a list for a tuple, but not "3" nor true for an int.
        return pydantic.TypeAdapter(parameter.type).validate_json(json.dumps(value), strict=True)
    except pydantic.ValidationError as error:
        raise _wrong(parameter, value, error.errors(include_url=False)) from error
    except (pydantic.errors.PydanticUserError, TypeError) as error:
        raise PluginError(
            f"{name}'s {parameter.name!r} has the type {parameter.annotation}: {error}"
        ) from error


def _wrong(parameter: Parameter, value: Any, findings: list[Any]) -> _Wrong:
    """Say what was expected and received: of the one entry that is wrong, where pydantic tells which."""
    found, place = findings[0], findings[0]["loc"]
    alternatives = [part for part in typing.get_args(parameter.type) if part is not type(None)]
    is_union = typing.get_origin(parameter.type) in (typing.Union, types.UnionType) and len(alternatives) > 1
    if not place or is_union or place[-1] == "[key]":
        return _Wrong(f": expected {parameter.annotation}, received {shown(value)}")
    received = shown(found["input"])
    return _Wrong(f", at {'.'.join(map(str, place))}: expected {expected(found)}, received {received}", place)


def _endless(value: Any) -> str:
    """Return what is wrong with a plain value that is, or holds, NaN or infinity; or an empty string."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return next(filter(None, map(_endless, value)), "")
    is_endless = isinstance(value, float) and not math.isfinite(value)
    return f": expected a finite number, received {shown(value)}" if is_endless else ""
