import numpy as np

from kgan.data.store.padding import pad_images, padding_offsets, random_flip


def test_place_puts_images_at_the_given_place():
    images = np.arange(1, 5, dtype=np.uint8).reshape(1, 2, 2, 1)
    whole = pad_images(np.repeat(images, 2, 0), (4, 4), np.array([[0, 0], [2, 1]]))
    assert whole[0, :2, :2, 0].tolist() == [[1, 2], [3, 4]] and whole[0].sum() == 10
    assert whole[1, 2:, 1:3, 0].tolist() == [[1, 2], [3, 4]] and whole[1].sum() == 10


def test_place_centres_by_default():
    whole = pad_images(np.full((1, 240, 240, 1), 7, np.uint8), (256, 256))
    assert np.argwhere(whole[0, ..., 0]).min() == 8 and np.argwhere(whole[0, ..., 0]).max() == 247


def test_offsets_cover_0_to_crop_and_follow_the_step():
    drawn = padding_offsets(2000, 15, 1, "canvas", 3)
    assert drawn.min() == 0 and drawn.max() == 15
    np.testing.assert_array_equal(drawn, padding_offsets(2000, 15, 1, "canvas", 3))
    assert (drawn != padding_offsets(2000, 15, 1, "canvas", 4)).any()


def test_flip_mirrors_about_half_of_the_images_left_to_right():
    images = np.arange(400 * 6, dtype=np.uint32).reshape(400, 2, 3, 1)
    flipped = random_flip(images, 1, "flip", 0)
    mirrored = (flipped == images[:, :, ::-1]).all((1, 2, 3))
    kept = (flipped == images).all((1, 2, 3))
    assert (mirrored ^ kept).all() and 150 < mirrored.sum() < 250
