import pytest

from kgan.errors import DataError
from kgan.features.factory import make_features


def test_those_without_a_network():
    assert make_features("pixels", 2).dimension == 2 * 32 * 32
    assert make_features("pixels", 1, image_size=(8, 4)).name == "pixels at 8x4"
    assert make_features("random", 3).dimension == 992


@pytest.mark.parametrize("name", ["pixel", "inception", "classifier:"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(DataError, match="expected one of pixels, random, densenet169, resnet50"):
        make_features(name, 1)


def test_a_folder_must_have_one_classifier(tmp_path):
    with pytest.raises(DataError, match="no trained classifier here"):
        make_features(f"classifier:{tmp_path}", 1)
    for setup in "ab":
        place = tmp_path / "steps" / f"classify-{setup}" / "0"
        place.mkdir(parents=True)
        (place / "config.json").write_text("{}")
    with pytest.raises(DataError, match="2 trained classifiers here; expected one: name .*classify-a"):
        make_features(f"classifier:{tmp_path}", 1)
