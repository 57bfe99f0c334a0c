import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.errors import DataError
from kgan.features import nearest_images as module
from kgan.features.nearest_images import compared_size, nearest_images


def noise(count, size=6, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 2)).astype(np.uint8)


@pytest.mark.parametrize("chunk", [3, 100])
def test_by_a_double_loop(chunk, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", chunk)
    images, among = noise(7, seed=1), noise(20)
    truth = [np.square(among.astype(float) - image).sum(axis=(1, 2, 3)).argmin() for image in images]
    assert nearest_images(images, ArrayImages(among)).tolist() == truth


def test_a_copy_finds_its_original_at_any_size():
    among = noise(9, size=90)
    changed = np.clip(among.astype(int) + 3, 0, 255).astype(np.uint8)
    assert nearest_images(changed[[4, 2]], ArrayImages(among)).tolist() == [4, 2]
    assert compared_size((90, 20, 2)) == (64, 20)


def test_nothing_to_look_among():
    with pytest.raises(DataError, match="compared with 0 of"):
        nearest_images(noise(1), ArrayImages(noise(0)))
    with pytest.raises(DataError, match="expected some of the same shape"):
        nearest_images(noise(1), ArrayImages(noise(3, size=5)))
