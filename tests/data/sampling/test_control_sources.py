import numpy as np
import pytest

from kgan.data.sampling.control_sources import NoiseSource, PermutedLabelsSource, balanced_subset
from kgan.data.sampling.sources import MixedSource, RealSource
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError

CLASSES = ("non_tumor", "tumor")


@pytest.fixture
def store(tmp_path):
    """40 images of 4x4 px, of which image i is all i and every fourth is of class 1."""
    labels = (np.arange(40) % 4 == 0).astype(int)
    images = np.broadcast_to(np.arange(40, dtype=np.uint8)[:, None, None, None], (40, 4, 4, 1))
    with StoreWriter(tmp_path / "train.h5", image_shape=(4, 4, 1), classes=CLASSES, provenance={}) as writer:
        writer.append(images, labels, ["P"] * 40, np.arange(40))
    return ImageStore(tmp_path / "train.h5")


def test_noise_has_the_shape_and_range_of_a_pool(store):
    noise = NoiseSource(200, 2, 3, seed=1)
    images = noise.fetch(np.arange(200), (8, 6))
    assert images.shape == (200, 8, 6, 3) and images.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 255)
    assert np.bincount(images.ravel(), minlength=256).std() < 30  # of 112 each
    mixed = MixedSource([RealSource(store), NoiseSource(10, 2, 1, seed=1)])
    assert mixed.fetch(np.array([45, 2]), (4, 4)).shape == (2, 4, 4, 1)


def test_noise_is_a_function_of_seed_and_index_whatever_is_requested_together():
    noise = NoiseSource(50, 2, 1, seed=1)
    together = noise.fetch(np.array([7, 3, 7]), (8, 8))
    np.testing.assert_array_equal(together[0], together[2])
    np.testing.assert_array_equal(together[1], NoiseSource(50, 2, 1, seed=1).fetch(np.array([3]), (8, 8))[0])
    assert not np.array_equal(together[0], together[1])
    assert not np.array_equal(together[1], NoiseSource(50, 2, 1, seed=2).fetch(np.array([3]), (8, 8))[0])
    np.testing.assert_array_equal(noise.labels, NoiseSource(50, 2, 1, seed=1).labels)
    assert not np.array_equal(noise.labels, NoiseSource(50, 2, 1, seed=2).labels)


def test_labels_of_noise_are_half_each_and_independent_of_images_and_place():
    noise = NoiseSource(2000, 2, 1, seed=5)
    assert np.bincount(noise.labels).tolist() == [1000, 1000]
    assert np.bincount(NoiseSource(5, 2, 1, seed=5).labels).tolist() == [3, 2]
    # Brightness, first pixel and place tell nothing: correlations of 2,000 have a deviation of 0.022.
    images = noise.fetch(np.arange(2000), (4, 4)).reshape(2000, -1).astype(float)
    for feature in (images.mean(axis=1), images[:, 0], np.arange(2000) % 2, np.arange(2000)):
        assert abs(np.corrcoef(feature, noise.labels)[0, 1]) < 0.08


def test_permuted_labels_keep_images_and_the_numbers_of_the_classes(store):
    permuted = PermutedLabelsSource(store, seed=1)
    np.testing.assert_array_equal(permuted.fetch(np.arange(40), (4, 4))[:, 0, 0, 0], np.arange(40))
    assert np.bincount(permuted.labels).tolist() == np.bincount(store.labels).tolist() == [30, 10]
    assert not np.array_equal(permuted.labels, store.labels)
    np.testing.assert_array_equal(permuted.labels, PermutedLabelsSource(store, seed=1).labels)
    assert not np.array_equal(permuted.labels, PermutedLabelsSource(store, seed=2).labels)
    # The store's own labels, of which other sources learn, stay as they are.
    np.testing.assert_array_equal(RealSource(store).labels, store.labels)


def test_labels_of_a_part_are_permuted_within_it(store):
    part = PermutedLabelsSource(store, 1, np.array([0, 1, 2, 3, 4]))
    assert np.bincount(part.labels).tolist() == [3, 2]


def test_permuted_labels_agree_with_the_true_ones_as_often_as_by_chance(store):
    agree = [np.mean(PermutedLabelsSource(store, seed).labels == store.labels) for seed in range(200)]
    assert np.mean(agree) == pytest.approx(0.75**2 + 0.25**2, abs=0.02)


def test_a_balanced_subset_takes_half_of_each_class_and_fewer_are_among_more(store):
    few, more = (balanced_subset(store.labels, CLASSES, count, 1, "it") for count in (10, 20))
    assert np.bincount(store.labels[few]).tolist() == [5, 5]
    assert set(few) < set(more) and (np.diff(more) > 0).all()
    assert not np.array_equal(few, balanced_subset(store.labels, CLASSES, 10, 2, "it"))
    assert not np.array_equal(few, balanced_subset(store.labels, CLASSES, 10, 1, "other"))


def test_too_few_images_of_a_class_are_refused(store):
    message = "11 images of class 'tumor' are requested of 'further_real' and 10 are available; request fewer"
    with pytest.raises(DataError, match=message):
        balanced_subset(store.labels, CLASSES, 22, 1, "further_real")
