"""Steps in processes of their own: errors keep their class, bugs their traceback."""

import dataclasses
import importlib
import sys
import time

import pytest

from kgan.errors import KganError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.worker import _explained, _judge, _listen, _tensorflow_failure, execute
from kgan.progress import Silent

#: A module of steps beside the tests, which a new process finds by this one's ``sys.path``.
ELSEWHERE = """
from typing import ClassVar

from kgan.errors import DataError
from kgan.pipeline.settings import StepSettings

class Elsewhere(StepSettings):
    kind: ClassVar[str] = "elsewhere"
    module: ClassVar[str] = "elsewhere"
    does: str

    def describe(self):
        return self.does

def run(context):
    if context.settings.does == "refuse":
        raise DataError("predictions.csv: no such file")
    if context.settings.does == "wait":
        context.progress.begin("x", 1)
        __import__("time").sleep(600)
    return {}[context.settings.does]
"""


@pytest.fixture
def context(tmp_path, monkeypatch):
    """Return ``context(does)`` of a step that is defined in a module of its own."""
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "elsewhere", raising=False)
    settings = importlib.import_module("elsewhere").Elsewhere
    return lambda does="nothing": StepContext("step-a", settings(seed=1, does=does), {}, tmp_path)


def test_an_error_of_ours_crosses_the_process(context):
    with pytest.raises(KganError, match="predictions.csv"):
        execute(context("refuse"))


def test_a_bug_keeps_its_traceback(context):
    with pytest.raises(RuntimeError, match="KeyError"):
        execute(context("fail"))


def test_a_killed_process_is_explained():
    with pytest.raises(KganError, match="-9"):
        _judge(None, -9, "train")


@pytest.mark.parametrize(
    ("number", "says"), [(28, "no space left"), (13, "no permission")], ids=["full", "locked"]
)
def test_disk_errors_are_one_line(context, tmp_path, number, says):
    kind, (name, line) = _explained(OSError(number, "x", str(tmp_path)), context())
    assert (kind, name) == ("error", "RunError")
    assert says in line and "\n" not in line


class ResourceExhaustedError(Exception):
    """As TensorFlow says that there is no memory, or no disk."""


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ResourceExhaustedError("/x/1.data; No space left on device"), "no space left"),
        (ResourceExhaustedError("OOM when allocating"), "out of memory"),
        (MemoryError(), "out of memory"),
    ],
    ids=["disk", "tensor", "memory"],
)
def test_tensorflows_own_words_for_disk_and_memory(context, error, says):
    kind, (_, line) = _tensorflow_failure(error, context())
    assert kind == "error" and says in line


def test_a_process_killed_within_a_message_is_explained():
    class Torn:
        def recv(self):
            raise OSError("got end of file during message")

    assert _listen(Torn(), Silent()) is None


class Stubborn(Silent):
    """Presses Ctrl-C once the step has begun."""

    def begin(self, label, total, done=0):
        raise KeyboardInterrupt


def test_an_interrupt_of_this_process_alone_ends_the_step_too(context):
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        execute(dataclasses.replace(context("wait"), progress=Stubborn()))
    assert time.monotonic() - begun < 60
