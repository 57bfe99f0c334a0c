"""A recipe's parameters checked by a plugin's configuration, before anything runs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from kgan.contracts.config import PluginConfig, Unfit
from kgan.contracts.training_options import NAMES as TRAINING_OPTIONS
from kgan.errors import PluginError, did_you_mean
from kgan.files.inputs import Place
from kgan.registry.kinds import KINDS, SUPPLIED
from kgan.registry.loading import config_class
from kgan.registry.wording import expected, shown, type_words


@dataclass(frozen=True)
class Parameter:
    """One field of a configuration.

    Args:
        name: what a recipe writes.
        type: in words, with the range.
        required: whether it has no default.
        default: as text; empty where there is none.
        description: one or more sentences, or empty.
    """

    name: str
    type: str
    required: bool
    default: str
    description: str


@dataclass(frozen=True)
class Problem:
    """One thing wrong with given parameters.

    Args:
        parameter: its name; empty where several do not fit together.
        message: what is wrong, what was expected and received.
        missing: whether the parameter is not there at all.
        inside: keys and numbers of the one entry that is wrong, where it is one.
    """

    parameter: str
    message: str
    missing: bool = False
    inside: Place = ()

    @property
    def place(self) -> Place:
        """Where it is among the parameters."""
        return (self.parameter, *self.inside) if self.parameter else ()


def parameters_of(kind: str, name: str) -> tuple[Parameter, ...]:
    """Return the parameters that a recipe may write.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    return tuple(
        Parameter(
            name=field_name,
            type=type_words(_hint(field)),
            required=field.is_required(),
            default="" if field.is_required() else repr(field.get_default(call_default_factory=True)),
            description=field.description or "",
        )
        for field_name, field in config_class(kind, name).model_fields.items()
        if field_name not in SUPPLIED[kind]
    )


def check_parameters(kind: str, name: str, given: Mapping[str, Any], **supplied: Any) -> tuple[Problem, ...]:
    """Check the parameters that a recipe writes; what kgan supplies may be missing, and may not be written.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.
        given: plain values, as read from YAML.
        supplied: fields that kgan gives, such as ``weights``.

    Returns:
        tuple: what is wrong; empty if nothing is.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    by_kgan = SUPPLIED[kind]
    refused = [
        Problem(key, f"{key!r} is not a parameter to write: it is given by {by_kgan[key]}")
        for key in given
        if key in by_kgan
    ]
    written = {key: value for key, value in given.items() if key not in by_kgan}
    _, problems = _validated(kind, name, _without_data(kind, name, {**written, **supplied}))
    return (*refused, *problems)


def configure(
    kind: str, name: str, parameters: Mapping[str, Any], *, needs_data: bool = True, **supplied: Any
) -> Any:
    """Return a plugin's configuration.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.
        parameters: plain values, as read from YAML or JSON.
        needs_data: whether a reader without the path of its folder is refused; if not, it gets an empty one.
        supplied: fields that kgan gives, such as ``path`` or ``weights``; they go before the parameters.

    Returns:
        PluginConfig: of the plugin's own class; `kgan.files.inputs.input_paths` yields the files it names.

    Raises:
        PluginError: the plugin is unknown or broken, or a parameter is wrong; says which and where.
    """
    values = {**parameters, **supplied}
    config, problems = _validated(kind, name, values if needs_data else _without_data(kind, name, values))
    if config is None:
        more = f" ({len(problems) - 1} more after this)" if len(problems) > 1 else ""
        raise PluginError(f"{KINDS[kind]} {name!r}: {problems[0].message}{more}")
    return config


def _without_data(kind: str, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with an empty path where a reader needs one and has none."""
    path = config_class(kind, name).model_fields.get("path") if kind == "readers" else None
    return {**({"path": ""} if path is not None and path.is_required() else {}), **values}


def _validated(
    kind: str, name: str, values: Mapping[str, Any]
) -> tuple[PluginConfig | None, tuple[Problem, ...]]:
    cls = config_class(kind, name)
    try:
        # Strict JSON takes 1 for a float and a list for a tuple, but not "3" nor true for an int.
        return cls.model_validate_json(json.dumps(values)), ()
    except ValidationError as error:
        findings = [*error.errors(include_url=False)]
    problems: dict[str, Problem] = {}
    for finding in findings:
        problem = _problem(kind, name, cls, finding, values)
        problems.setdefault(problem.parameter, problem)
    return None, tuple(problems.values())


def _problem(
    kind: str, name: str, cls: type[PluginConfig], finding: Any, values: Mapping[str, Any]
) -> Problem:
    cause = finding.get("ctx", {}).get("error")
    if isinstance(cause, Unfit) and not finding["loc"]:
        parameter, *inside = (*cause.place, "")[: max(len(cause.place), 1)]
        return Problem(str(parameter), f"{name}: {cause}", inside=tuple(inside))
    if not finding["loc"]:
        return Problem("", f"{name}: {expected(finding)}")
    parameter, *inside = finding["loc"]
    if finding["type"] == "extra_forbidden" and not inside:
        return Problem(parameter, _unknown(kind, name, parameter, cls))
    field = cls.model_fields[parameter]
    if finding["type"] == "missing" and not inside:
        text = f"{name} needs the parameter {parameter!r} ({type_words(_hint(field))})"
        return Problem(parameter, text, missing=True)
    place = tuple(_there(inside, values[parameter]))
    whole = len(place) < len(inside) or not place  # alternatives of a union are no places
    if whole and finding["type"] not in ("value_error", "finite_number"):
        wanted, received, place = type_words(_hint(field)), values[parameter], ()
    else:
        wanted, received = expected(finding), finding["input"]
    where = f", at {'.'.join(map(str, place))}" if place else ""
    text = f"{name}'s {parameter!r}{where}: expected {wanted}, received {shown(received)}"
    return Problem(parameter, text, inside=place)


def _there(path: list[str | int], value: Any) -> Iterator[str | int]:
    """Yield the beginning of a path that leads to something in a value."""
    for key in path:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return
        yield key


def _unknown(kind: str, name: str, parameter: str, cls: type[PluginConfig]) -> str:
    if kind == "gans" and parameter in TRAINING_OPTIONS:
        return f"{parameter!r} is no parameter of {name}: write it under 'train'"
    writable = [field for field in cls.model_fields if field not in SUPPLIED[kind]]
    hint = did_you_mean(parameter, writable) or "."
    return f"{name} has no parameter {parameter!r}{hint} It takes {', '.join(writable) or 'no parameters'}"


def _hint(field: FieldInfo) -> Any:
    """Return a field's type with its ranges."""
    annotation: Any = field.annotation
    for mark in field.metadata:
        annotation = Annotated[annotation, mark]
    return annotation
