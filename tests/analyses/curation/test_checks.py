"""The checks of a curation, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.curation.checks import curation_mistakes
from kgan.analyses.curation.settings import Curation


def keys(facts=None, **section):
    curation = Curation(**{"source": "tiles", "clusters": 100, **section})
    return [".".join(key) for key, _ in curation_mistakes("kept", curation, facts or recipe_facts())]


def test_at_most_one_cluster_an_image():
    assert keys() == []
    assert keys(clusters=101) == ["curations.kept.clusters"]
    assert keys(clusters=101, rule="none") == []
    # Each of three classes has a whole number of the 100 images.
    assert keys(recipe_facts(classes=3)) == ["curations.kept.clusters"]


def test_decisions_are_a_file_of_one_split(tmp_path):
    path = tmp_path / "decisions.json"
    decided = {"rule": "decided", "decisions": str(path)}
    assert keys(**decided) == ["curations.kept.decisions"]
    path.write_text("[]")
    assert keys(**decided) == ["curations.kept.decisions"]
    path.write_text('{"format": "kgan-curation", "clusters": []}')
    assert keys(**decided) == []
    assert keys(recipe_facts(splits=2), **decided) == ["curations.kept.rule"]


@pytest.mark.parametrize(("setup", "is_wrong"), [("real", False), ("+polish", True), ("none", True)])
def test_a_classifier_must_not_wait_for_the_curation(setup, is_wrong):
    """The refiner's pool is made of the curated one."""
    wrong = keys(features={"network": None, "classifier": setup})
    assert wrong == ["curations.kept.features.classifier"] * is_wrong
