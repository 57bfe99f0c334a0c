"""Attribution of errors to the file or to an override on the command line."""

import re
from collections.abc import Callable, Sequence

from kgan.errors import KganError
from kgan.recipe.schema import Recipe

#: Loads a recipe with the given overrides, or raises.
Attempt = Callable[[Sequence[str]], Recipe]


def attributed_to_overrides(attempt: Attempt, overrides: Sequence[str], name: str) -> Recipe:
    """Load a recipe; attribute an error to the overrides that cause it or contribute to it.

    Example: ``--set`` replaces one of the fractions of a split by a number. Both the line of the file and the
    override are valid alone.

    Args:
        attempt: loads the recipe.
        overrides: ``a.b=value`` each.
        name: of the recipe's file, with which locations begin.

    Raises:
        KganError: the error of the attempt, possibly with another location.
    """
    try:
        return attempt(overrides)
    except KganError as error:
        place = re.match(rf"{re.escape(name)}(:\d+)?: ", str(error))
        causes = _causes(attempt, overrides, str(error)) if place else ()
        if place is None or not causes:
            raise
        location = " ".join(f"--set {override}" for override in causes)
        raise type(error)(f"{location}: {str(error)[place.end() :]}") from error


def _causes(attempt: Attempt, overrides: Sequence[str], message: str) -> Sequence[str]:
    """Return the overrides whose single removal changes or removes the error.

    If there are none, all of them together may be the cause.
    """
    numbers = range(len(overrides))
    others = [[overrides[other] for other in numbers if other != number] for number in numbers]
    causes = [
        override
        for override, rest in zip(overrides, others, strict=True)
        if _first(attempt, rest) != _cut(message)
    ]
    return causes or (overrides if _first(attempt, ()) != _cut(message) else ())


def _first(attempt: Attempt, overrides: Sequence[str]) -> str:
    try:
        attempt(overrides)
    except KganError as error:
        return _cut(str(error))
    return ""


def _cut(message: str) -> str:
    return re.sub(r" \(\d+ more after this\)$", "", message)
