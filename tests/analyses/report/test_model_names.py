from pathlib import Path

from fabricated.finished_steps import generated, trained_gan

from kgan.analyses.checkpoint_selection.settings import Candidate, CheckpointSelectionSettings
from kgan.analyses.report.model_names import display_names, pool_name, refined_pools, training_steps
from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.steps.settings.pools import RefineSettings


def refined(name, source="generate-pggan"):
    return FinishedStep(name, Path(), RefineSettings(seed=0, source=source, models=(), classes=()))


def selected(source, pools):
    candidates = tuple(Candidate(steps=9, pool=pool, classifier="c", last=True) for pool in pools)
    settings = CheckpointSelectionSettings(
        seed=0, source=source, candidates=candidates, models=(), setup="s", variant="v"
    )
    return FinishedStep(f"choose-{source}", Path(), settings)


def test_titles_come_before_names_of_classes():
    gans = {
        "pggan": {"plugin": "pggan"},
        "my_gan": {"plugin": "pggan"},
        "a": {"plugin": "pggan", "title": "A"},
    }
    recipe = ResolvedRecipe.model_validate(
        {"gans": {**gans, "odd": {"plugin": "no such plugin"}}, "curations": {"kept": {"source": "pggan"}}}
    )
    assert display_names(recipe) == {
        "pggan": "PGGAN", "my_gan": "my_gan", "a": "A", "odd": "odd", "kept": "PGGAN, curated"
    }  # fmt: skip


def test_models_are_named_without_their_class():
    run = Steps([trained_gan("a", class_name="tumor"), trained_gan("b"), generated("a")])
    assert [(name, class_name) for _, name, class_name in training_steps(run)] == [("a", "tumor"), ("b", "")]
    assert pool_name(run[-1]) == "a"


def test_of_several_checkpoints_the_selected_pool_is_final():
    run = Steps([refined("refine-x"), refined("refine-y-5"), refined("refine-y-9")])
    run = Steps([*run, selected("y", ["refine-y-5", "refine-y-9"])])
    assert [step.name for step in refined_pools(run)] == ["refine-x", "choose-y"]
