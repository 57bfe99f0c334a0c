import pytest
from pydantic import ValidationError

from kgan.files.inputs import input_paths
from kgan.schema.data import ViewSettings
from kgan.steps.settings.shared import FeatureSettings, ViewedPool, classifier_behind, size_text


@pytest.mark.parametrize(
    ("features", "steps"),
    [
        (None, []),
        ("pixels", []),
        (FeatureSettings(image_size=(8, 8), network="resnet50", weights="imagenet"), []),
        (FeatureSettings(image_size=(8, 8), classifier="classify-real"), ["classify-real"]),
    ],
    ids=["none", "fixed", "published", "trained"],
)
def test_only_features_of_a_classifier_wait_for_its_step(features, steps):
    assert classifier_behind(features) == steps


def test_weights_are_a_file_unless_they_are_the_published_ones():
    def paths(weights):
        features = FeatureSettings(image_size=(8, 8), network="resnet50", weights=weights)
        return [path for _, path, _ in input_paths(features)]

    assert (paths("imagenet"), paths("weights.h5"), paths(None)) == ([], ["weights.h5"], [])


def test_an_unknown_network_is_refused():
    with pytest.raises(ValidationError, match="'densenet169' or 'resnet50'"):
        FeatureSettings(image_size=(8, 8), network="vgg16")


def test_a_size_is_height_before_width():
    assert size_text((240, 256)) == "240x256"


def test_a_pools_view_may_be_written_with_one_number_for_both_sides():
    pool = ViewedPool(name="pggan", step="generate-pggan", view=ViewSettings(), canvas=64)
    assert (pool.canvas, pool.crop) == ((64, 64), 0)
