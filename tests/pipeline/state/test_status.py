import shutil

import pytest
from fabricated.steps import step

from kgan.pipeline.records import manifest
from kgan.pipeline.state.identity import identities
from kgan.pipeline.state.status import status

STEPS = (step("prepare", "prepare"), step("train", "train_gan", ("prepare",), {"steps": 5}))


def finish(run, steps=STEPS, name="train", **more):
    """Write the manifest of a finished step with a file; return its folder."""
    made_of = identities(steps)[name]
    place = run / "steps" / name / made_of["id"]
    place.mkdir(parents=True)
    (place / "a.csv").write_text("a")
    record = {"step": name, "id": made_of["id"], "kind": made_of["kind"], "made_of": made_of}
    manifest.write(place, {**record, "outputs": manifest.outputs(place), **more})
    return place


def train_in(run, steps=STEPS):
    return {standing.step: standing for standing in status(steps, run)}["train"]


def test_steps_of_a_new_folder_have_not_been_run(tmp_path):
    standings = status(STEPS, tmp_path)
    assert [(standing.step, standing.finished, standing.why) for standing in standings] == [
        ("prepare", False, "not run yet"), ("train", False, "not run yet")
    ]  # fmt: skip
    assert standings[0].folder == tmp_path / "steps" / "prepare" / standings[0].id
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("more", "finished", "why"),
    [
        ({}, True, "finished"),
        ({"facts": {"left_out": "too few images"}}, True, "left out: too few images"),
        ({"without": {"measure": "it failed"}}, False, "made without measure"),
        ({"kind": "generate"}, False, "its manifest is of another step (kind)"),
    ],
    ids=["whole", "left out", "without", "foreign"],
)
def test_a_manifest_says_how_a_step_stands(tmp_path, more, finished, why):
    place = finish(tmp_path, **more)
    standing = train_in(tmp_path)
    assert (standing.folder, standing.finished, standing.why) == (place, finished, why)


def test_a_lost_file_is_named(tmp_path):
    (finish(tmp_path) / "a.csv").unlink()
    assert train_in(tmp_path).why == "a.csv is gone or cut short"


def test_an_interrupted_step_goes_on(tmp_path):
    train_in(tmp_path).folder.with_suffix(".partial").mkdir(parents=True)
    assert train_in(tmp_path).why == "interrupted; will go on where it can"


def test_a_changed_step_says_what_changed(tmp_path):
    place = finish(tmp_path)
    changed = (STEPS[0], step("train", "train_gan", ("prepare",), {"steps": 6}))
    standing = train_in(tmp_path, changed)
    assert not standing.finished and standing.why == "changed: steps was 5, is 6"
    (place / manifest.FILE).write_text("{")
    assert train_in(tmp_path, changed).why == "its manifest cannot be read"


def standings_in(run, steps):
    return {standing.step: (standing.finished, standing.why) for standing in status(steps, run)}


def test_a_step_of_which_files_were_let_go_is_finished_until_they_are_needed(tmp_path):
    steps = (
        step("generate", "generate"),
        step("curate", "curate", ("generate",)),
        step("classify", "classify", ("curate",)),
    )
    places = {name: finish(tmp_path, steps, name) for name in ("generate", "curate", "classify")}
    for name in ("generate", "curate"):
        manifest.release(places[name], ["a.csv"])
    kept = (True, "finished; a.csv was let go")
    assert standings_in(tmp_path, steps) == {
        "generate": kept, "curate": kept, "classify": (True, "finished")
    }  # fmt: skip
    shutil.rmtree(places["classify"])
    assert standings_in(tmp_path, steps) == {
        "generate": (False, "a.csv was let go by 'kgan clean', and curate needs it"),
        "curate": (False, "a.csv was let go by 'kgan clean', and classify needs it"),
        "classify": (False, "not run yet"),
    }
    assert standings_in(tmp_path, steps[:2]) == {"generate": kept, "curate": kept}
