import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.errors import DataError
from kgan.features.extraction import check_varied, extract_features
from kgan.features.fixed import PixelFeatures


class Broken:
    name = "broken"
    dimension = 2

    def __call__(self, images):
        return np.where(images[:, :1, 0, 0] == 70, np.nan, 1.0) * np.ones((1, 2))


def numbered(count):
    return ArrayImages(
        np.arange(count, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 1), np.uint8)
    )


def test_features_of_a_set_are_those_of_its_images():
    images, features = numbered(150), PixelFeatures((4, 4))
    np.testing.assert_array_equal(extract_features(images, features), features(images.array))


def test_an_image_without_features_is_named():
    with pytest.raises(DataError, match="broken of the pool: features of image 70 are not finite"):
        extract_features(numbered(100), Broken(), "the pool")


def test_features_of_another_length_are_refused():
    features = PixelFeatures((4, 4))
    features.dimension = 3
    with pytest.raises(DataError, match=r"\(5, 16\) for 5 images; expected \(5, 3\)"):
        extract_features(numbered(5), features)


def test_a_set_of_equal_images_is_refused():
    with pytest.raises(DataError, match="all 3 images of x are the same"):
        check_varied(np.ones((3, 2)), "x")
    check_varied(np.eye(2), "x")
