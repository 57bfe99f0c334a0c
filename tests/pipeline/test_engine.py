"""The engine: what runs, what is skipped, what is found damaged and made again."""

import fcntl
import json
import shutil

import pytest
from fabricated.four_steps import Executor, go, plan
from fabricated.in_process import InProcess, Log

from kgan.errors import DataError, RunError
from kgan.pipeline import run, status
from kgan.pipeline.records import manifest


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
