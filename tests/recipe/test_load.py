from pathlib import Path

import pytest
import yaml

from kgan import recipe as recipes
from kgan.errors import DataError, KganError, RecipeError

MISTAKES = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text())


def test_load_gives_frozen_typed_values(write):
    recipe = recipes.load(write())
    assert recipe.profile == "quick"
    assert recipe.gans["tiles"].canvas == (16, 16)
    assert recipe.data.image_size == (12, 12)
    assert recipe.setups["1 real"] == {"real": "all"}
    assert recipe.classifier.variants["max"].parameters == {"form": "max", "rate": 0.1}
    with pytest.raises(ValueError, match="frozen"):
        recipe.seed = 3


def test_resolved_is_plain_and_loads_again(write, tmp_path):
    recipe = recipes.load(write())
    again = tmp_path / "again.yaml"
    resolved = recipe.resolved()
    resolved.pop("profile")
    again.write_text(yaml.safe_dump(resolved, sort_keys=False))
    assert recipes.load(again).resolved() == {**resolved, "profile": "base"}


def test_profile_overrides_and_arguments_win_in_this_order(write, tmp_path):
    path = write()
    assert recipes.load(path, profile="paper").gans["tiles"].train.epochs == 200
    overrides = [
        "gans.tiles.train.epochs=7",
        "data.split={train: 0.5, validation: 0.25, test: 0.25}",
        "seed=1",
    ]
    recipe = recipes.load(path, profile="paper", overrides=overrides, seed=9, data=tmp_path)
    assert (recipe.gans["tiles"].train.epochs, recipe.seed) == (7, 9)
    assert recipe.data.split.test == 0.25
    assert recipe.data.path == str(tmp_path)
    assert recipe.reader.parameters == {"boards": 9, "path": str(tmp_path)}


def test_override_adds_a_setup_and_takes_one_away(write):
    recipe = recipes.load(write(), overrides=["setups.mine={real: 4, tiles: 6}", "setups.2 +classic=null"])
    assert list(recipe.setups) == ["1 real", "3 +tiles", "4 +polish", "mine"]
    assert recipe.setups["mine"] == {"real": 4, "tiles": 6}


def test_another_plugin_forgets_the_parameters_of_the_one_before(write):
    with pytest.raises(RecipeError, match="data.reader.plugin: no reader called 'stranger'"):
        recipes.load(write(), profile="lean")
    recipe = recipes.load(write(), profile="lean", overrides=["data.reader.plugin=phantom"])
    assert recipe.data.reader.parameters == {}
    assert list(recipe.refiners) == []
    assert recipe.setups["2 +classic"] == {"real": "all", "classic": 20}


def test_stand_in_takes_the_place_of_missing_data(write, tmp_path):
    path = write(
        change=(
            "{plugin: checkers, parameters: {boards: 9}}",
            "{plugin: brats}\n  stand_in: {plugin: checkers}",
        )
    )
    recipe = recipes.load(path)
    assert recipe.stands_in
    assert recipe.reader.plugin == "checkers"
    with_data = recipes.load(path, data=tmp_path)
    assert not with_data.stands_in
    assert with_data.reader.parameters == {"path": str(tmp_path)}
    with pytest.raises(RecipeError, match="reader 'brats' needs a folder of scans: give one with --data DIR"):
        recipes.load(path, overrides=["data.stand_in=null"])
    assert recipes.load(path, overrides=["data.stand_in=null"], needs_data=False)


def test_paths_start_at_the_file_or_at_the_working_folder(write, tmp_path, monkeypatch):
    (tmp_path / "scans").mkdir()
    (tmp_path / "exclude.csv").write_text("patient,slice,reason\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    path = write(change=("  sequences: [t1c]", "  path: scans\n  exclude: exclude.csv\n  sequences: [t1c]"))
    recipe = recipes.load(path)
    assert recipe.data.path == str(tmp_path / "scans")
    assert recipe.data.exclude == str(tmp_path / "exclude.csv")
    with pytest.raises(RecipeError, match="--set data.exclude=.*: .*no file .*elsewhere/exclude.csv"):
        recipes.load(path, overrides=["data.exclude=exclude.csv"])


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["new"].strip()[:40] or "nothing")
def test_mistakes_say_where_what_and_the_way_out(write, case):
    with pytest.raises(KganError, match=case["says"]) as caught:
        recipes.load(write(change=(case["old"], case["new"])))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("override", "says"),
    [
        (
            "gans.tiles.corp=3",
            "--set gans.tiles.corp=3: unknown key 'corp' in gans.tiles; did you",
        ),
        ("gans.tiles.crop", "--set gans.tiles.crop: expected KEY.KEY=VALUE"),
        ("=3", "expected KEY.KEY=VALUE"),
        ("gans..crop=3", "expected KEY.KEY=VALUE"),
        ("seed.x=3", "--set seed.x=3: seed is not a mapping"),
        ("profile=paper", "'profile' cannot be set; give --profile instead"),
        ("profiles.quick={}", "'profiles' cannot be set"),
        ("seed=[", "--set seed=.*: not YAML"),
        ("data.path=", "expected|no reader|reads no folder|received"),
        ("data.path=' '", "data.path: expected a path, received nothing"),
        ("setups.9=null", "null removes an entry that does not exist"),
    ],
)
def test_wrong_overrides_are_named(write, override, says):
    path = write()
    if override == "data.path=":
        assert recipes.load(path, overrides=[override]).data.path is None
        return
    with pytest.raises(RecipeError, match=says):
        recipes.load(path, overrides=[override])


def test_data_must_be_a_folder(write, tmp_path):
    with pytest.raises(DataError, match="--data: data.path: no folder .*nowhere"):
        recipes.load(write(), data=tmp_path / "nowhere")


def test_circle_of_two_refiners(write):
    rest = "images_per_class: 2, image_size: 12, train: {batch_size: 2, steps: 5}"
    second = f"  shine: {{plugin: polish, source: polish, {rest}}}"
    path = write(change=("source: tiles", "source: shine"))
    path.write_text(path.read_text().replace("classifier:\n", second + "\nclassifier:\n", 1))
    with pytest.raises(
        RecipeError,
        match="a circle: (polish from shine from polish|shine from polish)",
    ):
        recipes.load(path)


def test_several_mistakes_are_counted(write):
    path = write(change=("crop: 3", "crop: x"))
    path.write_text(path.read_text().replace("seed: 5", "seed: x"))
    with pytest.raises(RecipeError, match=r"seed: .* \(1 more after this\)"):
        recipes.load(path)


def test_plugin_of_two_distributions_and_one_that_cannot_be_found(write, third_party):
    third_party("rival", "wrong_base")
    change = ("{plugin: checkers, parameters: {boards: 9}}", "{plugin: phantom}")
    with pytest.raises(RecipeError, match="data.reader.plugin: reader 'phantom' is offered by"):
        recipes.load(write(change=change))
    change = ("{plugin: checkers, parameters: {boards: 9}}", "{plugin: nowhere}")
    with pytest.raises(RecipeError, match="No module named 'kgan_stranger.nowhere'"):
        recipes.load(write(change=change))


@pytest.mark.parametrize("name", ["two_step", "missing.yaml", "two_stp"])
def test_missing_file_or_name(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if name == "two_step":
        assert recipes.load(name).name == "two_step"
        return
    with pytest.raises(RecipeError, match=f"no recipe file {name}.*Recipes by name: .*two_step"):
        recipes.load(name)


def test_file_that_is_no_text(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(RecipeError, match="not UTF-8 text"):
        recipes.load(path)
    with pytest.raises(RecipeError, match="cannot be read: Is a directory"):
        recipes.load(tmp_path)


@pytest.mark.parametrize(
    ("seed", "says"),
    [
        ('"\\ud800"', "contains invalid text or nesting"),
        ("[" * 220 + "]" * 220, "contains invalid text or nesting"),
    ],
    ids=["surrogate", "nesting"],
)
def test_what_no_json_can_hold_is_refused(write, seed, says):
    with pytest.raises(RecipeError, match=says) as caught:
        recipes.load(write(change=("seed: 5", f"seed: {seed}")))
    assert "\n" not in str(caught.value)


def test_a_profile_cannot_lead_out_of_the_runs_folder(write):
    path = write()
    path.write_text(path.read_text().replace("profiles:", 'profiles:\n  "../../x": {}', 1))
    with pytest.raises(RecipeError, match=r"profile: expected a name of lower-case letters"):
        recipes.load(path, profile="../../x")
