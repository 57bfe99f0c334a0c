"""A plan of four small steps, and what runs them in the test's own process."""

import json

from fabricated.in_process import InProcess, Log
from fabricated.steps import step

from kgan.errors import DataError
from kgan.pipeline import run


class Executor:
    """Writes one file a step: its settings and what it was given."""

    def __init__(self, fail=None):
        self.ran, self.fail = [], fail

    def __call__(self, context):
        if context.name == self.fail:
            (context.out / "half.txt").write_text("half")
            raise DataError("no")
        self.ran.append(context.name)
        given = {name: (folder / "out.json").read_text() for name, folder in context.inputs.items()}
        (context.out / "out.json").write_text(json.dumps([context.settings.to_json(), given]))
        (context.out / "checkpoints").mkdir(exist_ok=True)
        (context.out / "checkpoints" / "1").write_text("scratch")
        return {"n": 1, "publish": {f"results/{context.name}.json": "out.json"}}


def plan(**settings):
    return (
        step("a", "one", (), {"x": 1, **settings.get("a", {})}),
        step("b", "two", ("a",), {"y": 1, **settings.get("b", {})}),
        step("c", "three", ("b",), {}),
        step("d", "four", ("a",), {}),
    )


def go(folder, steps=None, executor=None, progress=None):
    executor = executor or Executor()
    run(steps or plan(), folder, backend=InProcess(executor), progress=progress or Log())
    return executor.ran
