"""What was read of plugins, kept for as long as nothing of them changes."""

import contextlib
import functools
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextlib.contextmanager
def unchanging() -> Iterator[None]:
    """Take plugins to stay as they are in a ``with`` block, so that each is looked up and read once.

    Reading one recipe asks for the same few plugins dozens of times.
    """
    token = _kept.set(_kept.get() or {})
    try:
        yield
    finally:
        _kept.reset(token)


def remembered(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """Call a function once for the same arguments in a block of `unchanging`, and every time outside."""

    @functools.wraps(function)
    def recalled(*given: _Given.args, **named: _Given.kwargs) -> _Found:
        kept = _kept.get()
        if kept is None:
            return function(*given, **named)
        key = (function, given, tuple(sorted(named.items())))
        if key not in kept:
            kept[key] = function(*given, **named)
        return kept[key]

    return recalled
