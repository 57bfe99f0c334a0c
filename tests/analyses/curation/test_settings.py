import pytest
from fabricated.curated_run import curation_settings
from pydantic import ValidationError

from kgan.analyses.curation.settings import Curation, CurationSettings
from kgan.schema.features import NetworkFeatures

POOL = "generate-pggan"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, f"group {POOL} into 8 clusters and discard some: the 25% least similar to real ones"),
        (
            {"rule": "decided", "decisions": "kept.json"},
            f"group {POOL} into 8 clusters and discard some: by kept.json",
        ),
        ({"rule": "none", "features": None}, f"keep all images of {POOL}"),
    ],
    ids=["automatic", "decided", "none"],
)
def test_says_what_is_discarded(changes, words):
    settings = curation_settings(**changes)
    assert settings.describe() == words
    assert CurationSettings.model_validate(settings.to_json()) == settings


def test_a_reviewers_decisions_are_a_file():
    settings = curation_settings(rule="decided", decisions="kept.json")
    assert [(place, path) for place, path, _ in settings.input_paths()] == [(("decisions",), "kept.json")]


def test_a_recipe_need_only_name_the_pool():
    section = Curation(source="pggan")
    assert (section.clusters, section.rule, section.discard) == (200, "automatic", 0.25)
    assert section.features == NetworkFeatures()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rule": "decided"}, "'decisions', a file, where the rule is decided"),
        ({"discard": 1.0}, "less than 1"),
        ({"clusters": 0}, "greater than or equal to 1"),
        ({"rule": "random"}, "'automatic', 'decided' or 'none'"),
    ],
)
def test_what_cannot_be_curated_is_refused(values, message):
    with pytest.raises(ValidationError, match=message):
        Curation(source="pggan", **values)
