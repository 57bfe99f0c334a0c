"""Weights that cannot be had are known before anything is trained."""

import keras
import pytest
from fabricated.core_settings import classify_settings, refiner_settings, source
from fabricated.preparation import preparation

from kgan.schema.base import Plugin
from kgan.steps.checks.cohort_limits import Outcome
from kgan.steps.checks.pretrained_weights import missing_features, missing_weights
from kgan.steps.classification import classifier_limits
from kgan.steps.settings.shared import FeatureSettings
from kgan.steps.training import train_refiner

DENSENET = FeatureSettings(image_size=(32, 32), network="densenet169", weights="imagenet")
MUNIT = Plugin(plugin="munit", parameters={"width": 0.1, "blocks": 1, "vgg_weights": "imagenet"})


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """Keras has no weights in its cache and no network to fetch them from."""

    def fetch(*arguments, **options):
        raise Exception("URL fetch failure: no network")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras.utils, "get_file", fetch)
    for application in (
        keras.src.applications.resnet,
        keras.src.applications.densenet,
        keras.src.applications.vgg16,
    ):
        monkeypatch.setattr(application.file_utils, "get_file", fetch)


def resnet(weights):
    return Plugin(plugin="resnet50", parameters={"weights": weights})


def test_a_model_without_weights_misses_none(offline):
    assert missing_weights("classifiers", resnet(None), (32, 32, 1)) == ""


def test_published_weights_that_cannot_be_fetched_are_refused(tmp_path, offline):
    folder = preparation(tmp_path / "p")
    settings = classify_settings(source("real"), classifier=resnet("imagenet"), image_size=(32, 32))
    (limit,) = classifier_limits.limits("it", settings, folder)
    assert limit.outcome is Outcome.REFUSED
    assert "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5" in limit.text
    (limit,) = train_refiner.limits("it", refiner_settings(gan=MUNIT, image_size=(64, 64)), folder)
    assert limit.outcome is Outcome.REFUSED and "VGG16" in limit.text


def test_a_network_of_features_that_cannot_be_fetched_is_named(offline, monkeypatch):
    # Keras builds all 169 layers before it asks for their weights.
    monkeypatch.setattr(keras.applications, "DenseNet169", lambda **options: keras.utils.get_file("weights"))
    assert "densenet169" in missing_features(DENSENET)


def test_where_a_classifier_stands_in_no_network_is_missing(offline):
    assert missing_features(DENSENET.model_copy(update={"classifier": "classify-real"})) == ""
    assert missing_features("random") == missing_features(None) == ""


def test_a_file_of_weights_that_does_not_fit_is_refused(tmp_path):
    (tmp_path / "weights.h5").write_bytes(b"no weights")
    text = missing_weights("classifiers", resnet(str(tmp_path / "weights.h5")), (32, 32, 1))
    assert "cannot be read as a Keras weights file" in text
