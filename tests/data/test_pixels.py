import numpy as np

from kgan.data.pixels import to_model, to_store


def test_every_grey_level_survives_there_and_back():
    levels = np.arange(256, dtype=np.uint8)
    seen = to_model(levels)
    assert seen.dtype == np.float32 and seen.min() == -1 and seen.max() == 1
    np.testing.assert_array_equal(to_store(seen), levels)


def test_what_is_out_of_range_is_clipped():
    assert to_store(np.array([-1.7, 1.2])).tolist() == [0, 255]
