"""Steps in processes of their own: errors keep their class, bugs their traceback."""

import dataclasses
import importlib
import time

import pytest

from kgan.errors import KganError
from kgan.pipeline.context import StepContext
from kgan.pipeline.worker import _explained, _judge, _listen, _told, execute
from kgan.progress import Silent


def context(tmp_path, **settings):
    return StepContext("compare", settings, {"classify-a": tmp_path, "prepare": tmp_path}, tmp_path)


def test_an_error_of_ours_crosses_the_process(tmp_path):
    cells = [{"step": "classify-a", "setup": "a", "variant": "scratch"}]
    with pytest.raises(KganError, match="predictions.csv"):
        execute("compare", context(tmp_path, cells=cells))


def test_a_bug_keeps_its_traceback(tmp_path):
    with pytest.raises(RuntimeError, match="KeyError"):
        execute("compare", context(tmp_path))


def test_a_killed_process_is_explained():
    with pytest.raises(KganError, match="-9"):
        _judge(None, -9, "train")


@pytest.mark.parametrize(
    ("number", "says"), [(28, "no space left"), (13, "no permission")], ids=["full", "locked"]
)
def test_disk_errors_are_one_line(tmp_path, number, says):
    kind, (name, line) = _explained(OSError(number, "x", str(tmp_path)), context(tmp_path))
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
def test_tensorflows_own_words_for_disk_and_memory(tmp_path, error, says):
    kind, (_, line) = _told(error, context(tmp_path))
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


ELSEWHERE = """
from kgan.pipeline import steps, worker

def work(given, pipe, parent):
    steps.__path__ = [given.settings["folder"]]
    worker._work(given, pipe, parent)
"""


def test_an_interrupt_of_this_process_alone_ends_the_step_too(tmp_path, monkeypatch):
    (tmp_path / "waits_for_ever.py").write_text(
        "import time\ndef run(context):\n    context.progress.begin('x', 1)\n    time.sleep(600)\n"
    )
    # The new process knows this one's sys.path, but none of its tests.
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("kgan.pipeline.worker._work", importlib.import_module("elsewhere").work)
    begun = time.monotonic()
    told = dataclasses.replace(context(tmp_path, folder=str(tmp_path)), progress=Stubborn())
    with pytest.raises(KeyboardInterrupt):
        execute("waits_for_ever", told)
    assert time.monotonic() - begun < 60
