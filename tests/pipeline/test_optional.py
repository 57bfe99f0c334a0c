"""What a run can do without: what becomes of it, of what needs it, of the comparison and the report."""

import json
import runpy
from pathlib import Path

import pytest

from kgan import recipe as recipes
from kgan.errors import DataError, RunError
from kgan.pipeline import manifest, run, status
from kgan.pipeline.optional import optional_steps

engine = runpy.run_path(str(Path(__file__).with_name("test_engine.py")))
Step, Told, Executor = engine["Step"], engine["Told"], engine["Executor"]


def plan(**settings):
    steps = (
        Step("prepare", "reading"),
        Step("gan", "train_gan", ("prepare",)),
        Step("pool", "generate", ("gan",)),
        Step("map", "embed", ("prepare", "pool"), settings.get("map", {})),
        Step("gate", "privacy", ("prepare", "pool")),
        Step("real", "classify", ("prepare",)),
        Step("few", "classify", ("prepare",)),
        Step("worth", "equivalent", ("prepare", "few", "real")),
        Step("compare", "compare", ("prepare", "real")),
        Step("export", "export", ("gan", "gate")),
    )
    return (*steps, Step("report", "report", tuple(step.name for step in steps)))


class Failing(Executor):
    def __init__(self, **errors):
        super().__init__()
        self.errors = errors
        self.missing = {}

    def __call__(self, does, context):
        if context.name in self.errors:
            (context.out / "half.txt").write_text("half")
            raise self.errors[context.name]
        self.missing[context.name] = dict(context.missing)
        self.ran.append(context.name)
        (context.out / "out.json").write_text(json.dumps(dict(context.settings)))
        publish = {f"results/{context.name}.json": "out.json"}
        return {"facts": {"publish": publish}, "seconds": 1.0, "peak_memory_mb": 1}


def go(folder, executor, steps=None):
    told = Told()
    run(steps or plan(), folder, executor=executor, progress=told)
    return told.lines


def facts(folder, name):
    return manifest.read(next(folder.glob(f"steps/{name}/*")))["facts"]


def test_what_a_run_can_do_without():
    assert optional_steps(plan()) == {"map", "gate", "few", "worth", "export"}


def test_the_demo_can_do_without_its_analyses_alone():
    steps = recipes.plan(recipes.load("two_step"))
    found = {step.name for step in steps if step.name in optional_steps(steps)}
    assert found == {"tsne", "measure", "privacy", "turing", "export"}


def test_an_analysis_that_the_data_do_not_bear_is_finished_and_left_out(tmp_path):
    executor = Failing(map=DataError("3 images; expected 10"))
    lines = go(tmp_path, executor)
    assert executor.ran == [step.name for step in plan() if step.name != "map"]
    assert facts(tmp_path, "map")["left_out"] == "3 images; expected 10"
    assert not list(tmp_path.glob("steps/map/*/half.txt"))
    assert "map is left out: 3 images; expected 10" in lines
    standing = {one.step: one for one in status(plan(), tmp_path)}
    assert standing["map"].finished and standing["map"].why == "left out: 3 images; expected 10"
    again = Failing()
    go(tmp_path, again)
    assert again.ran == []


def test_what_an_earlier_result_published_is_taken_back(tmp_path):
    go(tmp_path, Failing())
    assert (tmp_path / "results/map.json").is_file()
    go(tmp_path, Failing(map=DataError("no")), plan(map={"images": 9}))
    assert not (tmp_path / "results/map.json").exists()
    go(tmp_path, Failing())
    assert (tmp_path / "results/map.json").is_file()


@pytest.mark.parametrize("name", ["prepare", "gan", "pool", "real", "compare"])
def test_what_the_comparison_rests_on_ends_the_run(tmp_path, name):
    executor = Failing(**{name: DataError("no images")})
    with pytest.raises(DataError, match="no images"):
        go(tmp_path, executor)
    order = [step.name for step in plan()]
    assert not set(executor.ran) & set(order[order.index(name) :])


def test_an_analysis_that_fails_is_tried_again_and_the_report_is_made_meanwhile(tmp_path):
    executor = Failing(gate=RunError("out of memory."))
    with pytest.raises(
        RunError, match="gate failed, and all else is done without it .and without export., .* out"
    ):
        go(tmp_path, executor)
    assert executor.ran == ["prepare", "gan", "pool", "map", "real", "few", "worth", "compare", "report"]
    why = {"gate": "out of memory.", "export": "it needs gate, which failed"}
    assert executor.missing["report"] == why and executor.missing["compare"] == {}
    assert (tmp_path / "results/report.json").is_file()
    standing = {one.step: one for one in status(plan(), tmp_path)}
    assert not standing["report"].finished and standing["report"].why == "made without export, gate"
    assert not json.loads((tmp_path / "run.json").read_text())["finished"]
    again = Failing()
    go(tmp_path, again)
    assert again.ran == ["gate", "export", "report"]
    assert manifest.read(next(tmp_path.glob("steps/report/*")))["without"] == {}


def test_a_fault_in_an_analysis_is_raised_after_the_report(tmp_path):
    fault = RuntimeError("step map failed:\nTraceback\nZeroDivisionError: division by zero")
    executor = Failing(map=fault, gate=RunError("disk"))
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        go(tmp_path, executor)
    assert "report" in executor.ran
    said = executor.missing["report"]["map"]
    assert said == "a fault of kgan or of a plugin (ZeroDivisionError: division by zero)"


def test_an_interrupt_ends_the_run_wherever_it_is(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, Failing(map=KeyboardInterrupt()))
