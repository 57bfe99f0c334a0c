import keras
import numpy as np
import pytest
from fabricated.steps import AnySettings

from kgan.features.weights import WeightsMissing
from kgan.pipeline.context import StepContext
from kgan.progress import Silent
from kgan.steps.features import network_features
from kgan.steps.settings.shared import FeatureSettings
from kgan.training import model_files

CLASSIFIER = {
    "kind": "classifiers",
    "plugin": "resnet50",
    "parameters": {"width": 0.1, "blocks": [1, 1, 1, 1]},
    "image_shape": [16, 16, 1],
}


class Log(Silent):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("classify")
    model_files.save(model_files.build(CLASSIFIER, seed=1), CLASSIFIER, made)
    return made


def context(folder):
    return StepContext("curate-pggan", AnySettings(), {"classify-1-real": folder}, folder, Log())


def choice(**features):
    return FeatureSettings(image_size=(32, 32), **features)


def test_a_classifier_may_be_requested(folder):
    chosen = network_features(context(folder), choice(classifier="classify-1-real"))
    assert (chosen.step, chosen.note) == ("classify-1-real", "")
    assert chosen.features.name == "the classifier trained on “1-real”"
    assert chosen.features(np.zeros((2, 20, 20, 1), np.uint8)).shape == (2, chosen.features.dimension)


def offline(monkeypatch):
    def fail(**options):
        raise Exception("no network")

    monkeypatch.setattr(keras.applications, "DenseNet169", fail)


def test_the_classifier_stands_in_for_weights_that_cannot_be_had(folder, monkeypatch):
    offline(monkeypatch)
    step = context(folder)
    chosen = network_features(
        step, choice(network="densenet169", classifier="classify-1-real", setup="1 real")
    )
    assert chosen.step == "classify-1-real"
    assert chosen.features.name == "the classifier trained on “1 real”"
    assert "could not load the ImageNet weights (no network); images are compared by the" in chosen.note
    assert step.progress.lines == [f"curate-pggan: {chosen.note}"]


def test_without_a_classifier_missing_weights_are_an_error(folder, monkeypatch):
    offline(monkeypatch)
    with pytest.raises(WeightsMissing, match="Put the file densenet169_weights"):
        network_features(context(folder), choice(network="densenet169"))
