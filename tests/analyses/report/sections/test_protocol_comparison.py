import pytest
from fabricated.finished_steps import classified, prepared, trained_gan

from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.analyses.report.sections.protocol_comparison import (
    differences,
    missing_setups,
    protocol_rows,
    scale_section,
)
from kgan.pipeline.records.run_folder import Steps

PAPER = {
    "name": "two_step",
    "seed": 1,
    "data": {
        "path": "/a",
        "slices": {"first": 30, "last": 130, "step": 1},
        "image_size": [240, 240],
        "split": {"train": 154, "validation": 44, "test": 22},
    },
    "gans": {"pggan": {"canvas": [256, 256], "train": {"batch_size": 16, "epochs": 100}}},
    "refiners": {
        "simgan": {
            "image_size": [224, 224],
            "images_per_class": 3000,
            "train": {"batch_size": 10, "steps": 20000},
        }
    },
    "classifier": {
        "image_size": [224, 224],
        "parameters": {"dropout": 0.5},
        "train": {"epochs": 200},
        "variants": {"scratch": {}, "pretrained": {}},
    },
    "setups": {"real": {"real": "all"}, "+pggan": {"real": "all", "pggan": 200000, "classic": 400000}},
}


@pytest.fixture
def demo():
    gan = {"canvas": [64, 64], "train": {"batch_size": 16, "steps": 700}}
    classifier = {**PAPER["classifier"], "parameters": {"dropout": 0.5, "width": 0.25}}
    classifier |= {"variants": {"scratch": {}}, "train": {"epochs": 6}}
    data = {**PAPER["data"], "path": None, "split": {"train": 0.6, "validation": 0.2, "test": 0.2}}
    setups = {"+pggan": {"real": "all", "pggan": 1000}}
    return {
        **PAPER,
        "seed": 2,
        "data": data,
        "gans": {"pggan": gan},
        "classifier": classifier,
        "setups": setups,
    }


def done():
    facts = {"images": 100, "steps": 700, "images_seen": 11200}
    patients = {"train": ["a", "b"], "validation": ["c"], "test": ["d"]}
    preparation = {"patients": patients, "counts": {"train": {"tumor": 100}}, "image_shape": [60, 60, 1]}
    return Steps(
        [
            prepared(facts=preparation),
            trained_gan("pggan", facts=facts, class_name="tumor"),
            classified("a", facts={"epochs": 3}),
            classified("b", facts={"epochs": 6}),
        ]
    )


def rows_of(recipe, paper, run, labels=()):
    sides = ResolvedRecipe.model_validate(recipe), ResolvedRecipe.model_validate(paper)
    rows = protocol_rows(*sides, run, dict(labels))
    return {row.parameter: (row.this_run, row.paper) for row in rows}


def test_what_was_done_stands_beside_the_paper(demo):
    rows = rows_of(demo, PAPER, done(), {"pggan": "PGGAN"})
    assert rows["Patients (training / validation / test)"] == ("2 / 1 / 1", "154 / 44 / 22")
    assert rows["Stored slices, pixels"] == ("60 × 60", "240 × 240")
    assert rows["PGGAN: image size, pixels"] == ("64 × 64", "256 × 256")
    trained = "700 steps, 11,200 images shown, 112 epochs"
    assert rows["PGGAN: training per model"] == (trained, "100 epochs")
    assert rows["simgan: training per model"] == ("20,000 steps", "20,000 steps")
    assert rows["PGGAN: largest pool, images"] == ("1,000", "200,000")
    assert rows["Classic DA: largest pool, images"] == ("–", "400,000")
    assert rows["Classifier: width"] == ("0.25", "default")
    assert rows["Classifier: epochs, maximum"] == ("6, used: 3 to 6", "200")
    assert rows["DA setups × classifier variants"] == ("1 × 1", "2 × 2")


def test_every_difference_of_settings_is_listed(demo):
    changed = differences(demo, PAPER)
    assert "gans.pggan.train.epochs: not set here, 100 in the paper profile" in changed
    assert "classifier.parameters.width: 0.25 here, not set in the paper profile" in changed
    assert not any(line.startswith(("data.path", "seed", "name")) for line in changed)
    assert differences(PAPER, PAPER) == []


def test_what_is_not_run_is_named(demo):
    sides = ResolvedRecipe.model_validate(demo), ResolvedRecipe.model_validate(PAPER)
    assert missing_setups(*sides) == ["setup “real”", "variant “pretrained” of the classifier"]


def test_many_gans_share_a_row_where_they_are_alike():
    gan = {"canvas": [32, 32], "train": {"batch_size": 8, "steps": 50}}
    recipe = {"gans": {f"gan_{loss}": gan for loss in ("a", "a_gp", "b", "c")}}
    facts = {"images": 20, "steps": 50, "images_seen": 400}
    rows = rows_of(recipe, recipe, Steps([trained_gan("gan_a_gp", facts=facts)]), {"gan_b": "B"})
    assert rows["gan_a, B, gan_c"][0] == "32 × 32; 50 steps; batch 8"
    assert rows["gan_a_gp"][0] == "32 × 32; 50 steps, 400 images shown, 20 epochs; batch 8"


def test_recipes_without_gans_or_classifier_are_no_error():
    assert rows_of({}, {}, Steps()) == {"Stored slices, pixels": ("–", "as in the scans")}


def test_without_a_paper_there_is_no_section(demo):
    recipe = ResolvedRecipe.model_validate(demo)
    assert not list(scale_section(recipe, None, done(), {}))
    (section,) = scale_section(recipe, ResolvedRecipe.model_validate(PAPER), done(), {})
    assert section.tables[0].columns[0] == "Parameter"
