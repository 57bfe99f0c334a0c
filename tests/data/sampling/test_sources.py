import tracemalloc

import numpy as np
import pytest

from kgan.data.resize import resize
from kgan.data.sampling import augmentation
from kgan.data.sampling.augmentation import ClassicTransform
from kgan.data.sampling.sources import ClassicSource, MixedSource, PoolSource, RealSource
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError

CLASSES = ("non_tumor", "tumor")
STILL = ClassicTransform(False, False, rotation=0, shift=0, shear=0, zoom=0)


def write(path, labels, size=(4, 4), classes=CLASSES):
    """A store whose image i is all i (modulo 256)."""
    labels = np.asarray(labels)
    values = np.arange(len(labels)).astype(np.uint8)
    images = np.broadcast_to(values[:, None, None, None], (len(labels), *size, 1))
    with StoreWriter(path, image_shape=(*size, 1), classes=classes, provenance={}) as writer:
        writer.append(images, labels, ["P"] * len(labels), np.arange(len(labels)))
    return ImageStore(path)


@pytest.fixture
def store(tmp_path):
    return write(tmp_path / "train.h5", [1, 0, 1, 1, 0])


def values(images):
    return images[:, 0, 0, 0].tolist()


def test_real_source_is_the_store_or_a_part(store):
    whole, part = RealSource(store), RealSource(store, np.array([4, 2]))
    assert whole.labels.tolist() == [1, 0, 1, 1, 0]
    assert values(whole.fetch(np.array([3, 0, 3]), (4, 4))) == [3, 0, 3]
    assert part.labels.tolist() == [0, 1]
    assert values(part.fetch(np.array([0, 1]), (4, 4))) == [4, 2]
    assert part.fetch(np.array([0]), (8, 6)).shape == (1, 8, 6, 1)


def test_pool_source_takes_the_first_of_each_class(store):
    pool = PoolSource(store, 4)
    assert values(pool.fetch(np.arange(4), (4, 4))) == [0, 1, 2, 4]
    assert sorted(pool.labels.tolist()) == [0, 0, 1, 1]
    assert len(PoolSource(store)) == 5
    assert sorted(PoolSource(store, 3).labels.tolist()) == [0, 0, 1]


def test_pool_source_too_small_says_so(store):
    with pytest.raises(DataError, match="'pggan' holds 2 images of class 'non_tumor', expected at least 3"):
        PoolSource(store, 6, name="pggan")


@pytest.mark.parametrize("make", [RealSource, PoolSource, lambda s: ClassicSource(s, 2, STILL, 0)])
def test_images_without_class_are_refused(tmp_path, make):
    with pytest.raises(DataError, match="image 1 has no class"):
        make(write(tmp_path / "pool.h5", [0, -1]))


def test_classic_source_goes_round_each_class(store):
    source = ClassicSource(store, 12, STILL, seed=3)
    assert source.labels.tolist() == [0, 1] * 6
    origins = source.origins(np.arange(12))
    assert store.labels[origins].tolist() == source.labels.tolist()
    tumor = origins[1::2].tolist()
    assert sorted(tumor[:3]) == [0, 2, 3] and tumor[:3] == tumor[3:]
    assert values(source.fetch(np.arange(12), (4, 4))) == origins.tolist()


def test_classic_source_uses_allowed_slices_only(store):
    source = ClassicSource(store, 8, STILL, seed=3, indices=np.array([2, 4]))
    assert source.origins(np.arange(8)).tolist() == [4, 2] * 4
    with pytest.raises(DataError, match="no real slice of class 'tumor'"):
        ClassicSource(store, 8, STILL, seed=3, indices=np.array([1, 4]))


def photographs(path, count=6, size=(60, 50)):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, *size, 1), dtype=np.uint8)
    with StoreWriter(path, image_shape=(*size, 1), classes=CLASSES, provenance={}) as writer:
        writer.append(images, np.arange(count) % 2, ["P"] * count, np.arange(count))
    return ImageStore(path), images


def test_classic_image_depends_on_seed_and_index_alone(tmp_path):
    store, _ = photographs(tmp_path / "train.h5")
    source = ClassicSource(store, 100, ClassicTransform(), seed=1)
    whole = source.fetch(np.arange(100), (56, 48))
    some = np.array([77, 3, 77, 12])
    assert np.array_equal(source.fetch(some, (56, 48)), whole[some])
    assert np.array_equal(
        ClassicSource(store, 78, ClassicTransform(), seed=1).fetch([77], (56, 48))[0], whole[77]
    )
    assert not np.array_equal(
        ClassicSource(store, 100, ClassicTransform(), seed=2).fetch(some, (56, 48)), whole[some]
    )


def test_classic_source_averages_before_it_shrinks_much(tmp_path):
    """A quarter of the size by a bilinear warp alone would look at one pixel in four only."""
    store, images = photographs(tmp_path / "train.h5")
    source = ClassicSource(store, 6, STILL, seed=0)
    small = source.fetch(np.arange(6), (15, 12))
    assert np.array_equal(small, resize(images, (15, 12))[source.origins(np.arange(6))])


def test_classic_fill_is_that_of_the_transform(tmp_path):
    store = write(tmp_path / "train.h5", [0, 1], size=(20, 20))
    fill = ClassicTransform(rotation=45, fill=99)
    corners = ClassicSource(store, 40, fill, 0).fetch(np.arange(40), (20, 20))[:, 0, 0, 0]
    assert (corners == 99).any()


def test_mix_is_the_sum_in_order(store, tmp_path):
    pool = PoolSource(write(tmp_path / "pool.h5", [0, 1] * 100), name="pggan")
    mix = MixedSource([RealSource(store), pool, ClassicSource(store, 4, STILL, 0)])
    assert mix.name == "real + pggan + classic"
    assert len(mix) == 5 + 200 + 4
    assert mix.labels[:7].tolist() == [1, 0, 1, 1, 0, 0, 1]
    assert values(mix.fetch(np.array([204, 0, 5, 104]), (4, 4))) == [199, 0, 0, 99]


def test_mix_of_nothing_is_refused(store):
    with pytest.raises(DataError, match="holds no image"):
        MixedSource([PoolSource(store, 0)])
    with pytest.raises(DataError, match="holds no image"):
        MixedSource([])


def test_mix_of_unequal_channels_is_refused(store, tmp_path):
    path = tmp_path / "rgb.h5"
    with StoreWriter(path, image_shape=(4, 4, 3), classes=CLASSES, provenance={}) as writer:
        writer.append(np.zeros((2, 4, 4, 3), np.uint8), [0, 1], ["", ""], [-1, -1])
    mix = MixedSource([RealSource(store), PoolSource(ImageStore(path), name="munit")])
    with pytest.raises(DataError, match=r"'munit' gives images of shape \(4, 4, 3\), expected \(4, 4, 1\)"):
        mix.fetch(np.array([0, 5]), (4, 4))


def test_resize_of_a_still_image_agrees_with_the_composed_warp():
    image = np.random.default_rng(0).integers(0, 256, (1, 12, 12, 1), dtype=np.uint8)
    still = augmentation.matrices(STILL, 0, np.array([0]), (12, 12), (24, 24))
    inner = slice(1, -1)  # the rim differs: the warp fills outside, the resize repeats the edge
    difference = resize(image, (24, 24)).astype(int) - augmentation.warp(image, still, (24, 24))
    assert np.abs(difference[0, inner, inner]).max() <= 1


def test_a_large_store_is_not_read_into_memory(tmp_path):
    count, size = 20_000, (32, 32)
    with StoreWriter(tmp_path / "pool.h5", image_shape=(*size, 1), classes=CLASSES, provenance={}) as writer:
        for start in range(0, count, 5000):
            images = np.zeros((5000, *size, 1), np.uint8)
            writer.append(images, np.arange(5000) % 2, [""] * 5000, np.arange(start, start + 5000))
    store = ImageStore(tmp_path / "pool.h5")
    classic_source = ClassicSource(store, 1_000_000, ClassicTransform(), 0)
    mix = MixedSource([RealSource(store), PoolSource(store, 10_000), classic_source])
    wanted = np.random.default_rng(0).integers(0, len(mix), 96)
    tracemalloc.start()
    mix.fetch(wanted, size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000  # all images are 20 MB, a batch is 0.1 MB
