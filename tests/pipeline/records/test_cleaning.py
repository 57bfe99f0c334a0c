"""What can be deleted of a run, and that the run is right afterwards."""

import os

import pytest
from fabricated.in_process import InProcess
from fabricated.steps import step

from kgan.errors import RunError
from kgan.pipeline import run, status
from kgan.pipeline.records.cleaning import Removable, Waste, delete, release_pools, removable

SIZE = 1000


class Executor:
    """Writes a pool or a model; a choice takes over a pool by a second name."""

    def __init__(self):
        self.ran = []

    def __call__(self, context):
        self.ran.append(context.name)
        kind = context.settings.kind
        if kind in ("generate", "refine"):
            for folder in context.inputs.values():
                assert (folder / "model").is_file() or (folder / "pool.h5").is_file()
            (context.out / "pool.h5").write_bytes(bytes(SIZE))
        elif kind == "choose":
            os.link(context.inputs["refine"] / "pool.h5", context.out / "pool.h5")
        elif kind == "classify":
            assert len((context.inputs["choose"] / "pool.h5").read_bytes()) == SIZE
        (context.out / "model").write_text(context.name)
        return {"publish": {f"results/{context.name}": "model"}}


def plan(setting=1):
    return (
        step("train", "train_gan"),
        step("generate", "generate", ("train",)),
        step("refine", "refine", ("generate",)),
        step("choose", "choose", ("refine",)),
        step("classify", "classify", ("choose",), {"x": setting}),
        step("report", "report", ("train", "generate", "refine", "choose", "classify")),
    )


def go(folder, steps=None):
    executor = Executor()
    run(steps or plan(), folder, backend=InProcess(executor))
    return executor.ran


def places(folder, steps=None):
    return {standing.step: standing.folder for standing in status(steps or plan(), folder)}


def paths(plan):
    return [waste.path for waste in plan.waste]


def clean(folder):
    for waste in removable(folder).waste:
        delete(waste)


def test_pools_of_a_finished_run_can_go(tmp_path):
    go(tmp_path)
    place = places(tmp_path)
    why = "its models make it again"
    assert removable(tmp_path) == Removable(
        (
            Waste(place["generate"] / "pool.h5", why, SIZE),
            Waste(place["refine"] / "pool.h5", why, 0),
            Waste(place["choose"] / "pool.h5", why, SIZE),
        )
    )


def test_a_cleaned_run_is_finished_and_runs_nothing(tmp_path):
    go(tmp_path)
    clean(tmp_path)
    assert not list(tmp_path.glob("steps/*/*/pool.h5"))
    assert all(standing.finished for standing in status(plan(), tmp_path))
    assert go(tmp_path) == []
    assert removable(tmp_path) == Removable(())
    assert (tmp_path / "results" / "refine").read_text() == "refine"


def test_what_needs_a_pool_later_has_it_made_again_without_training(tmp_path):
    go(tmp_path)
    clean(tmp_path)
    assert go(tmp_path, plan(setting=2)) == ["generate", "refine", "choose", "classify", "report"]
    assert len(list(tmp_path.glob("steps/*/*/pool.h5"))) == 3


def test_a_pool_made_again_can_go_again(tmp_path):
    go(tmp_path)
    assert release_pools(tmp_path) == 2 * SIZE
    go(tmp_path, plan(setting=2))
    assert release_pools(tmp_path) == 2 * SIZE
    assert release_pools(tmp_path) == 0


def test_pools_of_an_unfinished_run_stay(tmp_path):
    go(tmp_path)
    (places(tmp_path)["classify"] / "model").unlink()
    assert removable(tmp_path) == Removable(
        (), ("pools stay until the whole recipe is run; to do: classify",)
    )


def test_a_run_of_a_part_keeps_all_of_the_rest(tmp_path):
    go(tmp_path)
    go(tmp_path, plan()[:2])
    part, pools = removable(tmp_path).notes
    assert "results of other steps stay (choose, classify, refine, report)" in part
    assert pools == "pools stay until the whole recipe is run; to do: report"
    assert removable(tmp_path).waste == ()


def test_results_that_were_replaced_go_with_what_is_left_of_interrupted_ones(tmp_path):
    go(tmp_path)
    before = places(tmp_path)
    current = places(tmp_path, plan(setting=2))
    go(tmp_path, plan(setting=2))
    for folder in (before["classify"], current["classify"]):
        folder.with_suffix(".partial").mkdir()
    old = tmp_path / "steps" / "gone" / "1"
    old.mkdir(parents=True)
    reasons = {
        waste.path: waste.reason for waste in removable(tmp_path).waste if waste.path.name != "pool.h5"
    }
    assert reasons == {
        before["classify"]: "replaced by a later result",
        before["classify"].with_suffix(".partial"): "interrupted, and not of the last run",
        current["classify"].with_suffix(".partial"): "interrupted, and not of the last run",
        before["report"]: "replaced by a later result",
        old: "a step that the recipe no longer has",
    }
    clean(tmp_path)
    assert not old.parent.exists() and not before["classify"].exists()
    assert go(tmp_path, plan(setting=2)) == []


def test_an_interrupted_step_that_will_go_on_stays(tmp_path):
    go(tmp_path)
    place = places(tmp_path)["report"]
    place.rename(place.with_suffix(".partial"))
    assert paths(removable(tmp_path)) == []


def test_a_step_that_must_be_made_again_has_its_pool_made_first(tmp_path):
    go(tmp_path)
    for waste in removable(tmp_path).waste[:1]:
        delete(waste)
    place = places(tmp_path)["refine"]
    (place / "pool.h5").write_bytes(b"x" * SIZE)  # of the right size: found when it is read
    (places(tmp_path)["choose"] / "model").unlink()
    assert go(tmp_path) == ["generate", "refine", "choose"]


@pytest.mark.parametrize("content", [None, "", "[]", '{"steps": {"a": 1}}'])
def test_a_folder_without_a_record_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(RunError, match=r"run\.json: missing or no record of a run"):
        removable(tmp_path)
