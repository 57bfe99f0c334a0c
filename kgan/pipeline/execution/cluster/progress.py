"""Progress of a step in a Dask worker, carried to the command through an event topic of the scheduler."""

import time
from typing import Any

from kgan.progress import Progress

#: Seconds between two messages about one step.
_INTERVAL = 0.5


class TopicProgress(Progress):
    """Logs the reports of a step under a topic, at most two messages a second.

    A message is ``{"key": key, "reports": [[method, arguments], ...]}``: calls of a `Progress`, and first
    ``["started", [machine]]``.

    Args:
        worker: Dask's worker.
        topic: of the run.
        key: of the step.
    """

    def __init__(self, worker: Any, topic: str, key: str) -> None:
        self.worker, self.topic, self.key = worker, topic, key
        self.reports: list[list[Any]] = []
        self.units, self.note = 0, ""
        self.sent = 0.0

    def started(self, machine: str) -> None:
        """Send that the step has a worker."""
        self.reports.append(["started", [machine]])
        self.close()

    def begin(self, label: str, total: int | None, done: int = 0) -> None:
        """Send the start of a piece of work."""
        self._collect()
        self.reports.append(["begin", [label, total, done]])
        self._send_in_time()

    def advance(self, units: int = 1, note: str = "") -> None:
        """Add units up and send them when it is time."""
        self.units, self.note = self.units + units, note or self.note
        self._send_in_time()

    def say(self, text: str) -> None:
        """Send a line."""
        self._collect()
        self.reports.append(["say", [text]])
        self._send_in_time()

    def close(self) -> None:
        """Send what is left."""
        self._collect()
        if self.reports:
            self.worker.log_event(self.topic, {"key": self.key, "reports": self.reports})
        self.reports, self.sent = [], time.monotonic()

    def _collect(self) -> None:
        if self.units:
            self.reports.append(["advance", [self.units, self.note]])
            self.units, self.note = 0, ""

    def _send_in_time(self) -> None:
        if time.monotonic() - self.sent > _INTERVAL:
            self.close()
