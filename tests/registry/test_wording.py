from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Interval, Len, Lt, MinLen, MultipleOf

from kgan.contracts.constraints import (
    DecayRate,
    Fraction,
    InputFile,
    InputFolder,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)
from kgan.registry.wording import expected, shown, type_words


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        ({"type": "int_type", "msg": "..."}, "a whole number"),
        ({"type": "greater_than_equal", "msg": "...", "ctx": {"ge": 3}}, "a number of at least 3"),
        ({"type": "value_error", "msg": "Value error, three of them"}, "three of them"),
    ],
)
def test_expected(finding, words):
    assert expected(finding) == words


def test_shown_as_written_and_shortened():
    assert shown({"a": [None, True, "ü"]}) == '{"a": [null, true, "ü"]}'
    assert len(shown("x" * 500)) == 60


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (PositiveInt, "int >= 1"),
        (NonNegativeInt, "int >= 0"),
        (PositiveFloat, "float > 0"),
        (NonNegativeFloat, "float >= 0"),
        (Fraction, "0 <= float <= 1"),
        (DecayRate, "0 <= float < 1"),
        (InputFile, "path of a file"),
        (InputFolder, "path of a folder"),
        (Literal["imagenet"] | InputFile | None, "'imagenet', path of a file, or null"),
        (Annotated[int, Lt(5)], "int < 5"),
        (Annotated[int, Interval(gt=1, le=9)], "1 < int <= 9"),
        (Annotated[int, Ge(2), MultipleOf(2)], "int >= 2, a multiple of 2"),
        (Annotated[list[int], Len(4, 4)], "list of int, 4 of them"),
        (Annotated[list[PositiveInt], MinLen(2)], "list of int >= 1, at least 2 of them"),
        (PositiveFloat | None, "float > 0 or null"),
        (Mapping[PositiveInt, PositiveInt] | None, "mapping of int >= 1 to int >= 1, or null"),
        (Sequence[Annotated[float, Gt(0)]], "list of float > 0"),
        (tuple[int, ...], "list of int"),
        (tuple[float, float], "[float, float]"),
        (Literal["a", "b", 3], "'a', 'b' or 3"),
        (dict, "mapping"),
        (list, "list"),
        (Path, "Path"),
        (Any, "anything"),
    ],
)
def test_types_in_words(hint, words):
    assert type_words(hint) == words
