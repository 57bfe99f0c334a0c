"""Whose mistake it is: the file's, or that of a change on the command line."""

import re
from collections.abc import Callable, Sequence

from kgan.errors import KganError
from kgan.recipe.schema import Recipe

#: Makes a recipe with these overrides laid over it, or raises.
Attempt = Callable[[Sequence[str]], Recipe]


def blaming(attempt: Attempt, overrides: Sequence[str], name: str) -> Recipe:
    """Make a recipe; a mistake that an override makes, or has a part in, is said to be at that override.

    A split of fractions one of which ``--set`` turns into a number is such a mistake: the file's line is
    right, and looked at alone the override is too.

    Args:
        attempt: makes the recipe.
        overrides: ``a.b=value`` each.
        name: of the recipe's file, as its places begin.

    Raises:
        KganError: what the attempt raises, perhaps with another place.
    """
    try:
        return attempt(overrides)
    except KganError as error:
        place = re.match(rf"{re.escape(name)}(:\d+)?: ", str(error))
        guilty = _guilty(attempt, overrides, str(error)) if place else ()
        if place is None or not guilty:
            raise
        blamed = " ".join(f"--set {override}" for override in guilty)
        raise type(error)(f"{blamed}: {str(error)[place.end() :]}") from error


def _guilty(attempt: Attempt, overrides: Sequence[str], message: str) -> Sequence[str]:
    """Return the overrides without each of which there is another mistake or none.

    Where no single one makes the difference, all of them together may.
    """
    numbers = range(len(overrides))
    others = [[overrides[other] for other in numbers if other != number] for number in numbers]
    guilty = [
        one for one, rest in zip(overrides, others, strict=True) if _first(attempt, rest) != _cut(message)
    ]
    return guilty or (overrides if _first(attempt, ()) != _cut(message) else ())


def _first(attempt: Attempt, overrides: Sequence[str]) -> str:
    try:
        attempt(overrides)
    except KganError as error:
        return _cut(str(error))
    return ""


def _cut(message: str) -> str:
    return re.sub(r" \(\d+ more after this\)$", "", message)
