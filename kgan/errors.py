"""User errors. The command line prints each as one line and exits with status 2."""

import difflib
from collections.abc import Iterable


class KganError(Exception):
    """One line: what is wrong and where, the expected and the received value, and what to do."""


class RecipeError(KganError):
    """A recipe, a profile or an override is invalid."""


class DataError(KganError):
    """Images, masks, stores or tables are unusable."""


class PluginError(KganError):
    """A plugin is unknown, broken, offered twice, or violates its contract."""


class RunError(KganError):
    """A run cannot start, continue or be resumed."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'near'?"`` for the closest known name, or an empty string."""
    near = difflib.get_close_matches(wrong, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class Terminated(KeyboardInterrupt):
    """SIGTERM arrived, as batch systems send it before they kill."""
