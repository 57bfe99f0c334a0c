"""A recipe's parameters held against a plugin's constructor, before anything runs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kgan.errors import PluginError, did_you_mean
from kgan.registry.contract import SUPPLIED
from kgan.registry.describing import describe
from kgan.registry.loading import load
from kgan.registry.signature import Parameter, from_class
from kgan.registry.wording import shown


@dataclass(frozen=True)
class Problem:
    """One thing wrong with given parameters.

    Args:
        parameter: its name.
        message: what is wrong, what was expected and received.
        missing: whether the parameter is not there at all.
    """

    parameter: str
    message: str
    missing: bool = False


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


def _unknown(
    kind: str, name: str, given: Mapping[str, Any], known: Mapping[str, Parameter]
) -> Iterable[Problem]:
    writable = [parameter for parameter in known if parameter not in SUPPLIED[kind]]
    for parameter in given:
        if parameter in SUPPLIED[kind]:
            by = SUPPLIED[kind][parameter]
            yield Problem(parameter, f"{parameter!r} is not a parameter to write: it is given by {by}")
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
    import pydantic

    for key, value in given.items():
        if key not in known:
            continue
        wanted = known[key].annotation
        try:
            # Strict JSON takes 1 for a float and a list for a tuple, but not "3" nor true for an int.
            pydantic.TypeAdapter(known[key].type).validate_json(json.dumps(value), strict=True)
            wrong = _has_nan(value)
        except pydantic.ValidationError:
            wrong = True
        except (pydantic.errors.PydanticUserError, TypeError) as error:
            raise PluginError(f"{name}'s {key!r} has the type {wanted}: {error}") from error
        if wrong:
            yield Problem(key, f"{name}'s {key!r}: expected {wanted}, received {shown(value)}")


def _has_nan(value: Any) -> bool:
    """Tell whether a plain value is, or holds, what is not a number."""
    if isinstance(value, Mapping):
        value = list(value.values())
    return any(map(_has_nan, value)) if isinstance(value, list) else value != value
