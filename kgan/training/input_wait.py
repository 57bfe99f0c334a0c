"""Which share of a training's time passes in waiting for images."""

import time
from collections.abc import Iterator
from typing import TypeVar

_T = TypeVar("_T")


class InputWait:
    """Times how long a loop waits for its batches, from the second one on, in this process.

    The first batch comes with the start of the input pipeline and the compilation of the step.
    """

    def __init__(self) -> None:
        self._waited = 0.0
        self._begun: float | None = None
        self._batches = 0

    def next(self, batches: Iterator[_T]) -> _T:
        """Return the next batch."""
        requested = time.monotonic()
        batch = next(batches)
        self._batches += 1
        if self._batches == 2:
            self._begun = requested
        if self._begun is not None:
            self._waited += time.monotonic() - requested
        return batch

    @property
    def share(self) -> float | None:
        """Share of the time since the second batch was requested, 0 to 1; ``None`` before that."""
        if self._begun is None:
            return None
        return self._waited / max(time.monotonic() - self._begun, 1e-9)
