import cv2
import numpy as np

from kgan.data.resize import interpolate, resize, resize_intensities, resize_labels


def test_resize_averages_areas_down_and_interpolates_up():
    image = np.array([[0, 100], [50, 250]], np.uint8)[None, :, :, None]
    assert resize(image, (1, 1)).tolist() == [[[[100]]]]
    assert resize(image, (2, 2)) is image
    assert resize(image, (1, 4)).shape == (1, 1, 4, 1)
    # Column centres of the enlarged row lie at -0.25, 0.25, 0.75, 1.25 of the first.
    assert resize(image, (2, 4))[0, 0, :, 0].tolist() == [0, 25, 75, 100]


def test_intensities_and_labels():
    images = np.random.default_rng(0).random((2, 8, 6)).astype(np.float32)
    assert resize_intensities(images, None) is images
    assert resize_intensities(images, (8, 6)) is images
    halved = resize_intensities(images, (4, 3))
    assert np.allclose(halved, images.reshape(2, 4, 2, 3, 2).mean((2, 4)), atol=1e-6)
    assert resize_intensities(images, (16, 12)).shape == (2, 16, 12)
    masks = (images > 0.5).astype(np.uint8) * 4
    assert set(np.unique(resize_labels(masks, (13, 5)))) <= {0, 4}
    assert resize_labels(masks, (13, 5)).shape == (2, 13, 5)
    assert resize_labels(masks, None) is masks


def test_a_mirrored_view_is_resized_as_its_copy():
    images = np.random.default_rng(0).integers(0, 256, (2, 9, 7, 3), dtype=np.uint8)[:, :, ::-1]
    assert np.array_equal(interpolate(images, (4, 20), cv2.INTER_LINEAR), resize(images.copy(), (4, 20)))
