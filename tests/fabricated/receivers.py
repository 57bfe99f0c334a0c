"""Receivers of progress and clocks, for tests."""

from kgan.progress import Progress


class Recorder(Progress):
    """Keeps all reports."""

    def __init__(self):
        self.reports = []

    def begin(self, label, total, done=0):
        self.reports.append(("begin", label, total, done))

    def advance(self, units=1, note=""):
        self.reports.append(("advance", units, note))

    def say(self, text):
        self.reports.append(("say", text))


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self):
        return self.now
