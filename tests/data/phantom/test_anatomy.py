import numpy as np
import pytest

from kgan.data.phantom.anatomy import SHAPE, apply_mass_effect, draw_anatomy, locate
from kgan.data.phantom.template import template

COARSE = tuple(np.arange(0, size, 5.0) for size in SHAPE)


def _draw(seed, **options):
    return draw_anatomy(np.random.default_rng(seed), **options)


@pytest.fixture(scope="module")
def anatomy():
    return _draw(3)


def test_brains_have_human_sizes_and_differ():
    litres = [_draw(seed).tissue(COARSE).inside.sum() * 125 / 1e6 for seed in range(6)]
    assert 0.9 < min(litres) < max(litres) < 2.0
    assert np.std(litres) > 0.03


def test_brain_lies_within_the_scan(anatomy):
    (left, right), (front, back), (bottom, top) = anatomy.bounds
    assert 0 < left < right < 239 and 0 < front < back < 239 and bottom > -12 and top < 165


def test_a_part_of_a_grid_shows_the_same_as_the_whole(anatomy):
    whole = tuple(np.arange(60.0, 120.0, 3.0) for _ in range(3))
    part = (whole[0][2:9], whole[1][5:], whole[2][::2])
    shape = [len(axis) for axis in whole]
    every, some = anatomy.tissue(whole), anatomy.tissue(part)
    expected = every.spread(every.t1, shape)[2:9, 5:, ::2]
    np.testing.assert_allclose(some.spread(some.t1, expected.shape), expected, atol=1e-5)


def test_cropping_loses_no_brain(anatomy):
    everywhere = np.array([[-1.0, size] for size in SHAPE])
    cropped = anatomy.tissue(COARSE)
    anatomy.__dict__["bounds"], kept = everywhere, anatomy.bounds
    try:
        assert anatomy.tissue(COARSE).inside.sum() == cropped.inside.sum()
    finally:
        anatomy.__dict__["bounds"] = kept


def test_locate_inverts_the_warp(anatomy):
    for place in template().white[::9000]:
        result = locate(anatomy, place)
        back = anatomy.warp.at(tuple(np.array([part]) for part in result))[:, 0, 0, 0]
        assert np.abs(back - place).max() < 0.5


def test_a_mass_pushes_outwards_and_only_nearby(anatomy):
    centre = locate(anatomy, template().white[20000])
    pushed = apply_mass_effect(anatomy, centre, 15.0, 0.4)
    beside = tuple(np.array([part]) for part in centre + [12.0, 0, 0])
    before, after = (item.warp.at(beside)[0, 0, 0, 0] for item in (anatomy, pushed))
    assert 1.5 < before - after < 8
    np.testing.assert_allclose(
        pushed.warp.at(COARSE)[:, ::47, ::47], anatomy.warp.at(COARSE)[:, ::47, ::47], atol=0.1
    )
    np.testing.assert_array_equal(
        apply_mass_effect(anatomy, centre, 15.0, 0.0).warp.values, anatomy.warp.values
    )


def test_faulty_stripping_removes_a_piece():
    whole, bitten = (_draw(5, faulty_stripping=faulty).tissue(COARSE).inside for faulty in (False, True))
    lost = whole & ~bitten
    assert not (bitten & ~whole).any()
    assert 4_000 < lost.sum() * 125 < 300_000
