import graphlib

import pytest

from kgan import recipe as recipes
from kgan.recipe.source_graph import making_order, pool_sizes

SECOND = "refiners.shine={plugin: polish, source: polish, images_per_class: 9, image_size: 12, train: {batch_size: 1, steps: 1}}"  # noqa: E501  # fmt: skip


def test_a_refiner_of_a_refiner_asks_through_both(write):
    recipe = recipes.load(write(), overrides=[SECOND, "setups.5={shine: 300}"])
    assert making_order(recipe) == ("polish", "shine")
    assert pool_sizes(recipe, 2) == {"tiles": 300, "polish": 300, "shine": 300}


def test_sizes_are_shared_evenly_among_classes(write):
    recipe = recipes.load(write(), overrides=["setups.3 +tiles.tiles=100"])
    assert pool_sizes(recipe, 3)["tiles"] == 120
    assert pool_sizes(recipe, 3)["polish"] == 64 + 2


def test_circles_are_found(write):
    recipe = recipes.load(write(), overrides=[SECOND])
    circle = recipe.refiners["polish"].model_copy(update={"source": "shine"})
    broken = recipe.model_copy(update={"refiners": {**recipe.refiners, "polish": circle}})
    with pytest.raises(graphlib.CycleError):
        making_order(broken)
