import pytest
from fabricated.core_settings import classify_settings, source
from pydantic import ValidationError

from kgan.schema.base import Plugin
from kgan.steps.settings.classify import ClassifySettings

WEIGHTED = Plugin(plugin="resnet50", parameters={"weights": "imagenet"})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (source("real"), "all real"),
        (source("pool", 12_000, name="pggan"), "12,000 pggan"),
        (source("real", patients=8), "8 patients' real"),
        (source("real", patients=0.25), "25% of the patients' real"),
    ],
    ids=["all", "counted", "patients", "share"],
)
def test_a_source_says_how_many_images_of_what(settings, words):
    assert settings.describe() == words


@pytest.mark.parametrize(
    ("classifier", "start"), [(Plugin(plugin="resnet50"), ""), (WEIGHTED, " from imagenet")]
)
def test_says_what_is_trained_on_what_and_for_how_long(classifier, start):
    settings = classify_settings(source("real"), source("classic", 20), classifier=classifier)
    words = f"resnet50{start} on all real + 20 classic; 1 epochs of batches of 8 at most"
    assert settings.describe() == words


def test_the_real_images_are_one_of_the_sources():
    assert classify_settings(source("classic", 20), source("real", 7)).real == source("real", 7)
    assert classify_settings(source("pool", 20)).real is None


def test_plugins_and_json():
    settings = classify_settings(source("real", patients=0.5), classifier=WEIGHTED)
    assert list(settings.plugins()) == [("classifiers", WEIGHTED)]
    assert ClassifySettings.model_validate(settings.to_json()) == settings


def test_an_unknown_kind_of_source_is_refused():
    with pytest.raises(
        ValidationError, match="'real', 'classic', 'pool', 'further_real', 'noise' or 'permuted_labels'"
    ):
        source("drawn")
