import pytest

from kgan import registry
from kgan.contracts.config import IMAGE_SIZE, Unfit
from kgan.files.inputs import input_paths
from kgan_plugins.gans.munit.config import MUNITConfig, channels_inside, smallest_side


@pytest.mark.parametrize(
    ("shape", "given", "message", "place"),
    [
        ((66, 64, 1), {}, "66x64 px; expected sides that are multiples of 4.*Take 64x64", IMAGE_SIZE),
        ((64, 131, 1), {"scales": 1}, "multiples of 4.*Take 64x132", IMAGE_SIZE),
        (
            (56, 56, 1),
            {},
            r"56x56 px are too small for critics of 3 scale\(s\); expected at least 64 px",
            IMAGE_SIZE,
        ),
        ((64, 28, 1), {"scales": 2}, "at least 32 px a side.*1 needs 16 px, 2 need 32", IMAGE_SIZE),
        (
            (64, 64, 4),
            {"vgg_weights": "imagenet"},
            "for images of 1 or 3 channels; received 4",
            "vgg_weights",
        ),
    ],
    ids=["not-by-four", "nearest", "too-small", "too-narrow", "channels"],
)
def test_images_that_do_not_fit_are_refused(shape, given, message, place):
    with pytest.raises(Unfit, match=message) as caught:
        MUNITConfig(**given).check(shape, 1)
    assert "\n" not in str(caught.value) and caught.value.place == (place,)


@pytest.mark.parametrize("scales", [1, 2, 3])
def test_the_smallest_side_passes(scales):
    side = smallest_side(scales)
    MUNITConfig(scales=scales).check((side, side + 4, 1), 1)
    assert side == {1: 16, 2: 32, 3: 64}[scales]


@pytest.mark.parametrize(
    ("weights", "paths"), [(None, []), ("imagenet", []), ("vgg.h5", [(("vgg_weights",), "vgg.h5")])]
)
def test_weights_are_an_input_file_unless_they_are_published(weights, paths):
    config = MUNITConfig(vgg_weights=weights)
    assert [(place, path) for place, path, _ in input_paths(config)] == paths
    assert config.is_perceptual == (weights is not None)


def test_grey_images_are_seen_in_three_channels():
    assert [channels_inside(channels) for channels in (1, 3, 4)] == [3, 3, 4]


@pytest.mark.parametrize(("style", "is_right"), [("none", True), (8, True), (0, False), ("some", False)])
def test_styles(style, is_right):
    problems = registry.check_parameters("gans", "munit", {"style": style})
    assert (not problems) == is_right
    assert all("expected 'none' or int >= 1" in problem.message for problem in problems)
