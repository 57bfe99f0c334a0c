"""Checks that several sections share."""

from fabricated.recipe_facts import recipe_facts

from kgan.analyses.recipe_facts import feature_mistakes, setup_mistakes, unknown_name
from kgan.schema.features import NetworkFeatures


def test_an_unknown_name_has_a_hint_and_the_names_that_are_known():
    here = ("tsne", "sources")
    assert list(unknown_name(here, "tiles", ["tiles"], "source", "Sources")) == []
    ((key, text),) = unknown_name(here, "tyles", ["tiles", "polish"], "source", "Sources")
    assert key == here
    assert text == "no source 'tyles'; did you mean 'tiles'? Sources: tiles, polish"
    ((_, text),) = unknown_name(here, "tiles", [], "source", "Sources")
    assert text == "no source 'tiles'. Sources: none"


def test_a_classifier_is_of_a_setup_and_a_variant_of_the_recipe():
    def keys(setup, variant, **facts):
        mistakes = setup_mistakes(("here",), setup, variant, recipe_facts(**facts), "setup")
        return [key for key, _ in mistakes]

    assert keys("real", None) == keys("real", "mean") == []
    assert keys("rael", "median") == [("here", "setup"), ("here", "variant")]
    assert keys("real", "mean", variants=None) == [("here", "variant")]


def test_features_are_of_a_file_that_exists_and_of_a_setup(tmp_path):
    def keys(features):
        return [key for key, _ in feature_mistakes(("f",), features, recipe_facts())]

    weights = tmp_path / "weights.h5"
    features = NetworkFeatures(weights=str(weights), classifier="reel")
    assert keys("random") == keys(NetworkFeatures()) == []
    assert keys(features) == [("f", "weights"), ("f", "classifier")]
    weights.write_bytes(b"")
    assert keys(features) == [("f", "classifier")]
    # A network that is not taken needs no weights.
    assert keys(NetworkFeatures(network=None, weights="nowhere.h5", classifier="real")) == []


def test_nothing_is_made_or_chosen_by_a_classifier_of_further_patients():
    facts = recipe_facts(setups={"real": {"real": "all"}, "more": {"real": "all", "further_real": 8}})
    ((key, text),) = setup_mistakes(("here",), "more", None, facts, "setup")
    assert key == ("here", "setup")
    assert text.startswith("'more' learns from further patients") and "without further_real" in text
    ((key, _),) = feature_mistakes(("f",), NetworkFeatures(network=None, classifier="more"), facts)
    assert key == ("f", "classifier")
