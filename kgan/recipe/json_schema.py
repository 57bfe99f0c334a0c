"""The JSON Schema of recipe files, for completion and checks in editors."""

import copy
from collections.abc import Iterable
from typing import Any

from kgan import registry
from kgan.errors import PluginError
from kgan.recipe.schema import Recipe

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PARTIAL = "Partial"
_DEFINITION = "#/$defs/"

#: Parts of a recipe that name a plugin, and its kind.
_PLUGINS = {"Gan": "gans", "Refiner": "gans", "Classifier": "classifiers"}

#: Fields that hold a plugin of no part of its own: part and field -> kind.
_FIELDS = {
    ("Data", "reader"): "readers",
    ("Data", "stand_in"): "readers",
    ("Gan", "loss"): "losses",
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe file, profiles and the parameters of installed plugins included.

    A profile may hold any part of a recipe, so its schema is the recipe's with nothing required; ``null``
    takes entries of collections away.
    """
    schema = Recipe.model_json_schema(by_alias=True)
    parts = schema.pop("$defs")
    _add_plugins(parts)
    profile = _partial({key: value for key, value in schema.items() if key != "title"})
    for key in ("profile", "name"):
        profile["properties"].pop(key)
    schema["properties"]["profiles"] = {
        "type": "object",
        "description": "Profile -> what it changes.",
        "additionalProperties": {"anyOf": [profile, {"type": "null"}]},
    }
    partial = {name + _PARTIAL: _partial(part) for name, part in parts.items()}
    return {"$schema": _DIALECT, **schema, "title": "kgan recipe", "$defs": {**parts, **partial}}


def _add_plugins(parts: dict[str, Any]) -> None:
    """Add what the parameters of each installed plugin may be, wherever a plugin is named."""
    for kind in registry.KINDS:
        for name, config in _configurations(kind):
            _add_parameters(parts, kind, name, config.model_json_schema(by_alias=True))
    for part, kind in _PLUGINS.items():
        parts[part]["allOf"] = list(_conditions(kind, with_variants=part == "Classifier"))
    for (part, field), kind in _FIELDS.items():
        own = f"Plugin_{kind}"
        if own not in parts:
            parts[own] = {**copy.deepcopy(parts["Plugin"]), "allOf": list(_conditions(kind))}
        parts[part]["properties"][field] = _referring(parts[part]["properties"][field], "Plugin", own)


def _configurations(kind: str) -> Iterable[tuple[str, Any]]:
    """Yield the plugins whose configuration can be used; `kgan plugins list` names the others."""
    for name in registry.available(kind):
        try:
            yield name, registry.config_class(kind, name)
        except PluginError:
            continue


def _add_parameters(parts: dict[str, Any], kind: str, name: str, schema: dict[str, Any]) -> None:
    """Define a plugin's parameters without those that a recipe does not write among them."""
    inner = schema.pop("$defs", {})
    for field in registry.SUPPLIED[kind]:
        schema["properties"].pop(field, None)
    schema["required"] = [field for field in schema.get("required", ()) if field in schema["properties"]]
    for definition, part in inner.items():
        schema = _referring(schema, definition, f"{kind}_{name}_{definition}")
        parts[f"{kind}_{name}_{definition}"] = part
    parts[f"{kind}_{name}"] = schema


def _conditions(kind: str, with_variants: bool = False) -> Iterable[dict[str, Any]]:
    """Yield the known names, and for each of them what its parameters may be."""
    names = [name for name, _ in _configurations(kind)]
    yield {"properties": {"plugin": {"enum": names}}}
    for name in names:
        whole = {"$ref": f"{_DEFINITION}{kind}_{name}"}
        then: dict[str, Any] = {"parameters": whole}
        if with_variants:  # a variant adds to the classifier's parameters, or changes them
            part = {"$ref": f"{_DEFINITION}{kind}_{name}{_PARTIAL}"}
            variant = {"properties": {"parameters": part}}  # or null, in a profile
            then = {"parameters": part, "variants": {"additionalProperties": variant}}
        condition = {"properties": {"plugin": {"const": name}}, "required": ["plugin"]}
        yield {"if": condition, "then": {"properties": then}}


def _referring(schema: Any, old: str, new: str) -> Any:
    """Return a schema with references to one definition turned to another."""
    if isinstance(schema, list):
        return [_referring(item, old, new) for item in schema]
    if not isinstance(schema, dict):
        return _DEFINITION + new if schema == _DEFINITION + old else schema
    return {key: _referring(value, old, new) for key, value in schema.items()}


def _partial(schema: Any) -> Any:
    """Return a schema that requires nothing, its references turned to partial ones."""
    if isinstance(schema, list):
        return [_partial(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    partial = {
        key: value if key == "if" else _partial(value)
        for key, value in schema.items()
        if key not in ("required", "default")
    }
    if isinstance(partial.get("$ref"), str):
        partial["$ref"] = partial["$ref"].removesuffix(_PARTIAL) + _PARTIAL
    entries = partial.get("additionalProperties")
    if isinstance(entries, dict) and partial.get("type") == "object":
        partial["additionalProperties"] = _or_null(entries)
    if "patternProperties" in partial:
        named = partial["patternProperties"].items()
        partial["patternProperties"] = {pattern: _or_null(entry) for pattern, entry in named}
    return partial


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}
