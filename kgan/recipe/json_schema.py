"""The JSON Schema of recipe files, for completion and checks in editors."""

from typing import Any

from kgan.recipe.schema import Recipe

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PARTIAL = "Partial"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe file, profiles included.

    A profile may contain any part of a recipe, so its schema is that of the recipe without required keys;
    ``null`` removes entries of collections.
    """
    schema = Recipe.model_json_schema(by_alias=True)
    parts = schema.pop("$defs")
    profile = _partial({key: value for key, value in schema.items() if key != "title"})
    for key in ("profile", "name"):
        profile["properties"].pop(key)
    schema["properties"]["profiles"] = {
        "type": "object",
        "description": "Profile -> its changes.",
        "additionalProperties": {"anyOf": [profile, {"type": "null"}]},
    }
    partial = {name + _PARTIAL: _partial(part) for name, part in parts.items()}
    return {"$schema": _DIALECT, **schema, "title": "kgan recipe", "$defs": {**parts, **partial}}


def _partial(schema: Any) -> Any:
    """Return a schema without required keys, with references to partial schemas."""
    if isinstance(schema, list):
        return [_partial(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    partial = {key: _partial(value) for key, value in schema.items() if key not in ("required", "default")}
    if isinstance(partial.get("$ref"), str):
        partial["$ref"] += _PARTIAL
    inner = partial.get("additionalProperties")
    if isinstance(inner, dict) and partial.get("type") == "object":
        partial["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]}
    return partial
