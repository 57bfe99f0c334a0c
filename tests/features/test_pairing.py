import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.errors import DataError
from kgan.features.pairing import check_ranges, pair_sets


def images(count, size=(4, 4), channels=1, value=100):
    draw = np.random.default_rng(count)
    return ArrayImages(draw.integers(value, value + 50, (count, *size, channels)).astype(np.uint8))


def names(count):
    return np.char.mod("p%d", np.arange(count))


def test_as_many_of_each_with_their_patients():
    real, synthetic = images(30), images(20)
    pair = pair_sets(real, names(30), synthetic, images=12)
    assert len(pair.real) == len(pair.synthetic) == len(pair.patients) == 12
    places = [int(name[1:]) for name in pair.patients]
    np.testing.assert_array_equal(pair.real.images(np.arange(12)), real.array[places])
    np.testing.assert_array_equal(pair.synthetic.images(np.arange(12)), synthetic.array[pair.owners])
    assert pair.notes == ("12 of 30 real and of 20 synthetic images, chosen at random",)


def test_the_smaller_size_is_taken_and_reported():
    pair = pair_sets(images(5, (8, 4)), names(5), images(5, (6, 6)))
    assert pair.real.image_shape == pair.synthetic.image_shape == (6, 4, 1)
    assert pair.notes == ("real and synthetic images are 8x4 and 6x6 px; both were brought to 6x4",)
    assert pair_sets(images(5), names(5), images(5), image_size=(2, 2)).real.image_shape == (2, 2, 1)


def test_both_are_resized_alike():
    pair = pair_sets(images(5), names(5), images(5), image_size=(3, 3))
    everything = np.arange(5)
    np.testing.assert_array_equal(pair.real.images(everything), pair.synthetic.images(everything))


def test_whose_synthetic_images_are():
    pair = pair_sets(images(5), names(5), images(9), names(9), images=4)
    assert set(pair.owners) <= set(names(9)) and len(pair.owners) == 4


@pytest.mark.parametrize(
    ("synthetic", "says"),
    [
        (images(5, channels=3), "1 channels and synthetic ones 3"),
        (images(0), "the synthetic set holds no image"),
    ],
    ids=["channels", "empty"],
)
def test_sets_that_cannot_be_compared(synthetic, says):
    with pytest.raises(DataError, match=says):
        pair_sets(images(5), names(5), synthetic)


def test_images_of_0_to_1_are_refused():
    dark = ArrayImages(np.ones((5, 4, 4, 1), np.uint8))
    with pytest.raises(DataError, match="no pixel of the synthetic images is above 1"):
        check_ranges(images(5), dark)
    with pytest.raises(DataError, match="no pixel of the real images is above 1"):
        check_ranges(dark, images(5))
    check_ranges(dark, dark)
