"""Functions that XLA compiles, and layers that need to know of it."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import tensorflow as tf

_COMPILING: ContextVar[bool] = ContextVar("compiling", default=False)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as a graph that XLA compiles; conditions in it are Python's, not autograph's."""

    def traced(*arguments: Any) -> Any:
        before = _COMPILING.set(True)
        try:
            return function(*arguments)
        finally:
            _COMPILING.reset(before)

    return tf.function(traced, autograph=False, jit_compile=True, reduce_retracing=True)


def compiling() -> bool:
    """Whether what is called now becomes a part of a function that XLA compiles."""
    return _COMPILING.get()
