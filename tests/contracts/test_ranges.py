from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Interval, Len, Lt, MinLen, MultipleOf

from kgan.contracts.constraints import Count, Decay, NonNegative, Positive, Share, Whole
from kgan.contracts.ranges import check_ranges, typed
from kgan.errors import RecipeError


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Count, "int >= 1"),
        (Whole, "int >= 0"),
        (Positive, "float > 0"),
        (NonNegative, "float >= 0"),
        (Share, "0 <= float <= 1"),
        (Decay, "0 <= float < 1"),
        (Annotated[int, Lt(5)], "int < 5"),
        (Annotated[int, Interval(gt=1, le=9)], "1 < int <= 9"),
        (Annotated[int, Ge(2), MultipleOf(2)], "int >= 2, a multiple of 2"),
        (Annotated[list[int], Len(4, 4)], "list of int, 4 of them"),
        (Annotated[list[Count], MinLen(2)], "list of int >= 1, at least 2 of them"),
        (Positive | None, "float > 0 or null"),
        (Mapping[Count, Count] | None, "mapping of int >= 1 to int >= 1, or null"),
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
    assert typed(hint) == words


def build(image_shape: Sequence[int], *, blocks: Sequence[Count] = (1,), rate: Positive | None = None): ...


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"blocks": (1, 0)}, r"odd: blocks \(1, 0\); expected list of int >= 1"),
        ({"rate": 0.0}, "odd: rate 0.0; expected float > 0 or null"),
        ({"rate": float("nan")}, "odd: rate nan; expected float > 0"),
        ({"rate": float("inf")}, "odd: rate inf; expected float > 0"),
    ],
)
def test_constructors_refuse_what_recipes_cannot_say(figures, says):
    with pytest.raises(RecipeError, match=says):
        check_ranges("odd", build, figures)


def test_what_is_in_range_is_taken():
    check_ranges("odd", build, {"image_shape": None, "blocks": (1, 2), "rate": 1, "another": -1})
    check_ranges("odd", build, {"rate": None})
