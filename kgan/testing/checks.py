"""What laws there are, and the result of checking one on a plugin."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kgan.errors import PluginError, did_you_mean

#: Builds a tiny plugin; called again for each law.
Make = Callable[[], Any]
Law = Callable[[Make], None]

#: Kind of plugin -> module and name of the tuple of its laws.
KINDS = {
    "noise_to_image": ("kgan.testing.gans", "NOISE_TO_IMAGE"),
    "image_to_image": ("kgan.testing.gans", "IMAGE_TO_IMAGE"),
    "loss": ("kgan.testing.losses", "LOSS"),
    "classifier": ("kgan.testing.classifiers", "CLASSIFIER"),
    "reader": ("kgan.testing.readers", "READER"),
}


class Unchecked(Exception):
    """A law cannot be checked here; the message says why."""


@dataclass(frozen=True)
class Result:
    """The result of one law.

    Args:
        law: its name.
        passed: whether the plugin keeps it, or breaks it as declared; ``None`` where it was not checked.
        message: what is wrong, or why it was not checked, or the declared reason; otherwise empty.
    """

    law: str
    passed: bool | None
    message: str = ""


def laws(kind: str) -> dict[str, Law]:
    """Map the names of a kind's laws to their functions.

    Args:
        kind: a key of `KINDS`.

    Raises:
        PluginError: no such kind.
    """
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise PluginError(f"no laws for {kind!r}{did_you_mean(kind, KINDS) or '.'} Expected one of {known}")
    module, name = KINDS[kind]
    functions = getattr(importlib.import_module(module), name)
    return {function.__name__.removeprefix("check_"): function for function in functions}


class Maker:
    """Builds what ``make`` builds, and remembers what it declares.

    A large network takes seconds to build: one that a law had is not built once more for its declarations.
    """

    def __init__(self, make: Make) -> None:
        self._make = make
        self._exceptions: Mapping[str, str] | None = None

    def __call__(self) -> Any:
        """Build an instance."""
        made = self._make()
        self._exceptions = made.config.exceptions
        return made

    def reason(self, law: str) -> str:
        """Return the reason that the plugin gives for breaking a law, or an empty string."""
        if self._exceptions is None:
            self()
        return str((self._exceptions or {}).get(law, ""))


def hold(name: str, law: Law, make: Make) -> Result:
    """Check one law on a plugin and catch every error."""
    maker = Maker(make)
    try:
        broken = _broken(law, maker)
        reason = maker.reason(name)
    except Unchecked as why:
        return Result(name, None, str(why))
    except Exception as error:  # a plugin's fault must not hide what the other laws say
        return Result(name, False, f"{type(error).__name__}: {_line(error)}")
    if reason and broken is None:
        return Result(name, False, f"kept, but declared an exception ({reason})")
    if reason:
        return Result(name, True, f"declared exception: {reason}")
    return Result(name, True) if broken is None else Result(name, False, broken)


def _broken(law: Law, make: Make) -> str | None:
    """Return how a law is broken; ``None`` where it is kept."""
    try:
        law(make)
    except AssertionError as broken:
        return _line(broken)
    return None


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
