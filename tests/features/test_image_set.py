import numpy as np
from fabricated.array_images import ArrayImages

from kgan.features import image_set as module
from kgan.features.image_set import ImageSubset, chunks


def numbered(count):
    return ArrayImages(
        np.arange(count, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    )


def test_chunks_read_each_image_once_and_in_order(monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", 3 * 6 * 8)
    parts = list(chunks(numbered(7)))
    assert [len(part) for _, part in parts] == [3, 3, 1]
    assert [here.start for here, _ in parts] == [0, 3, 6]
    assert np.concatenate([part for _, part in parts])[:, 0, 0, 0].tolist() == list(range(7))


def test_an_image_larger_than_a_chunk_is_read_alone(monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", 1)
    assert [len(part) for _, part in chunks(numbered(2))] == [1, 1]


def test_chosen_images_are_those_of_the_whole():
    chosen = ImageSubset(numbered(9), np.array([8, 2, 5]))
    assert len(chosen) == 3 and chosen.image_shape == (2, 3, 1)
    assert chosen.images(np.array([2, 0]))[:, 0, 0, 0].tolist() == [5, 8]
