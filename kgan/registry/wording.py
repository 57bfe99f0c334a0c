"""What was expected and what was received, in the words of a recipe."""

import json
from typing import Any

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
