import pytest

from kgan import recipe as recipes
from kgan.plan.builder import Steps, seed_of
from kgan.plan.planner import RecipePlanner
from kgan.plan.split import SplitPlan
from kgan.recipe.source_graph import pool_sizes
from kgan.schema.data import ViewSettings
from kgan.schema.features import NetworkFeatures
from kgan.steps.settings.shared import PlacedView

CLASSES = ("non_tumor", "tumor")
CURATED = ("refiners:", "curations: {kept: {source: tiles, clusters: 4, discard: 0.4}}\nrefiners:")


@pytest.fixture
def planner(write):
    recipe = recipes.load(write(change=CURATED), overrides=["gans.tiles.title=Tiles"])
    split = SplitPlan(recipe, Steps(recipe.seed), CLASSES, pool_sizes(recipe, 2))
    return RecipePlanner(recipe, split, [])


def test_a_source_is_called_by_its_title(planner):
    assert [planner.title(name) for name in ("tiles", "kept", "polish", "classic", "real")] == [
        "Tiles", "Tiles, curated", "Polish", "classic DA", "real"
    ]  # fmt: skip


def test_the_gan_behind_a_source_and_what_it_sees(planner):
    assert (planner.origin("kept"), planner.origin("tiles")) == ("tiles", "tiles")
    seen = PlacedView(view=ViewSettings(), canvas=(16, 16), crop=3)
    assert planner.viewed("kept") == planner.viewed("tiles") == seen
    assert planner.per_class("tiles")


def test_a_pool_is_planned_when_it_is_wanted(planner):
    assert "polish" not in planner.pools
    assert planner.pool("polish") == "refine-polish" == planner.pools["polish"]


def test_fixed_features_stay_and_a_classifiers_are_those_of_its_step(planner):
    assert planner.features("pixels") == "pixels"
    chosen = planner.features(NetworkFeatures(network=None, classifier="1 real", image_size=(12, 12)))
    assert (chosen.classifier, chosen.setup, chosen.network) == ("classify-1-real-mean", "1 real", None)


def test_a_variant_is_the_named_or_else_the_preferred(planner):
    assert (planner.variant("max"), planner.variant(None)) == ("max", "mean")


def test_what_a_recipe_says_of_itself(planner):
    assert planner.has_classifier()
    assert list(planner.setups()) == ["1 real", "2 +classic", "3 +tiles", "4 +polish"]
    assert planner.refiners() == ("polish",)
    assert planner.seed("tsne") == seed_of(5, "tsne")
