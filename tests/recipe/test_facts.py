from kgan import recipe as recipes
from kgan.recipe.facts import Facts


def test_facts_are_those_of_the_recipe(write):
    facts = Facts(recipes.load(write(), overrides=["curations.kept={source: tiles, clusters: 4}"]))
    assert (facts.gans, facts.refiners) == (("tiles",), ("polish",))
    assert facts.pools == ("tiles", "kept", "polish")
    assert (facts.variants, facts.classes, facts.splits) == (("mean", "max"), 2, 1)
    assert (facts.training_patients, facts.has_labels) == (5, True)
    assert list(facts.setups)[0] == "1 real"
    assert facts.source_of("kept") == "tiles" and facts.source_of("tiles") is None
    assert facts.has_classes("real") and facts.has_classes("kept")
    # What is curated is made larger by what will be discarded of it.
    assert facts.pool_size("tiles") > facts.pool_size("kept") > 0


def test_without_a_classifier_there_are_no_variants(write):
    recipe = recipes.load(write()).model_copy(update={"classifier": None})
    assert Facts(recipe).variants is None
