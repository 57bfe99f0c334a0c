import json

import pytest
from fabricated.small_run import small_run

from kgan.analyses.visual_turing.from_run import read_run, turing_settings
from kgan.errors import RunError
from kgan.pipeline import manifest


@pytest.fixture
def run(tmp_path):
    return small_run(tmp_path / "run")


def recipe(run, **turing):
    record = json.loads((run / "run.json").read_text())
    record["recipe"]["turing"] = turing
    (run / "run.json").write_text(json.dumps(record))


def test_without_a_part_of_the_recipe_the_papers_figures_stand(run):
    settings = turing_settings(read_run(run), (), {"real": None})
    seen = {"view": {"sequences": None, "concat": False, "image_size": None}, "canvas": [16, 16], "crop": 4}
    assert settings == {
        "tests": [
            {"name": "pggan", "title": "PGGAN", "step": "generate-pggan", **seen},
            {"name": "simgan", "title": "simgan", "step": "refine-simgan", **seen},
        ],
        "real": 50,
        "synthetic": 50,
        "repeats": 0,
        "image_size": None,
        "real_from": None,
        "margin": 0.1,
        "classes": ["non_tumor", "tumor"],
        "seed": 5,
    }


def test_options_go_before_the_recipe(run):
    recipe(run, real=7, synthetic=8, sources=["simgan"], published={})
    settings = turing_settings(read_run(run), (), {"real": 3, "seed": 9})
    assert (settings["real"], settings["synthetic"], settings["seed"]) == (3, 8, 9)
    assert [test["name"] for test in settings["tests"]] == ["simgan"]
    assert [test["name"] for test in turing_settings(read_run(run), ["pggan"], {})["tests"]] == ["pggan"]


def test_the_runs_own_tests_are_made_again(run):
    own = run / "steps/turing/0"
    own.mkdir(parents=True)
    manifest.write(
        own,
        {"step": "turing", "id": "0", "does": "turing", "settings": {"seed": 77}, "facts": {}, "outputs": {}},
    )
    record = json.loads((run / "run.json").read_text())
    record["steps"]["turing"] = {"id": "0"}
    (run / "run.json").write_text(json.dumps(record))
    assert turing_settings(read_run(run), (), {})["seed"] == 77
    assert turing_settings(read_run(run), (), {"seed": 1})["seed"] == 1


def test_an_unfinished_pool_is_left_out(run):
    (run / "steps/refine-simgan/0/manifest.json").unlink()
    assert list(read_run(run).pools) == ["pggan"]
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
            "the training behind generate-pggan",
        ),
        (
            lambda run: [path.unlink() for path in run.glob("steps/*/0/pool.h5")],
            "no generated images yet; finish 'kgan run'",
        ),
    ],
    ids=["none", "list", "prepare", "training", "pools"],
)
def test_what_is_no_finished_run_is_refused(run, spoil, says):
    spoil(run)
    with pytest.raises(RunError, match=says):
        turing_settings(read_run(run), (), {})
