import pytest

from kgan import recipe as recipes
from kgan.plan import plan
from kgan.steps.settings.export import ExportedModel


def planned(path, **keywords):
    return {step.name: step for step in plan(recipes.load(path, **keywords))}


def test_each_model_is_exported_from_the_step_that_trains_it(write):
    export = planned(write())["export"]
    trained = [f"train-{name}-{label}" for name in ("tiles", "polish") for label in ("non_tumor", "tumor")]
    assert list(export.needs) == [model.step for model in export.settings.models] == trained
    assert export.settings.models[-1] == ExportedModel(
        name="polish-tumor", step="train-polish-tumor", kind="refiner", pools=("polish", "tiles")
    )


def test_the_model_card_names_the_recipe_and_that_the_cohort_is_synthetic(write):
    settings = planned(write())["export"].settings
    card = settings.recipe
    assert (card.title, card.name, card.profile, card.cite) == ("Chequerboards", "boards", "quick", "")
    assert (settings.synthetic, settings.gate, settings.licence) == (True, None, None)


@pytest.mark.parametrize(
    ("override", "models"),
    [
        ("export.models=[polish]", ["polish-non_tumor", "polish-tumor"]),
        ("export.models=[tiles]", ["tiles-non_tumor", "tiles-tumor"]),
        ("export.models=[]", None),
    ],
)
def test_a_recipe_chooses_its_models(write, override, models):
    export = planned(write(), overrides=[override]).get("export")
    assert (export and [model.name for model in export.settings.models]) == models


def test_the_gate_covers_all_pools_of_a_model(write):
    path = write(change=("compare: {involving: refined}", "privacy: {max_auc: 0.6, images: 10}"))
    path.write_text(
        path.read_text().replace("refiners:", "curations: {kept: {source: tiles, clusters: 4}}\nrefiners:", 1)
    )
    path.write_text(path.read_text().replace("    source: tiles\n", "    source: kept\n", 1))
    steps = planned(path)
    assert {pool.name: pool.step for pool in steps["privacy"].settings.pools} == {
        "tiles": "generate-tiles", "kept": "curate-kept", "polish": "refine-polish"
    }  # fmt: skip
    export = steps["export"]
    assert export.settings.gate == "privacy" and "privacy" in export.needs
    pools = {model.name: model.pools for model in export.settings.models}
    assert pools["tiles-tumor"] == ("tiles", "kept")
    assert pools["polish-tumor"] == ("polish", "kept", "tiles")
