"""Types of a table's columns: each reads one field of text strictly, or says what it should have been.

A schema is a `Row`, a pydantic model with a field for each column that is wanted. A column with a default may
be missing in the header; the fields of one of type ``Maybe[...]`` may be empty. A row that a step makes holds
values instead of text, which are taken as they are.
"""

import math
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOT_FINITE = ("nan", "inf", "-inf")
_YES_NO = {"yes": True, "no": False}
_T = TypeVar("_T")


class Row(BaseModel):
    """One line of a table; subclasses name and type the columns.

    A column that cannot be a field's name has it as alias: ``Annotated[Text, Field(alias="class")]``.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)


def _reader(read: Callable[[str], Any]) -> BeforeValidator:
    """Return a validator that reads text and leaves values as they are."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


def _name(text: str) -> str:
    if not text or not text.isprintable():
        raise ValueError("a name of visible characters")
    return text


def _integer(expected: str, low: int = -(2**53), high: int = 2**53) -> Callable[[str], int]:
    """Return what reads a whole number of decimal digits; Python's ``int`` takes ``1_000`` as well."""

    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(expected)
        return int(text)

    return read


def _real(expected: str, low: float = -math.inf, high: float = math.inf) -> Callable[[str], float]:
    """Return what reads a finite number with a decimal point; Python's ``float`` takes ``nan`` as well."""

    def read(text: str) -> float:
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value) or not low <= value <= high:
            raise ValueError(expected)
        return value

    return read


def _figure(text: str) -> float:
    if not _NUMBER.fullmatch(text) and text not in _NOT_FINITE:
        raise ValueError("a number, nan or inf")
    return float(text)


def _yes(text: str) -> bool:
    if text not in _YES_NO:
        raise ValueError("yes or no")
    return _YES_NO[text]


def _or_nothing(text: Any) -> Any:
    return None if text == "" else text


#: Any text, also none.
Text = str
#: An identifier: two that look the same are the same.
Name = Annotated[str, _reader(_name)]
Integer = Annotated[int, _reader(_integer("a whole number"))]
Count = Annotated[int, _reader(_integer("a whole number, 0 or more", 0))]
Binary = Annotated[int, _reader(_integer("0 or 1", 0, 1))]
Real = Annotated[float, _reader(_real("a number"))]
Share = Annotated[float, _reader(_real("a number from 0 to 1", 0, 1))]
#: What a training diverges to counts too.
Loss = Annotated[float, _reader(_figure)]
YesNo = Annotated[bool, _reader(_yes)]
#: A column whose fields may be empty: ``None`` then.
Maybe = Annotated[_T | None, BeforeValidator(_or_nothing)]


class Figures(Row):
    """A line whose columns beside those of the schema are all numbers, or empty."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Maybe[Loss]]

    @property
    def figures(self) -> dict[str, float]:
        """The numbers that the line has, by column."""
        return {name: value for name, value in (self.__pydantic_extra__ or {}).items() if value is not None}
