import numpy as np
import pytest

from kgan.data.phantom.anatomy import SHAPE, draw_anatomy
from kgan.data.phantom.contrast import SEQUENCES, draw_contrast, vessels


@pytest.fixture(scope="module")
def tissue():
    return draw_anatomy(np.random.default_rng(2)).tissue(tuple(np.arange(0, size, 4.0) for size in SHAPE))


@pytest.fixture(scope="module")
def brightness(tissue):
    """Mean brightness of fluid, grey and white matter, away from vessels, by sequence."""
    nothing = (np.zeros_like(tissue.t1),) * 4
    calm = (vessels(tissue) < 0.05) & (tissue.depth > 0.8)
    regions = [calm & (tissue.t1 < 0.35), calm & (abs(tissue.t1 - 0.66) < 0.04), calm & (tissue.t1 > 0.84)]
    result = {}
    for number, sequence in enumerate(SEQUENCES):
        image = draw_contrast(np.random.default_rng(number), sequence, False).of(tissue, nothing)
        result[sequence] = [float(image[region].mean()) for region in regions]
    return result


@pytest.mark.parametrize("sequence", ["t1", "t1c"])
def test_t1_fluid_is_dark_and_white_matter_bright(brightness, sequence):
    fluid, grey, white = brightness[sequence]
    assert fluid < grey < white


def test_t2_is_the_other_way_round(brightness):
    fluid, grey, white = brightness["t2"]
    assert fluid > grey > white


def test_flair_suppresses_fluid(brightness):
    fluid, grey, white = brightness["flair"]
    assert fluid < white < grey


@pytest.mark.parametrize(
    ("sequence", "faint", "brighter"),
    [("t1c", False, True), ("t1c", True, False), ("flair", False, True), ("t1", False, False)],
)
def test_the_rim_enhances_in_t1c_unless_faint(tissue, sequence, faint, brighter):
    contrast = draw_contrast(np.random.default_rng(0), sequence, faint)
    nothing, all_rim = np.zeros_like(tissue.t1), np.ones_like(tissue.t1)
    rim = contrast.of(tissue, (nothing, all_rim, nothing, nothing)).mean()
    assert (rim > 1.2) == brighter


def test_vessels_are_few(tissue):
    weight = vessels(tissue)
    assert weight.min() >= 0 and weight.max() <= 1
    assert 0.001 < (weight > 0.5).mean() < 0.05
