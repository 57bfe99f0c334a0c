import importlib.util

import numpy as np
import pytest

from kgan.data.phantom import template as phantom_template
from kgan.data.phantom.template import template
from kgan.errors import DataError


def test_maps_share_a_grid_with_air_around_the_brain():
    maps = template()
    assert maps.t1.shape == maps.inside.shape and maps.t1.dtype == maps.inside.dtype == np.uint8
    for axis in range(3):
        assert maps.inside.take([0, -1], axis).max() < 128
    assert 1.6e6 < (maps.inside > 128).sum() < 2.1e6


def test_front_is_first_and_head_is_last():
    """LPS: the cerebellum lies at the back and below."""
    inside = template().inside > 128
    low = inside[:, :, 20:30].any(axis=(0, 2))
    assert np.nonzero(low)[0].mean() > template().centre[1]


def test_tumours_start_in_bright_white_matter_of_both_sides():
    maps = template()
    x, y, z = maps.white.astype(int).T
    assert np.median(maps.t1[x, y, z]) > 200
    assert (maps.inside[x, y, z] > 128).mean() > 0.999
    assert 0.4 < (x < maps.centre[0]).mean() < 0.6


@pytest.fixture
def afresh():
    template.cache_clear()
    yield
    template.cache_clear()


def test_without_nilearn_it_says_so(afresh, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install nilearn"):
        template()


@pytest.mark.parametrize(
    "content", [None, b"not gzip", b"\x1f\x8b\x08\x00"], ids=["absent", "other", "cut short"]
)
def test_unreadable_map_is_named(afresh, monkeypatch, tmp_path, content):
    data = tmp_path / "datasets" / "data"
    data.mkdir(parents=True)
    if content is not None:
        (data / phantom_template._FILE.format("t1")).write_bytes(content)
    spec = importlib.util.spec_from_file_location("nilearn", tmp_path / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(DataError, match="mni_icbm152_t1.*is not readable"):
        template()
