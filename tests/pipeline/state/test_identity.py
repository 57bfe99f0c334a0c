"""What makes a step another one: content, settings and code, but not where files lie."""

import shutil

import pytest

from kgan.analyses.curation.settings import CurationSettings
from kgan.analyses.fidelity.settings import DistanceSettings, FidelitySettings
from kgan.pipeline.state.identity import identities
from kgan.pipeline.step import Step
from kgan.schema.base import Plugin
from kgan.schema.data import Labels, Split
from kgan.schema.training import ClassifierTrain
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings
from kgan.steps.settings.shared import FeatureSettings, ViewSettings


def classify(weights):
    return ClassifySettings(
        seed=1,
        sources=(),
        classic=None,
        classifier=Plugin(plugin="resnet50", parameters={"weights": str(weights)}),
        image_size=(32, 32),
        center_crop=False,
        classes=("a", "b"),
        train=ClassifierTrain(batch_size=2, epochs=1, patience=1),
    )


def curate(decisions):
    return CurationSettings(
        seed=1,
        view=ViewSettings(),
        canvas=(32, 32),
        clusters=2,
        rule="decided",
        discard=0.2,
        decisions=str(decisions),
        source="generate-a",
        features=FeatureSettings(image_size=(32, 32), network="resnet50", weights="imagenet"),
        classes=("a", "b"),
        need=(1, 1),
    )


def measure(weights):
    features = FeatureSettings(image_size=(32, 32), network="densenet169", weights=str(weights))
    distances = DistanceSettings(features=features, neighbours=2, images=5, draws=20)
    return FidelitySettings(seed=1, pools=(), components=2, images=5, published=None, distances=distances)


def prepare(exclude):
    return PrepareSettings(
        seed=1,
        reader=Plugin(plugin="phantom", parameters={}),
        request=RequestSettings(
            first=0, last=9, sequences=("t1c",), plane="axial", image_size=(32, 32), center_crop=None
        ),
        labels=Labels(),
        exclude=str(exclude),
        split=Split(train=1, validation=1, test=1),
        min_patients=None,
    )


def identity(settings):
    return identities([Step("x", settings)])["x"]["id"]


@pytest.mark.parametrize("make", [classify, curate, measure, prepare])
def test_the_content_of_a_file_counts_and_its_place_does_not(make, tmp_path):
    file = tmp_path / "input"
    file.write_bytes(b"one")
    before = identity(make(file))
    assert identity(make(file)) == before
    moved = shutil.copy(file, tmp_path / "elsewhere")
    assert identity(make(moved)) == before
    file.write_bytes(b"two")
    assert identity(make(file)) != before


def test_an_identity_tells_what_it_is_made_of(tmp_path):
    file = tmp_path / "input"
    file.write_bytes(b"one")
    made_of = identities([Step("x", classify(file))])["x"]
    assert list(made_of["files"]) == ["classifier.parameters.weights"]
    assert str(tmp_path) not in str(made_of)
    assert list(made_of["plugins"]) == ["classifiers/resnet50"]
