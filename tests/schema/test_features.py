import pytest
from pydantic import TypeAdapter, ValidationError

from kgan.schema.features import Features, NetworkFeatures

FEATURES = TypeAdapter(Features)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("pixels", "pixels"),
        ("random", "random"),
        ("resnet50", NetworkFeatures(network="resnet50")),
        ({"weights": "net.h5"}, NetworkFeatures(network="densenet169", weights="net.h5")),
        ({"network": None, "classifier": "1 real"}, NetworkFeatures(network=None, classifier="1 real")),
    ],
)
def test_features_have_a_short_and_a_long_form(value, expected):
    assert FEATURES.validate_python(value) == expected


def test_a_networks_name_stands_for_its_imagenet_weights_at_their_size():
    features = FEATURES.validate_python("densenet169")
    assert (features.weights, features.image_size, features.classifier) == ("imagenet", (224, 224), None)


@pytest.mark.parametrize("value", ["vgg16", 3, None, ["pixels"]])
def test_others_are_refused_with_what_there_is(value):
    with pytest.raises(ValidationError, match="pixels, random, densenet169, resnet50, or a mapping"):
        FEATURES.validate_python(value)


def test_neither_a_network_nor_a_classifier_is_refused():
    with pytest.raises(ValidationError, match="a network, or a classifier .*, or both"):
        NetworkFeatures(network=None)
