"""The errors a user can cause. The command line prints each as one line and exits with status 2."""

import difflib
from collections.abc import Iterable


class KganError(Exception):
    """What is wrong and where, what was expected, what was received, and what to do: one line."""


class RecipeError(KganError):
    """A recipe, a profile or an override says something that cannot be done."""


class DataError(KganError):
    """Images, masks, stores or tables cannot be used as they are."""


class PluginError(KganError):
    """A plugin is unknown, broken, offered twice, or does not keep its contract."""


class RunError(KganError):
    """A run cannot start, go on or be resumed."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'near'?"`` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(wrong, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
