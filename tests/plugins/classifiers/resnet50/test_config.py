import pytest

from kgan import registry
from kgan.contracts.config import IMAGE_SIZE, Unfit
from kgan.files.inputs import input_paths
from kgan_plugins.classifiers.resnet50.config import ResNet50Config


@pytest.mark.parametrize(
    ("given", "message", "place"),
    [
        (
            {"weights": "imagenet", "width": 0.5},
            r"weights imagenet with width 0.5 and blocks [3, 4, 6, 3]; expected width 1 and blocks",
            ("weights",),
        ),
        ({"weights": "imagenet", "blocks": [3, 4, 23, 3]}, "width 1 and blocks [3, 4, 6, 3]", ("weights",)),
        ({"dropout": 1.0}, "expected 0 <= float < 1, received 1.0", ("dropout",)),
        ({"decay_every": 0}, "expected int >= 1, received 0", ("decay_every",)),
        ({"blocks": [3, 4, 6]}, "received [3, 4, 6]", ("blocks",)),
        ({"blocks": [3, 4, 0, 3]}, "at 2: expected a number of at least 1, received 0", ("blocks", 2)),
    ],
    ids=["narrow-imagenet", "deep-imagenet", "dropout", "decay", "blocks", "no-block"],
)
def test_impossible_parameters_are_refused(given, message, place):
    weights = {"weights": given.pop("weights")} if "weights" in given else {}
    (problem,) = registry.check_parameters("classifiers", "resnet50", given, **weights)
    assert message in problem.message
    assert problem.place == place


@pytest.mark.parametrize(
    ("shape", "given", "message", "place"),
    [
        ((4, 4, 1), {}, "4x4 px; expected at least 5 px a side", IMAGE_SIZE),
        ((32, 32, 4), {"preprocessing": "imagenet"}, "4 channels; expected 1 or 3", "preprocessing"),
        ((32, 32, 4), {"weights": "imagenet"}, "4 channels; expected 1 or 3", "weights"),
    ],
)
def test_images_that_do_not_fit_are_refused(shape, given, message, place):
    with pytest.raises(Unfit, match=message) as caught:
        ResNet50Config(**given).check(shape)
    assert caught.value.place == (place,)


def test_weights_are_an_input_file_unless_they_are_published():
    assert not list(input_paths(ResNet50Config(weights="imagenet")))
    ((place, path, _),) = input_paths(ResNet50Config(weights="mine.weights.h5"))
    assert (place, path) == (("weights",), "mine.weights.h5")
