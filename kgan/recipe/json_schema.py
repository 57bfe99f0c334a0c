"""The JSON Schema of recipe files, so that editors complete and check them."""

from typing import Any

from kgan.recipe.schema import Recipe

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PARTIAL = "Partial"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe file, profiles included.

    A profile may hold any part of a recipe, so its schema is the recipe's with nothing required; ``null``
    takes entries of collections away.
    """
    schema = Recipe.model_json_schema(by_alias=True)
    parts = schema.pop("$defs")
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


def _partial(schema: Any) -> Any:
    """Return a schema that requires nothing, its references turned to partial ones."""
    if isinstance(schema, list):
        return [_partial(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _partial(value) for key, value in schema.items() if key not in ("required", "default")}
    if isinstance(found.get("$ref"), str):
        found["$ref"] += _PARTIAL
    inner = found.get("additionalProperties")
    if isinstance(inner, dict) and found.get("type") == "object":
        found["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]}
    return found
