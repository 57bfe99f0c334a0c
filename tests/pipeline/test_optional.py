"""What a run can do without: what becomes of it, of what needs it, of the comparison and the report."""

import json
import shutil
from pathlib import Path

import pytest
from fabricated.four_steps import Executor
from fabricated.in_process import InProcess, Log
from fabricated.steps import step

from kgan import recipe as recipes
from kgan.errors import DataError, RunError
from kgan.pipeline import run, status
from kgan.pipeline.optional import optional_steps
from kgan.pipeline.records import manifest
from kgan.plan import plan as plan_of


def plan(**settings):
    steps = (
        step("prepare", "reading"),
        step("gan", "train_gan", ("prepare",)),
        step("pool", "generate", ("gan",)),
        step("map", "embed", ("prepare", "pool"), settings.get("map", {})),
        step("gate", "privacy", ("prepare", "pool"), settings.get("gate", {})),
        step("real", "classify", ("prepare",)),
        step("few", "classify", ("prepare",)),
        step("patients", "equivalent", ("prepare", "few", "real")),
        step("compare", "compare", ("prepare", "real"), settings.get("compare", {})),
        step("export", "export", ("gan", "gate")),
    )
    return (*steps, step("report", "report", tuple(needed.name for needed in steps)))


class Failing(Executor):
    def __init__(self, **errors):
        super().__init__()
        self.errors = errors
        self.missing = {}

    def __call__(self, context):
        if context.name in self.errors:
            (context.out / "half.txt").write_text("half")
            raise self.errors[context.name]
        self.missing[context.name] = dict(context.missing)
        self.ran.append(context.name)
        (context.out / "out.json").write_text(json.dumps(dict(context.settings)))
        publish = {f"results/{context.name}.json": "out.json"}
        return {"publish": publish}


def go(folder, executor, steps=None):
    log = Log()
    run(steps or plan(), folder, backend=InProcess(executor), progress=log)
    return log.lines


def facts(folder, name):
    return manifest.read(next(folder.glob(f"steps/{name}/*")))["facts"]


def test_what_a_run_can_do_without():
    assert optional_steps(plan()) == {"map", "gate", "few", "patients", "export"}


def test_the_demo_can_do_without_its_analyses_alone():
    steps = plan_of(recipes.load("two_step"))
    optional = {step.name for step in steps if step.name in optional_steps(steps)}
    assert optional == {"tsne", "measure", "privacy", "turing", "export"}


def test_an_analysis_that_the_data_do_not_bear_is_finished_and_left_out(tmp_path):
    executor = Failing(map=DataError("3 images; expected 10"))
    lines = go(tmp_path, executor)
    assert sorted(executor.ran) == sorted(step.name for step in plan() if step.name != "map")
    assert facts(tmp_path, "map")["left_out"] == "3 images; expected 10"
    assert not list(tmp_path.glob("steps/map/*/half.txt"))
    assert "map is left out: 3 images; expected 10" in lines
    standing = {step.step: step for step in status(plan(), tmp_path)}
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
    needing = {name}
    for each in plan():
        if needing & set(each.needs):
            needing.add(each.name)
    assert set(executor.ran) == {each.name for each in plan()} - needing


def test_an_analysis_that_fails_is_tried_again_and_the_report_is_made_meanwhile(tmp_path):
    executor = Failing(gate=RunError("out of memory."))
    with pytest.raises(
        RunError, match="gate failed, and all else is done without it .and without export., .* out"
    ):
        go(tmp_path, executor)
    assert set(executor.ran) == {step.name for step in plan()} - {"gate", "export"}
    assert executor.ran[-1] == "report"
    why = {"gate": "out of memory.", "export": "it needs gate, which failed"}
    assert executor.missing["report"] == why and executor.missing["compare"] == {}
    assert (tmp_path / "results/report.json").is_file()
    standing = {step.step: step for step in status(plan(), tmp_path)}
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
    reason = executor.missing["report"]["map"]
    assert reason == "a fault of kgan or of a plugin (ZeroDivisionError: division by zero)"


def shown(folder):
    return {path.stem for path in (folder / "results").iterdir()}


def damage(folder, name):
    """Change a result and not its size, so that it is found only when the file is read."""
    victim = next(folder.glob(f"steps/{name}/*/out.json"))
    victim.write_bytes(b"x" * victim.stat().st_size)


def test_what_a_failed_step_and_those_that_need_it_published_before_is_taken_back(tmp_path):
    go(tmp_path, Failing())
    every = shown(tmp_path)
    assert {"gate", "export"} <= every
    with pytest.raises(RunError, match="gate failed"):
        go(tmp_path, Failing(gate=RunError("out of memory.")), plan(gate={"max_auc": 0.6}))
    assert shown(tmp_path) == every - {"gate", "export"}
    again = Failing()
    go(tmp_path, again)
    assert shown(tmp_path) == every and again.ran == []


def test_what_a_damaged_result_published_is_taken_back_if_it_cannot_be_made_again(tmp_path):
    """Its manifest, which says what it published, is gone when the step fails."""
    go(tmp_path, Failing())
    every = shown(tmp_path)
    next(tmp_path.glob("steps/gate/*/out.json")).unlink()
    with pytest.raises(RunError, match="gate failed"):
        go(tmp_path, Failing(gate=RunError("disk full.")))
    assert shown(tmp_path) == every - {"gate", "export"}
    again = Failing()
    go(tmp_path, again)
    assert again.ran == ["gate", "report"] and shown(tmp_path) == every


@pytest.mark.parametrize(
    "error", [RunError("out of memory."), DataError("too few")], ids=["fails", "left out"]
)
def test_a_damaged_result_is_not_left_behind_in_the_root(tmp_path, error):
    go(tmp_path, Failing())
    damage(tmp_path, "map")
    (tmp_path / "results/map.json").write_text("spoilt")
    try:
        go(tmp_path, Failing(map=error))
    except RunError as failed:
        assert "map failed" in str(failed)
    assert "map" not in shown(tmp_path)


def test_a_damaged_analysis_that_fails_when_the_report_needs_it_is_done_without(tmp_path):
    go(tmp_path, Failing())
    damage(tmp_path, "map")
    executor, steps = Failing(map=RunError("out of memory.")), plan(compare={"alpha": 0.01})
    with pytest.raises(RunError, match="^map failed, and all else is done without it, .* out of memory"):
        go(tmp_path, executor, steps)
    assert executor.ran == ["compare", "report"]
    assert executor.missing["report"] == {"map": "out of memory."}
    assert "map" not in shown(tmp_path)
    standing = {step.step: step for step in status(steps, tmp_path)}
    assert not standing["map"].finished and standing["report"].why == "made without map"
    again = Failing()
    go(tmp_path, again, steps)
    assert again.ran == ["map", "report"] and "map" in shown(tmp_path)


def test_a_damaged_analysis_that_fails_when_it_is_shown_is_done_without(tmp_path):
    go(tmp_path, Failing())
    damage(tmp_path, "map")
    (tmp_path / "results/map.json").unlink()
    executor = Failing(map=RunError("out of memory."))
    with pytest.raises(RunError, match="^map failed"):
        go(tmp_path, executor, plan(compare={"alpha": 0.01}))
    assert executor.ran == ["compare", "report"]
    assert executor.missing["report"] == {"map": "out of memory."}


def test_a_damaged_gate_that_fails_withholds_what_was_exported_by_it(tmp_path):
    """The export is whole; it counts again as soon as the gate does."""
    go(tmp_path, Failing())
    every = shown(tmp_path)
    damage(tmp_path, "gate")
    executor = Failing(gate=RunError("out of memory."))
    with pytest.raises(RunError, match="gate failed"):
        go(tmp_path, executor, plan(compare={"alpha": 0.01}))
    assert executor.missing["report"] == {
        "gate": "out of memory.",
        "export": "it needs gate, which failed",
    }
    assert shown(tmp_path) == every - {"gate", "export"}
    again = Failing()
    go(tmp_path, again, plan(compare={"alpha": 0.01}))
    assert again.ran == ["gate", "report"] and shown(tmp_path) == every


def test_a_damaged_result_that_all_rests_on_and_that_fails_ends_the_run(tmp_path):
    """Also where an analysis, which the run can do without, is what finds it."""
    go(tmp_path, Failing())
    damage(tmp_path, "pool")
    with pytest.raises(RunError, match="^out of memory"):
        go(tmp_path, Failing(pool=RunError("out of memory.")), plan(map={"images": 9}))
    assert not list(tmp_path.glob("steps/pool/*/manifest.json"))


def test_a_finished_analysis_that_cannot_be_copied_is_done_without(tmp_path, monkeypatch):
    go(tmp_path, Failing())
    (tmp_path / "results/map.json").unlink()
    copy = shutil.copyfile

    def full(source, target):
        if "map" in Path(source).parts:
            raise OSError("no space left on device")
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)
    executor = Failing()
    with pytest.raises(OSError, match="no space left"):
        go(tmp_path, executor)
    assert executor.ran == ["report"] and list(executor.missing["report"]) == ["map"]
    monkeypatch.undo()
    go(tmp_path, Failing())
    assert "map" in shown(tmp_path)


def test_an_interrupt_ends_the_run_wherever_it_is(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, Failing(map=KeyboardInterrupt()))
