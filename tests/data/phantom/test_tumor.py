from dataclasses import replace

import numpy as np
import pytest

from kgan.data.phantom.anatomy import SHAPE, draw_anatomy, locate
from kgan.data.phantom.template import template
from kgan.data.phantom.tumor import ENHANCING, NECROSIS, OEDEMA, TumorParameters, area, grow

VOXELS = tuple(np.arange(size, dtype=float) for size in SHAPE)


@pytest.fixture(scope="module")
def anatomy():
    return draw_anatomy(np.random.default_rng(1))


@pytest.fixture(scope="module")
def parameters(anatomy):
    return TumorParameters(
        locate(anatomy, template().white[26000]), radius=14.0, swelling=8.0, kind="ring", faint=False
    )


def _labels(tumor):
    labels = np.zeros(SHAPE, np.uint8)
    box = tumor.box(VOXELS)
    labels[box] = tumor.labels(tuple(axis[part] for axis, part in zip(VOXELS, box, strict=True)))
    return labels


def _grow(anatomy, parameters, seed=0):
    return grow(np.random.default_rng(seed), anatomy, parameters)


def test_a_ring_has_all_three_regions_from_the_inside_out(anatomy, parameters):
    tumor = _grow(anatomy, parameters)
    labels = _labels(tumor)
    distance = {
        label: np.linalg.norm(np.argwhere(labels == label) - parameters.centre, axis=1).mean()
        for label in (NECROSIS, ENHANCING, OEDEMA)
    }
    assert distance[NECROSIS] < distance[ENHANCING] < distance[OEDEMA]
    assert set(np.unique(labels)) == {0, NECROSIS, OEDEMA, ENHANCING}


@pytest.mark.parametrize("kind", ["ring", "solid", "patchy"])
@pytest.mark.parametrize("radius", [4.0, 12.0, 30.0])
def test_cores_have_about_the_size_requested(anatomy, parameters, kind, radius):
    labels = _labels(_grow(anatomy, replace(parameters, kind=kind, radius=radius)))
    core = np.isin(labels, (NECROSIS, ENHANCING)).sum()
    assert 0.3 < core / (4 / 3 * np.pi * radius**3) < 2.2
    assert (labels == ENHANCING).any()


def test_no_swelling_no_oedema(anatomy, parameters):
    assert not (_labels(_grow(anatomy, replace(parameters, swelling=0.0))) == OEDEMA).any()


def test_more_swelling_more_oedema(anatomy, parameters):
    less, more = (
        (_labels(_grow(anatomy, replace(parameters, swelling=mm))) == OEDEMA).sum() for mm in (4, 14)
    )
    assert more > 2 * less


def test_oedema_prefers_white_matter_and_tumours_stay_in_the_brain(anatomy, parameters):
    tumor = _grow(anatomy, replace(parameters, swelling=14.0))
    box = tumor.box(VOXELS)
    axes = tuple(axis[part] for axis, part in zip(VOXELS, box, strict=True))
    labels, tissue = tumor.labels(axes), anatomy.tissue(axes)
    assert (
        labels[~tissue.spread(np.ones(len(tissue.t1)), labels.shape).astype(bool)] > 0
    ).sum() < 0.01 * labels.size
    brightness = tissue.spread(tissue.t1, labels.shape)
    near = (labels == 0) & (brightness > 0)
    assert brightness[labels == OEDEMA].mean() > brightness[near].mean()


def test_areas_count_the_mask_along_every_axis(anatomy, parameters):
    tumor = _grow(anatomy, parameters)
    mask = _labels(tumor) > 0
    for axis, line in enumerate(area(tumor)):
        across = tuple(other for other in range(3) if other != axis)
        np.testing.assert_array_equal(line, mask.sum(axis=across))
        assert line.dtype == np.float32


def test_a_tumour_beyond_the_scan_is_cut_not_an_error(anatomy, parameters):
    tumor = _grow(anatomy, replace(parameters, centre=np.array([0.0, 0.0, 0.0])))
    assert all(len(line) == size for line, size in zip(area(tumor), SHAPE, strict=True))
