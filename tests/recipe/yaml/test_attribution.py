import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["data.split.train=0.5"], "^--set data.split.train=0.5: data.split: expected three numbers"),
        (["data.image_size=17"], "^--set data.image_size=17: gans.tiles.canvas: expected at least the image"),
        (
            ["seed=3", "data.image_size=[14, 14]"],
            r"^--set data.image_size=\[14, 14\]: gans.tiles.crop: expected at",
        ),
        (
            ["gans.tyles.crop=0"],
            "^--set gans.tyles.crop=0: gans.tyles: 'plugin' is missing; did you",
        ),
        (
            ["setups.3 +tiles.tiles=91"],
            "^--set setups.3 .tiles.tiles=91: .*: expected an even",
        ),
        (["seed=3", "compare.involving=[4 polish]"], "^--set compare.involving=.*: no setup '4 polish'"),
        (
            ["gans.tiles.train.steps=5", "data.split.test=0.1", "gans.tiles.train.epochs=null"],
            "^--set data.split.test=0.1: data.split: expected three numbers",
        ),
    ],
)
def test_the_override_is_blamed_and_no_line_of_the_file(write, overrides, says):
    with pytest.raises(RecipeError, match=says):
        recipes.load(write(), overrides=overrides)


def test_mistakes_of_the_file_stay_there(write):
    path = write(change=("last: 9", "last: -9"))
    with pytest.raises(RecipeError, match="^.*boards.yaml:8: data.slices.last: expected"):
        recipes.load(path, overrides=["seed=3", "gans.tiles.crop=0"])


def test_two_overrides_that_only_together_are_wrong(write):
    overrides = ["data.image_size=14", "gans.tiles.canvas=[14, 15]"]
    with pytest.raises(RecipeError, match="^--set data.image_size=14 --set gans.tiles.canvas=.*: gans"):
        recipes.load(write(), overrides=[*overrides, "seed=1"])


def test_whole_numbers_may_have_an_exponent(write):
    recipe = recipes.load(
        write(), overrides=["gans.tiles.train={epochs: null, steps: 2e3}", "setups.1 real.real=1e1"]
    )
    assert recipe.gans["tiles"].train.steps == 2000
    assert recipe.setups["1 real"]["real"] == 10
