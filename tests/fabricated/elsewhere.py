"""Steps whose code lies in a module of its own, which new processes find by the path of this one."""

import importlib
import sys

import pytest

from kgan.pipeline.context import StepContext

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
    if context.settings.does == "leak":
        (context.out / "out.txt").write_text("written")
        __import__("threading").Thread(target=__import__("time").sleep, args=(600,)).start()
        return {"leaked": True}
    if context.settings.does == "look":
        names = ("CUDA_VISIBLE_DEVICES", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
        return {name: __import__("os").environ[name] for name in names}
    if context.settings.does == "crash":
        __import__("os").kill(__import__("os").getpid(), 11)
    return {}[context.settings.does]
"""


@pytest.fixture
def context(tmp_path, monkeypatch):
    """Return ``context(does, name)`` of a step that is defined in a module of its own."""
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "elsewhere", raising=False)
    settings = importlib.import_module("elsewhere").Elsewhere

    def context(does="nothing", name="step-a"):
        return StepContext(name, settings(seed=1, does=does), {}, tmp_path / "out" / name)

    return context
