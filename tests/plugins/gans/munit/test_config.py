import subprocess
import sys

import pytest

from kgan.errors import RecipeError
from kgan_plugins.gans.munit.config import channels_inside, check_munit, smallest_side

FIGURES = {"scales": 3, "vgg_weights": None}


@pytest.mark.parametrize(
    ("shape", "figures", "says"),
    [
        ((66, 64, 1), {}, "66x64 px; expected sides that are multiples of 4.*Take 64x64"),
        ((64, 131, 1), {"scales": 1}, "multiples of 4.*Take 64x132"),
        ((56, 56, 1), {}, r"56x56 px are too small for critics of 3 scale\(s\); expected at least 64 px"),
        ((64, 28, 1), {"scales": 2}, "at least 32 px a side.*1 needs 16 px, 2 need 32"),
        (
            (64, 64, 4),
            {"vgg_weights": "imagenet"},
            "for images of 1 or 3 channels; received 4",
        ),
        ((64, 64, 1), {"vgg_weights": "nowhere.h5"}, "vgg_weights: no file nowhere.h5; expected imagenet"),
    ],
    ids=["not-by-four", "nearest", "too-small", "too-narrow", "channels", "no-file"],
)
def test_what_cannot_be_is_refused_at_the_door(shape, figures, says):
    with pytest.raises(RecipeError, match=says) as caught:
        check_munit({**FIGURES, **figures}, shape, 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scales", [1, 2, 3])
def test_what_can_be_passes(scales):
    side = smallest_side(scales)
    check_munit({**FIGURES, "scales": scales}, (side, side + 4, 1), 1)
    assert side == {1: 16, 2: 32, 3: 64}[scales]


def test_a_model_that_is_only_to_refine_needs_no_file():
    check_munit({**FIGURES, "vgg_weights": "nowhere.h5"}, (64, 64, 1))


def test_a_file_that_is_there_passes(tmp_path):
    (tmp_path / "vgg.h5").touch()
    check_munit({**FIGURES, "vgg_weights": str(tmp_path / "vgg.h5")}, (64, 64, 3), 1)


def test_grey_images_are_seen_in_three_channels():
    assert [channels_inside(channels) for channels in (1, 3, 4)] == [3, 3, 4]


def test_the_door_needs_no_tensorflow():
    code = "import sys, kgan_plugins.gans.munit.config; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
