import pytest
from fabricated.small_run import prepare_settings
from pydantic import ValidationError

from kgan.schema.base import Plugin
from kgan.schema.data import Split
from kgan.steps.settings.prepare import PrepareSettings


def settings(request=None, **changes):
    small = prepare_settings(("t1c", "flair"))
    wanted = small.request.model_copy(update=request or {})
    return PrepareSettings(**{**dict(small), "request": wanted, **changes})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (settings(), "read t1c, flair by phantom; axial slices 0 to 9; split 9/2/7"),
        (
            settings({"step": 3, "image_size": (240, 256), "plane": "coronal"}),
            "read t1c, flair by phantom; coronal slices 0 to 9, one in 3 at 240x256; split 9/2/7",
        ),
        (
            settings({"image_size": (240, 240), "center_crop": (192, 160)}),
            "read t1c, flair by phantom; axial slices 0 to 9 at 192x160; split 9/2/7",
        ),
        (
            settings(number=2, split=Split(train=0.7, validation=0.1, test=0.2)),
            "read t1c, flair by phantom; axial slices 0 to 9; split 0.7/0.1/0.2, draw 3",
        ),
    ],
    ids=["scan", "resized", "cropped", "later"],
)
def test_says_what_is_read_and_how_it_is_split(given, words):
    assert given.describe() == words
    assert PrepareSettings.model_validate(given.to_json()) == given


def test_the_reader_is_its_plugin_and_the_exclusions_its_file():
    given = settings(exclude="lists/exclude.csv")
    assert list(given.plugins()) == [("readers", Plugin(plugin="phantom"))]
    paths = [(place, path, mark.folder) for place, path, mark in given.input_paths()]
    assert paths == [(("exclude",), "lists/exclude.csv", False)]


def test_a_split_before_the_first_is_refused():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        settings(number=-1)
