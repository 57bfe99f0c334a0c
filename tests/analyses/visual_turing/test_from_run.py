import json
import shutil

import pytest
from fabricated.small_run import finish_step, small_run

from kgan.analyses.checkpoint_selection.settings import Candidate, CheckpointSelectionSettings
from kgan.analyses.visual_turing.from_run import pools_of, turing_settings
from kgan.analyses.visual_turing.settings import TuringTest, VisualTuringSettings
from kgan.errors import RunError
from kgan.pipeline.records.finished_run import read_run
from kgan.schema.data import ViewSettings


@pytest.fixture
def run(tmp_path):
    return small_run(tmp_path / "run")


def finish(run, name, settings):
    """Add a finished step to a run."""
    record = json.loads((run / "run.json").read_text())
    record["steps"][name] = {"id": "0"}
    (run / "run.json").write_text(json.dumps(record))
    return finish_step(run, name, settings, {})


def recipe(run, **turing):
    record = json.loads((run / "run.json").read_text())
    record["recipe"]["turing"] = turing
    (run / "run.json").write_text(json.dumps(record))


def test_without_a_part_of_the_recipe_the_papers_figures_stand(run):
    seen = {"view": ViewSettings(), "canvas": (16, 16), "crop": 4}
    assert turing_settings(read_run(run), (), {"real": None}) == VisualTuringSettings(
        tests=(
            TuringTest(name="pggan", title="PGGAN", step="generate-pggan", **seen),
            TuringTest(name="simgan", title="simgan", step="refine-simgan", **seen),
        ),
        real=50,
        synthetic=50,
        repeats=0,
        image_size=None,
        real_from=None,
        margin=0.1,
        classes=("non_tumor", "tumor"),
        published={},
        seed=5,
    )


def test_options_go_before_the_recipe(run):
    recipe(run, real=7, synthetic=8, sources=["simgan"], published={})
    settings = turing_settings(read_run(run), (), {"real": 3}, 9)
    assert (settings.real, settings.synthetic, settings.seed) == (3, 8, 9)
    assert [test.name for test in settings.tests] == ["simgan"]
    assert [test.name for test in turing_settings(read_run(run), ["pggan"], {}).tests] == ["pggan"]


def test_the_runs_own_tests_are_made_again(run):
    finish(run, "turing", turing_settings(read_run(run), (), {}, 77))
    assert turing_settings(read_run(run), (), {}).seed == 77
    assert turing_settings(read_run(run), (), {}, 1).seed == 1


def test_a_selected_checkpoint_is_shown_as_its_gan_saw_the_real_images(run):
    candidate = Candidate(steps=5, pool="refine-simgan", classifier="try-simgan-5-scratch", last=True)
    settings = CheckpointSelectionSettings(
        seed=1, source="simgan", candidates=(candidate,), models=(), setup="+simgan", variant="scratch"
    )
    place = finish(run, "choose-simgan", settings)
    shutil.copy(run / "steps/refine-simgan/0/pool.h5", place / "pool.h5")
    (test,) = turing_settings(read_run(run), ["simgan"], {}).tests
    assert (test.step, test.canvas, test.crop) == ("choose-simgan", (16, 16), 4)


def test_an_unfinished_pool_is_left_out(run):
    (run / "steps/refine-simgan/0/manifest.json").unlink()
    assert list(pools_of(read_run(run))) == ["pggan"]
    with pytest.raises(RunError, match="no pool of 'simgan'"):
        turing_settings(read_run(run), ["simgan"], {})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda run: (run / "run.json").unlink(), "missing or no record of a run"),
        (lambda run: (run / "run.json").write_text("[]"), "missing or no record of a run"),
        (lambda run: (run / "steps/prepare/0/manifest.json").unlink(), "its data are not prepared"),
        (
            lambda run: (run / "steps/train-pggan/0/manifest.json").unlink(),
            "train-pggan, behind the images, is gone",
        ),
        (
            lambda run: [path.unlink() for path in run.glob("steps/*/0/pool.h5")],
            "no generated images; finish 'kgan run'",
        ),
    ],
    ids=["none", "list", "prepare", "training", "pools"],
)
def test_what_is_no_finished_run_is_refused(run, spoil, says):
    spoil(run)
    with pytest.raises(RunError, match=says):
        turing_settings(read_run(run), (), {})
