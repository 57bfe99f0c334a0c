import numpy as np

from kgan.data.store.pixels import pixel_digests, to_model, to_store


def test_every_grey_level_survives_there_and_back():
    levels = np.arange(256, dtype=np.uint8)
    seen = to_model(levels)
    assert seen.dtype == np.float32 and seen.min() == -1 and seen.max() == 1
    np.testing.assert_array_equal(to_store(seen), levels)


def test_what_is_out_of_range_is_clipped():
    assert to_store(np.array([-1.7, 1.2])).tolist() == [0, 255]


def test_digests_are_equal_for_copies_alone():
    images = np.random.default_rng(0).integers(0, 256, (3, 20, 20, 1)).astype(np.uint8)
    images[2] = images[0]
    images[1] = images[0]
    images[1, 5, 5] ^= 1
    first, other, copy = pixel_digests(images)
    assert first == copy != other
    assert len(first) == 16


def test_nothing_is_reported_of_images_that_show_nothing():
    images = np.zeros((3, 20, 20, 1), np.uint8)
    images[1] = 255
    images[2, 5, :3] = 9
    assert pixel_digests(images) == [b"", b"", b""]
    images[2, 6, :3] = 9
    assert pixel_digests(images)[2]
