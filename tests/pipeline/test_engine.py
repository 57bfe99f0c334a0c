"""The engine: what runs, what is skipped, what is found damaged and made again."""

import fcntl
import json
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fabricated.in_process import InProcess, Log
from fabricated.steps import step

from kgan.errors import DataError, RunError
from kgan.pipeline import run, status
from kgan.pipeline.forecast import Forecast
from kgan.pipeline.records import manifest
from kgan.pipeline.step import Step
from kgan.progress import SilentRun


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


def test_runs_in_order_then_nothing(tmp_path):
    assert go(tmp_path) == ["a", "b", "c", "d"]
    assert go(tmp_path) == []
    assert json.loads((tmp_path / "results" / "b.json").read_text())[0] == {"seed": 0, "y": 1}
    assert not list(tmp_path.glob("steps/*/*/checkpoints"))
    assert json.loads((tmp_path / "run.json").read_text())["finished"]


def test_notes_are_shown_before_the_first_step_and_only_then(tmp_path):
    for expected in (["two patients", "in this process", "step 1/4 a (not run yet)"], []):
        log = Log()
        run(plan(), tmp_path, backend=InProcess(Executor()), progress=log, notes=["two patients"])
        assert log.lines[:3] == expected or log.lines[0] != "two patients"
        assert ("two patients" in log.lines) == bool(expected)


def test_a_change_runs_what_follows_and_says_why(tmp_path):
    go(tmp_path)
    changed = plan(b={"y": 2})
    why = {standing.step: standing.why for standing in status(changed, tmp_path)}
    assert "y was 1, is 2" in why["b"]
    assert why["c"] == "changed: made from b, which changed"
    assert why["a"] == why["d"] == "finished"
    assert go(tmp_path, changed) == ["b", "c"]
    assert go(tmp_path) == []


def test_a_failed_step_leaves_no_finished_folder(tmp_path):
    with pytest.raises(DataError):
        go(tmp_path, executor=Executor(fail="b"))
    assert not list(tmp_path.glob("steps/b/*/manifest.json"))
    assert "interrupted" in {s.step: s.why for s in status(plan(), tmp_path)}["b"]
    assert go(tmp_path) == ["b", "c"]


def test_damage_with_the_same_size_is_found_before_use(tmp_path):
    go(tmp_path, plan()[:3])
    victim = next(tmp_path.glob("steps/a/*/out.json"))
    victim.write_text(victim.read_text().replace("1", "7"))
    log = Log()
    assert go(tmp_path, progress=log) == ["a", "d"]
    assert any("damaged" in line and "a" in line for line in log.lines)
    assert "7" not in victim.read_text()


@pytest.mark.parametrize("harm", ["unlink", "truncate"])
def test_a_missing_or_short_file_is_made_again(tmp_path, harm):
    go(tmp_path)
    victim = next(tmp_path.glob("steps/d/*/out.json"))
    victim.unlink() if harm == "unlink" else victim.write_text("")
    assert go(tmp_path) == ["d"]


def test_a_second_run_in_the_folder_is_refused(tmp_path):
    with (tmp_path / "run.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("4242")
        held.flush()
        with pytest.raises(RunError, match="4242"):
            go(tmp_path)


def test_published_files_follow_the_recipe_back_and_forth(tmp_path):
    go(tmp_path)
    go(tmp_path, plan(b={"y": 2}))
    assert json.loads((tmp_path / "results" / "b.json").read_text())[0] == {"seed": 0, "y": 2}
    go(tmp_path)
    assert json.loads((tmp_path / "results" / "b.json").read_text())[0] == {"seed": 0, "y": 1}


def test_a_damaged_file_is_not_published(tmp_path):
    go(tmp_path)
    shown = (tmp_path / "results" / "d.json").read_text()
    victim = next(tmp_path.glob("steps/d/*/out.json"))
    victim.write_text(victim.read_text().replace("1", "7"))
    assert go(tmp_path) == ["d"]
    assert (tmp_path / "results" / "d.json").read_text() == shown


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"outputs": null}', "{}", None], ids=lambda text: str(text)[:6]
)
def test_a_damaged_manifest_makes_the_step_again(tmp_path, text):
    go(tmp_path)
    victim = next(tmp_path.glob("steps/d/*/manifest.json"))
    whole = victim.read_text()
    victim.write_text(whole.replace('"n": 1', '"n": 2') if text is None else text)
    assert victim.read_text() != whole
    assert go(tmp_path) == ["d"]
    assert go(tmp_path) == []


def rewrite(folder, **changes):
    manifest.write(folder, {**manifest.read(folder), **changes})


def test_a_manifest_without_its_digest_makes_the_step_again(tmp_path):
    go(tmp_path)
    victim = next(tmp_path.glob("steps/d/*/manifest.json"))
    record = json.loads(victim.read_text())
    del record["sha256"]
    victim.write_text(json.dumps(record))
    assert go(tmp_path) == ["d"]


@pytest.mark.parametrize("field", ["step", "id", "kind", "made_of"])
def test_a_folder_whose_manifest_is_of_another_step_is_not_finished(tmp_path, field):
    """Its digest is right: somebody moved or copied a folder, or wrote the manifest."""
    go(tmp_path)
    other = next(tmp_path.glob("steps/b/*"))
    rewrite(next(tmp_path.glob("steps/d/*")), **{field: manifest.read(other)[field]})
    why = {standing.step: standing.why for standing in status(plan(), tmp_path)}
    assert why["d"] == f"its manifest is of another step ({field})" and why["a"] == "finished"
    assert go(tmp_path) == ["d"]
    assert go(tmp_path) == []


def test_a_folder_put_in_the_place_of_another_is_not_finished(tmp_path):
    go(tmp_path)
    there, other = next(tmp_path.glob("steps/a/*")), next(tmp_path.glob("steps/d/*"))
    shutil.rmtree(there)
    shutil.copytree(other, there)
    assert go(tmp_path) == ["a"]


def test_a_needed_folder_of_another_step_is_made_again(tmp_path):
    """It is found while the run goes on: the folder was whole when the run began."""
    go(tmp_path, plan()[:3])

    class Exchanging(Executor):
        def __call__(self, context):
            if context.name == "a":
                return super().__call__(context)
            assert json.loads(next(iter(context.inputs.values())).joinpath("manifest.json").read_text())[
                "step"
            ] == next(iter(context.inputs))
            return super().__call__(context)

    rewrite(next(tmp_path.glob("steps/a/*")), step="b")
    assert go(tmp_path, executor=Exchanging()) == ["a", "d"]


@pytest.mark.parametrize(
    "changes",
    [
        {"publish": {"../outside.json": "out.json"}},
        {"publish": {"/outside.json": "out.json"}},
        {"publish": {"inside.json": "../../../../outside.json"}},
        {"publish": {"inside.json": "unlisted.json"}},
        {"facts": {"withdraw": ["../outside.json"]}},
        {"facts": {"withdraw": ["."]}},
        {"facts": {"withdraw": [""]}},
    ],
    ids=str,
)
def test_no_manifest_reaches_beyond_the_runs_folder(tmp_path, changes):
    outside, root = tmp_path / "outside.json", tmp_path / "run"
    outside.write_text("mine")
    go(root)
    rewrite(next(root.glob("steps/d/*")), **changes)
    assert go(root) == ["d"]
    assert outside.read_text() == "mine" and sorted(tmp_path.iterdir()) == [outside, root]


def test_what_a_killed_run_was_writing_is_swept_away(tmp_path):
    go(tmp_path, plan()[:1])
    place = next(tmp_path.glob("steps/a/*"))
    (place / "checkpoints").mkdir()
    unfinished = [tmp_path / "results" / ".writing-1.csv", tmp_path / "steps/b/1.partial/deep/.writing-2"]
    for path in unfinished:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    model = tmp_path / "models" / ".writing-pggan-x"
    model.mkdir(parents=True)
    (model / "saved_model.pb").write_text("half")
    go(tmp_path)
    assert not any(path.exists() for path in [*unfinished, model])
    assert not (place / "checkpoints").exists()


class Pool(InProcess):
    """Runs steps in threads, as many at once as there are jobs and GPUs; notes which ran together."""

    def __init__(self, executor, jobs=2, gpus=0):
        super().__init__(executor)
        self.jobs, self.gpus, self.free_gpus = jobs, gpus, gpus
        self.threads = ThreadPoolExecutor(jobs)
        self.running, self.most, self.started = {}, 0, []
        self.interrupted, self.killed = threading.Event(), threading.Event()

    def has_room(self, demand):
        return len(self.running) < self.jobs and demand.gpus <= self.free_gpus

    def submit(self, context, demand, priority):
        self.running[context.name] = demand.gpus
        self.free_gpus -= demand.gpus
        self.most = max(self.most, len(self.running))
        self.started.append(context.name)
        return self.threads.submit(self.work, context)

    def work(self, context):
        try:
            return self._do(context)
        finally:
            self.free_gpus += self.running.pop(context.name)

    def interrupt(self):
        self.interrupted.set()

    def kill(self):
        self.killed.set()

    def close(self):
        self.threads.shutdown()


def test_steps_that_do_not_need_each_other_run_at_once(tmp_path):
    together = threading.Barrier(2, timeout=30)
    executor = Executor()

    def work(context):
        if context.name in "bd":
            together.wait()
        return executor(context)

    pool = Pool(work)
    run(plan(), tmp_path, backend=pool)
    assert sorted(executor.ran) == ["a", "b", "c", "d"] and pool.most == 2


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_no_more_steps_run_at_once_than_there_are_jobs(tmp_path, jobs):
    steps = tuple(step(f"s{number}", "kind") for number in range(2 * jobs))
    executor, together = Executor(), threading.Barrier(jobs, timeout=30)

    def work(context):
        together.wait()
        return executor(context)

    pool = Pool(work, jobs)
    run(steps, tmp_path, backend=pool)
    assert pool.most == jobs and len(pool.started) == 2 * jobs


def test_the_longest_path_starts_first(tmp_path):
    """By expected seconds, not by the number of steps, nor by the order of the plan."""
    steps = (
        step("short", "kind"),
        step("a", "kind"),
        step("b", "kind", ("a",)),
        step("long", "kind"),
        step("after", "kind", ("long",)),
    )
    names = [each.name for each in steps]
    seconds = {"short": 3, "a": 1, "b": 1, "long": 1, "after": 5}
    executor = Executor()
    forecast = Forecast(steps, seconds, dict(zip(names, names, strict=True)))
    run(steps, tmp_path, backend=InProcess(executor), forecast=forecast)
    assert executor.ran == ["long", "after", "short", "a", "b"]


def gpu_step(name, needs=(), accelerator="several"):
    settings = step(name, "kind").settings
    share = {"several": lambda self, most: most, "one": lambda self, most: 1}[accelerator]
    return Step(name, type("Gpu", (type(settings),), {"devices": share})(), needs)


def test_a_training_that_waits_for_two_gpus_is_not_overtaken_by_one_that_needs_one(tmp_path):
    """Else small steps would keep it waiting; a step without a GPU goes on meanwhile."""
    free = threading.Event()
    steps = (
        gpu_step("small", accelerator="one"),
        gpu_step("large"),
        gpu_step("later", accelerator="one"),
        step("table", "kind"),
    )
    paths = {"small": 9, "large": 5, "later": 3, "table": 1}
    executor = Executor()

    def work(context):
        if context.name == "small":
            assert free.wait(30)
        if context.name == "table":
            free.set()
        return executor(context)

    pool = Pool(work, jobs=4, gpus=2)
    forecast = Forecast(steps, paths, {name: name for name in paths})
    run(steps, tmp_path, backend=pool, forecast=forecast, compute={"devices": 2})
    assert pool.started == ["small", "table", "large", "later"]


def test_nothing_starts_before_a_check_that_precedes_all(tmp_path):
    check = step("check", "kind", ("a",))
    check = Step("check", type("Check", (type(check.settings),), {"precedes_all": True})(), ("a",))
    steps = (step("train", "kind"), step("a", "kind"), check, step("more", "kind", ("train",)))
    executor = Executor()
    run(steps, tmp_path / "whole", backend=InProcess(executor))
    assert executor.ran == ["a", "check", "train", "more"]
    failing = Executor(fail="check")
    with pytest.raises(DataError):
        run(steps, tmp_path / "refused", backend=InProcess(failing))
    assert failing.ran == ["a"]


def test_a_failed_step_lets_the_others_finish_and_says_what_is_kept(tmp_path):
    log = Log()
    steps = (*plan(), step("e", "five", ("c", "d")))
    executor = Executor(fail="b")
    with pytest.raises(DataError, match="^no$"):
        go(tmp_path, steps, executor, log)
    assert executor.ran == ["a", "d"]
    assert "b failed: no" in log.lines
    assert log.lines[-1] == ("2 of 5 steps are finished and kept; failed: b; not made, as they need it: c, e")


def interrupting(pool, *presses):
    """Press Ctrl-C in the main thread: once the steps run, and again at each of some events."""

    def press():
        while len(pool.running) < 2:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        for event in presses:
            assert event.wait(30)
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()


def test_an_interrupt_waits_for_running_steps_and_keeps_what_they_finish(tmp_path):
    executor, steps = Executor(), tuple(step(name, "kind") for name in "abc")

    def work(context):
        assert pool.interrupted.wait(30)
        if context.name == "a":
            raise KeyboardInterrupt
        return executor(context)

    pool = Pool(work)
    interrupting(pool)
    with pytest.raises(KeyboardInterrupt):
        run(steps, tmp_path, backend=pool)
    assert {each.step: each.finished for each in status(steps, tmp_path)} == {
        "a": False,
        "b": True,
        "c": False,
    }
    assert not pool.killed.is_set()


def test_a_second_interrupt_ends_running_steps_at_once(tmp_path):
    def work(context):
        assert pool.killed.wait(30)
        raise KeyboardInterrupt

    pool = Pool(work)
    interrupting(pool, pool.interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tuple(step(name, "kind") for name in "ab"), tmp_path, backend=pool)
    assert pool.killed.is_set()


class Totals(SilentRun):
    def __init__(self):
        self.totals, self.open = [], []

    def start(self, name):
        self.open.append(name)
        return super().start(name)

    def finish(self, name):
        self.open.remove(name)

    def total(self, done, steps, seconds_left):
        self.totals.append((done, steps, seconds_left))


def test_the_total_and_its_time_left_are_reported_and_every_line_is_closed(tmp_path):
    totals = Totals()
    run(plan(), tmp_path, backend=InProcess(Executor()), progress=totals)
    assert totals.totals[0][:2] == (1, 4) and totals.totals[-1] == (4, 4, 0.0)
    assert totals.totals[0][2] == pytest.approx(3.0)
    assert totals.open == []
