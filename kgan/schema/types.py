"""Types of single values in a recipe, each with a description of the expected value."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

Number = Annotated[float, Field(allow_inf_nan=False)]


def _size(value: object) -> tuple[int, int]:
    pair = [value, value] if isinstance(value, int) else value
    if isinstance(pair, (list, tuple)) and len(pair) == 2 and all(_is_whole(part, 1) for part in pair):
        return (pair[0], pair[1])
    raise ValueError("[height, width] in pixels, or one whole number for both")


def _count(value: object) -> int | Literal["all"]:
    if value == "all" or _is_whole(value, 0):
        return value  # type: ignore[return-value]
    raise ValueError("a whole number of images, 0 or more, or all")


def _share(value: object) -> int | float:
    if _is_whole(value, 1) or (isinstance(value, float) and 0 < value < 1):
        return value  # type: ignore[return-value]
    raise ValueError("a number of patients, 1 or more, or a fraction between 0 and 1")


def _share_or_none(value: object) -> int | float:
    if _is_whole(value, 0) or (isinstance(value, float) and 0 < value < 1):
        return value  # type: ignore[return-value]
    raise ValueError("a number of patients, 0 or more, or a fraction between 0 and 1")


def _chosen(value: object) -> str | tuple[str, ...]:
    if value in ("refined", "all"):
        return str(value)
    if isinstance(value, (list, tuple)) and value and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError("refined, all, or a list of one setup or more")


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


_WHOLE = {"type": "integer", "minimum": 1}
_PAIR = {"type": "array", "items": _WHOLE, "minItems": 2, "maxItems": 2}
Size = Annotated[tuple[int, int], BeforeValidator(_size), WithJsonSchema({"anyOf": [_WHOLE, _PAIR]})]
Count = Annotated[
    int | Literal["all"],
    BeforeValidator(_count),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"const": "all"}]}),
]
Share = Annotated[
    int | float,
    BeforeValidator(_share),
    WithJsonSchema({"anyOf": [_WHOLE, {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}]}),
]
ShareOrNone = Annotated[
    int | float,
    BeforeValidator(_share_or_none),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            ]
        }
    ),
]
Chosen = Annotated[
    str | tuple[str, ...],
    BeforeValidator(_chosen),
    WithJsonSchema({"anyOf": [{"enum": ["refined", "all"]}, {"type": "array", "items": {"type": "string"}}]}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Title = Annotated[str, StringConstraints(pattern=r"^[^.\n\r\t]*[A-Za-z0-9][^.\n\r\t]*$", max_length=60)]
Precision = Annotated[
    Literal["auto", "float32", "bfloat16", "float16"],
    Field(
        description="Of the networks; losses, penalties, statistics and averages are float32. "
        "auto: bfloat16 for networks that were compared in it (docs/decisions/041), on hardware that has it; "
        "float32 elsewhere. Results then depend on the machine."
    ),
]
Rate = Annotated[float, Field(ge=0, le=100)]
