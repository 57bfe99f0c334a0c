"""How long a training took in earlier processes, and which share of its time passes in waiting for images."""

import time
from collections.abc import Iterator
from typing import TypeVar

import tensorflow as tf

_T = TypeVar("_T")


class TrainingTime:
    """Clock of a training that may be interrupted and continued.

    It counts what earlier processes spent up to the checkpoint from which this one goes on, and times how
    long the loop waits for its batches, from the second one on, in this process: the first batch comes with
    the start of the input pipeline and the compilation of the step.
    """

    def __init__(self) -> None:
        #: Seconds up to the checkpoint, a variable of it.
        self.spent = tf.Variable(0.0, dtype=tf.float64, trainable=False, name="seconds")
        self.earlier = 0.0
        self._started = time.monotonic()
        self._waited = 0.0
        self._begun: float | None = None
        self._batches = 0

    def restored(self) -> None:
        """Read from the restored checkpoint what earlier processes spent; 0 where there was none."""
        self.earlier = float(self.spent.numpy())

    def before_checkpoint(self) -> None:
        """Count the time until now, for the checkpoint that is about to be saved."""
        self.spent.assign(self.earlier + time.monotonic() - self._started)

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
    def waiting_share(self) -> float | None:
        """Share of the time since the second batch was requested, 0 to 1; ``None`` before that."""
        if self._begun is None:
            return None
        return self._waited / max(time.monotonic() - self._begun, 1e-9)
