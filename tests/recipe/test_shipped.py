from pathlib import Path

import pytest
import yaml

from kgan import recipe as recipes

FOLDER = Path(__file__).parents[2] / "recipes"
FILES = sorted(FOLDER.glob("*.yaml"))


def profiles(path):
    return list(yaml.safe_load(path.read_text())["profiles"])


CASES = [(path, profile) for path in FILES for profile in profiles(path)]


@pytest.mark.parametrize(("path", "profile"), CASES, ids=[f"{path.stem}-{name}" for path, name in CASES])
def test_every_profile_of_every_shipped_recipe_can_be_planned(path, profile, tmp_path):
    recipe = recipes.load(path, profile=profile, data=tmp_path if profile == "paper" else None)
    steps = recipes.plan(recipe)
    assert steps[0].does == "prepare"
    assert steps[-1].does == "report"
    assert recipe.name == path.stem


def test_shipped_recipes_are_those_of_the_folder():
    assert list(recipes.shipped()) == [path.stem for path in FILES]


def test_two_step_is_the_published_protocol(tmp_path):
    recipe = recipes.load("two_step", profile="paper", data=tmp_path)
    pggan, simgan = recipe.gans["pggan"], recipe.refiners["simgan"]
    assert (pggan.canvas, pggan.crop, pggan.train.batch_size, pggan.train.epochs) == ((256, 256), 15, 16, 100)
    assert pggan.loss.parameters == {"weight": 10}
    assert (simgan.image_size, simgan.images_per_class, simgan.train.steps) == ((224, 224), 3000, 20000)
    assert recipe.classifier.train.model_dump() == {
        "batch_size": 96, "epochs": 200, "patience": 20, "precision": "float32"
    }  # fmt: skip
    assert recipe.data.split.model_dump() == {"train": 154, "validation": 44, "test": 22}
    assert recipe.setups["10 +classic +simgan"] == {"real": "all", "classic": 200000, "simgan": 200000}
    assert list(recipe.classifier.variants) == ["scratch", "pretrained"]


def test_two_step_demo_tries_six_setups_from_scratch():
    recipe = recipes.load("two_step")
    assert [name.split()[0] for name in recipe.setups] == ["1", "2", "4", "6", "9", "10"]
    assert list(recipe.classifier.variants) == ["scratch"]
    assert recipe.stands_in


@pytest.mark.parametrize("profile", ["demo", "small"])
def test_a_resolved_recipe_is_a_recipe_that_says_the_same(tmp_path, profile):
    loaded = recipes.load("two_step", profile=profile, overrides=["setups.mine={real: all, classic: 10}"])
    plain = {name: value for name, value in loaded.resolved().items() if name != "profile"}
    (tmp_path / "again.yaml").write_text(yaml.safe_dump(plain, sort_keys=False))
    again = recipes.load(tmp_path / "again.yaml")
    same = {step.name: step.settings for step in recipes.plan(again) if step.does not in ("export", "report")}
    assert same == {step.name: step.settings for step in recipes.plan(loaded) if step.name in same}
