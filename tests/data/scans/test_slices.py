import numpy as np
import pytest

from kgan.contracts.reader import SliceRequest
from kgan.data.scans.slices import (
    BORDERLINE,
    NON_TUMOR,
    TUMOR,
    centre,
    check_range,
    classify,
    cut,
    tumor_areas,
)
from kgan.errors import DataError

SHAPE = (5, 6, 7)


def marked(x, y, z):
    volume = np.zeros(SHAPE, np.float32)
    volume[x, y, z] = 1
    return volume


def test_axial_front_is_up_and_left_is_right():
    front_left = cut(marked(4, 0, 3), "axial", (2, 3))
    assert front_left.shape == (2, 6, 5)
    assert front_left[1, 0, 4] == 1
    assert not front_left[0].any()


def test_coronal_head_is_up_and_left_is_right():
    image = cut(marked(4, 2, 6), "coronal", (2,))
    assert image.shape == (1, 7, 5)
    assert image[0, 0, 4] == 1


def test_sagittal_head_is_up_and_front_is_left():
    image = cut(marked(1, 0, 6), "sagittal", (1,))
    assert image.shape == (1, 7, 6)
    assert image[0, 0, 0] == 1


@pytest.mark.parametrize(("plane", "pixel"), [("axial", 6), ("coronal", 10), ("sagittal", 15)])
def test_area_in_square_millimetres(plane, pixel):
    mask = np.zeros(SHAPE, np.uint8)
    mask[1, 2, 3] = 1
    areas = tumor_areas(mask, plane, (2.0, 3.0, 5.0))
    assert areas.dtype == np.float32
    assert areas.sum() == pixel
    assert areas[{"axial": 3, "coronal": 2, "sagittal": 1}[plane]] == pixel


def test_unknown_plane():
    with pytest.raises(DataError, match="unknown plane 'oblique'"):
        cut(np.zeros(SHAPE), "oblique", (0,))


def test_range_is_checked():
    check_range(SliceRequest(first=0, last=6), 7)
    with pytest.raises(DataError, match="slices 30 to 130 requested; the volume has axial slices 0 to 99"):
        check_range(SliceRequest(), 100)
    with pytest.raises(DataError):
        check_range(SliceRequest(first=-1, last=3), 7)
    with pytest.raises(DataError):
        check_range(SliceRequest(first=5, last=3), 7)


def test_classes_follow_the_rules():
    areas = np.zeros(20, np.float32)
    areas[8:12] = [10, 150, 100, 5]
    classes = classify(areas, np.arange(20), min_tumor_area=100, margin=2)
    assert classes.dtype == np.int64
    assert classes[[9, 10]].tolist() == [TUMOR, TUMOR]
    assert classes[[6, 7, 8, 11, 12, 13]].tolist() == [BORDERLINE] * 6
    assert set(classes[:6]) == set(classes[14:]) == {NON_TUMOR}


def test_margin_looks_beyond_the_slices_requested():
    areas = np.zeros(20, np.float32)
    areas[4] = 500
    assert classify(areas, np.array([6, 8]), 100, 2).tolist() == [BORDERLINE, NON_TUMOR]
    assert classify(areas, np.array([6, 5, 4]), 100, 0).tolist() == [NON_TUMOR, NON_TUMOR, TUMOR]


def test_no_area_needed_still_needs_a_voxel():
    areas = np.array([0, 1, 0], np.float32)
    assert classify(areas, np.arange(3), 0, 0).tolist() == [NON_TUMOR, TUMOR, NON_TUMOR]


def test_tumour_at_the_ends_does_not_wrap():
    areas = np.zeros(10, np.float32)
    areas[0] = 500
    assert classify(areas, np.arange(10), 100, 3).tolist() == [TUMOR] + [BORDERLINE] * 3 + [NON_TUMOR] * 6


def test_slices_outside_the_mask():
    with pytest.raises(DataError, match="slices 3 to 9 in a mask of 5 slices"):
        classify(np.zeros(5), np.array([3, 9]), 100, 2)


def test_centre_keeps_the_middle():
    images = np.arange(2 * 6 * 5).reshape(2, 6, 5, 1)
    np.testing.assert_array_equal(centre(images, (2, 3))[0, :, :, 0], [[11, 12, 13], [16, 17, 18]])
    assert centre(images, None) is images
    with pytest.raises(DataError, match="center_crop"):
        centre(images, (7, 3))
