import json

import pytest

from kgan import recipe as recipes
from kgan.analyses import ANALYSES
from kgan.errors import RecipeError
from kgan.recipe.schema import Gan, Recipe
from kgan.schema.base import Plugin

TRAIN = {"batch_size": 4, "steps": 5}


@pytest.fixture
def recipe(write):
    return recipes.load(write())


def gan(**changes):
    return Gan(**{"plugin": "tiles", "canvas": (16, 20), "train": TRAIN, **changes})


@pytest.mark.parametrize(
    ("changes", "seen", "shape"),
    [
        ({}, (("t1c", "flair"),), (16, 20, 2)),
        ({"sequences": ("flair",)}, (("flair",),), (16, 20, 1)),
        ({"concat": True}, (("t1c",), ("flair",)), (16, 20, 1)),
    ],
    ids=["all", "some", "each"],
)
def test_what_a_gan_sees_of_a_slice(changes, seen, shape):
    model = gan(**changes)
    assert model.seen(("t1c", "flair")) == seen
    assert model.image_shape(("t1c", "flair")) == shape


def test_each_analysis_is_a_section(recipe):
    for analysis in ANALYSES:
        section = recipe.section(analysis.name)
        assert section is None or isinstance(section, analysis.section_type)
        assert (section is None) == (getattr(recipe, analysis.name) is None)
    assert recipe.section("compare").involving == "refined"


@pytest.mark.parametrize(
    ("path", "stand_in", "reader", "stands_in"),
    [
        (None, None, Plugin(plugin="a"), False),
        (None, Plugin(plugin="b"), Plugin(plugin="b"), True),
        ("scans", Plugin(plugin="b"), Plugin(plugin="a", parameters={"path": "scans"}), False),
    ],
    ids=["own", "stand-in", "data"],
)
def test_a_stand_in_replaces_the_reader_unless_there_are_data(recipe, path, stand_in, reader, stands_in):
    changes = {"reader": Plugin(plugin="a"), "path": path, "stand_in": stand_in}
    changed = recipe.model_copy(update={"data": recipe.data.model_copy(update=changes)})
    assert (changed.reader, changed.stands_in) == (reader, stands_in)


def test_images_are_stored_at_the_size_of_their_crop(recipe):
    assert recipe.data.stored_size == (12, 12)
    cropped = recipe.data.model_copy(update={"center_crop": (8, 10)})
    assert cropped.stored_size == (8, 10)


def test_a_resolved_recipe_is_plain_and_equivalent(recipe):
    plain = recipe.resolved()
    assert Recipe.model_validate(json.loads(json.dumps(plain))).resolved() == plain
    assert "compute" not in recipe.resolved(exclude={"compute"})


def test_published_values_leave_with_their_setup(recipe):
    assert list(recipe.resolved()["published"]) == ["1 real"]
    setups = {name: parts for name, parts in recipe.setups.items() if name != "1 real"}
    assert recipe.model_copy(update={"setups": setups}).resolved()["published"] == {}


def test_pools_alone_need_not_be_kept(write):
    assert recipes.load(write()).compute.keep == ("models", "tables", "pools")
    loaded = recipes.load(write(), overrides=["compute.keep=[tables, models]"])
    assert loaded.compute.keep == ("tables", "models")
    with pytest.raises(RecipeError, match="'keep' with models and tables; only pools can be left out"):
        recipes.load(write(), overrides=["compute.keep=[tables, pools]"])
    with pytest.raises(RecipeError, match=r"compute\.keep"):
        recipes.load(write(), overrides=["compute.keep=[models, tables, pool]"])
