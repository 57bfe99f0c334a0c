from dataclasses import replace

import numpy as np
import pytest

from kgan.contracts.reader import SliceRequest
from kgan.data.phantom.anatomy import SHAPE
from kgan.data.phantom.patient import Character, draw_phantom
from kgan.data.phantom.slices import Grid, sample, scan, segment
from kgan.data.scans.slices import cut
from kgan.errors import DataError

SMALL = SliceRequest(first=60, last=90, step=10, image_size=(60, 60))


@pytest.fixture(scope="module")
def phantom():
    return draw_phantom(Character(), 7)


@pytest.mark.parametrize(
    ("plane", "size", "shape"),
    [
        ("axial", (60, 60), (60, 60)),
        ("axial", None, (240, 240)),
        ("axial", (250, 256), (250, 256)),
        ("coronal", (31, 48), (31, 48)),
        ("sagittal", None, (155, 240)),
        ("sagittal", (64, 300), (64, 300)),
        ("axial", (1, 1), (1, 1)),
    ],
)
def test_shapes_and_ranges(phantom, plane, size, shape):
    request = SliceRequest(("t1c", "t2"), plane, first=80, last=90, step=5, image_size=size)
    result = sample(phantom, request, "someone")
    assert result.images.shape == (3, *shape, 2) and result.images.dtype == np.float32
    assert result.masks.shape == (3, *shape) and result.masks.dtype == np.uint8
    assert result.images.min() >= 0 and result.images.max() <= 1 + 1e-6
    assert result.indices.tolist() == [80, 85, 90]
    assert result.patient == "someone" and result.facts["phantom"] is True


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_areas_cover_the_whole_axis_and_agree_with_the_masks(phantom, plane):
    request = SliceRequest(plane=plane, first=60, last=140, step=20)
    result = sample(phantom, request, "x")
    assert result.tumor_area.shape == (SHAPE[("sagittal", "coronal", "axial").index(plane)],)
    np.testing.assert_array_equal(result.tumor_area[result.indices], (result.masks > 0).sum(axis=(1, 2)))
    assert result.tumor_area.max() > 0


def test_a_slice_does_not_depend_on_the_others_requested(phantom):
    several = sample(phantom, SMALL, "x")
    alone = sample(phantom, replace(SMALL, first=80, last=80), "x")
    np.testing.assert_array_equal(alone.images[0], several.images[2])
    np.testing.assert_array_equal(alone.masks[0], several.masks[2])


def test_a_sequence_does_not_depend_on_the_others_requested(phantom):
    both = sample(phantom, replace(SMALL, sequences=("flair", "t1c")), "x")
    np.testing.assert_array_equal(both.images[..., 1], sample(phantom, SMALL, "x").images[..., 0])


def test_small_images_are_averages_of_large_ones(phantom):
    small = sample(phantom, SMALL, "x").images
    large = sample(phantom, replace(SMALL, image_size=None), "x").images
    averaged = large.reshape(-1, 60, 4, 60, 4).mean(axis=(2, 4))
    assert np.corrcoef(small.ravel(), averaged.ravel())[0, 1] > 0.98
    assert np.abs(small[..., 0] - averaged).mean() < 0.02


def test_narrower_percentiles_raise_the_contrast(phantom):
    wide, narrow = (sample(phantom, replace(SMALL, percentiles=pair), "x") for pair in ((0, 100), (10, 90)))
    brain = wide.images > 0.1
    assert narrow.images[brain].std() > wide.images[brain].std()


def test_upright_and_radiological(phantom):
    """Coronal and sagittal images have the head at the top, axial ones the patient's left on the right."""
    axes = (np.arange(240.0), np.array([130.0]), np.arange(155.0))
    volume = scan(phantom, Grid("coronal", axes, (1.0, 1.0, 1.0)), ["t1c"])[0]
    expected = cut(volume, "coronal", (0,))[0] > 0
    result = sample(phantom, SliceRequest(plane="coronal", first=130, last=130), "x").images[0, ..., 0] > 0
    assert (expected != result).mean() < 0.01
    assert np.nonzero(result.any(axis=1))[0][0] < 30  # BRATS's brains end about 15 mm under the top


def test_noise_differs_between_slices_and_is_reproducible(phantom):
    axes = (np.arange(110.0, 130.0), np.arange(120.0, 140.0), np.array([80.0, 81.0]))
    grid = Grid("axial", axes, (1.0, 1.0, 1.0))
    image = scan(phantom, grid, ["t1"])
    np.testing.assert_array_equal(scan(phantom, grid, ["t1"]), image)
    first, second = np.moveaxis((image - scan(replace(phantom, seed=1), grid, ["t1"]))[0], -1, 0)
    assert first.std() > 0 and abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.25


def test_segment_of_an_empty_place_is_empty(phantom):
    corner = (np.arange(3.0), np.arange(3.0), np.arange(3.0))
    assert not segment(phantom, Grid("axial", corner, (1.0, 1.0, 1.0))).any()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sequences": ("t1ce",)}, "no sequence 't1ce'.*did you mean 't1c'"),
        ({"sequences": ()}, "no sequence requested"),
        ({"plane": "oblique"}, "unknown plane 'oblique'"),
        ({"last": 160}, "slices 60 to 160 requested.*0 to 154"),
        ({"first": -1}, "0 to 154"),
        ({"first": 100, "last": 90}, "slices 100 to 90"),
        ({"step": 0}, "step of at least 1"),
        ({"image_size": (0, 60)}, "at least 1 pixel"),
        ({"image_size": (60,)}, "height, width"),
        ({"percentiles": (99.0, 1.0)}, "0 <= low < high <= 100"),
        ({"percentiles": (0.0, 120.0)}, "percentiles 0 and 120"),
    ],
)
def test_requests_that_no_phantom_can_meet_are_refused(phantom, change, says):
    with pytest.raises(DataError, match=says):
        sample(phantom, replace(SMALL, **change), "x")
