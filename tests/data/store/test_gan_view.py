import numpy as np
import pytest

from kgan.data.store.gan_view import CenterCropped, GANView, PaddedView, gan_view
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError
from kgan.schema.data import ViewSettings

SEQUENCES = ("t1", "t2", "flair")


@pytest.fixture
def store(tmp_path):
    """Six images of 8 x 6 pixels, whose values tell image (tens) and sequence (units)."""
    images = np.zeros((6, 8, 6, 3), np.uint8)
    images += np.arange(6, dtype=np.uint8)[:, None, None, None] * 10 + np.arange(3, dtype=np.uint8)
    path = tmp_path / "train.h5"
    provenance = {"sequences": list(SEQUENCES)}
    with StoreWriter(path, image_shape=(8, 6, 3), classes=("a", "b"), provenance=provenance) as writer:
        writer.append(images, [0, 1] * 3, [f"p{i // 2}" for i in range(6)], range(6))
    return ImageStore(path)


def values(images):
    assert all((image == image[:1, :1]).all() for image in images)
    return images[:, 0, 0].tolist()


def test_all_sequences_by_default(store):
    seen = gan_view(store)
    assert (len(seen), seen.image_shape) == (6, (8, 6, 3))
    assert values(seen.images([4, 0, 4])) == [[40, 41, 42], [0, 1, 2], [40, 41, 42]]


def test_some_sequences_in_their_order(store):
    seen = GANView(store, sequences=["flair", "t1"])
    assert (len(seen), seen.image_shape) == (6, (8, 6, 2))
    assert values(seen.images([1])) == [[12, 10]]


def test_each_sequence_an_image_of_its_own(store):
    seen = GANView(store, sequences=["t2", "flair"], concat=True)
    assert (len(seen), seen.image_shape, seen.copies) == (12, (8, 6, 1), 2)
    assert values(seen.images([0, 5, 6, 11])) == [[1], [51], [2], [52]]
    assert seen.labels.tolist() == [0, 1] * 6
    assert seen.patients.tolist() == ["p0", "p0", "p1", "p1", "p2", "p2"] * 2
    assert seen.of_class(1).tolist() == [1, 3, 5, 7, 9, 11]


def test_images_are_brought_to_a_size(store):
    seen = gan_view(store, ViewSettings(sequences=("t1",), image_size=(4, 3)))
    assert seen.image_shape == (4, 3, 1)
    assert values(seen.images([3])) == [[30]]


def test_placed_images_always_stand_where_they_stood(store):
    placed = PaddedView(GANView(store, sequences=["t1"]), (12, 10), 4, seed=5)
    assert (len(placed), placed.image_shape) == (6, (12, 10, 1))
    whole = placed.images(np.arange(6))
    assert np.array_equal(placed.images([5, 2]), whole[[5, 2]])
    tops = [int(np.flatnonzero(image.any(axis=(1, 2)))[0]) for image in whole[1:]]
    assert len(set(tops)) > 1 and max(tops) <= 4
    centred = PaddedView(GANView(store, sequences=["t1"]), (12, 10), 0, seed=5).images([3])[0]
    assert (centred[2:10, 2:8] == 30).all() and not centred[:2].any()


def test_what_is_not_there_is_named(store):
    with pytest.raises(DataError, match="no sequence 't1c'; did you mean 't1'"):
        GANView(store, sequences=["t1c"])
    with pytest.raises(DataError, match="no training image of class 2"):
        GANView(store).of_class(2)


def test_the_central_part_is_cut_out_as_it_stands(tmp_path):
    images = np.arange(2 * 8 * 9, dtype=np.uint8).reshape(2, 8, 9, 1)
    with StoreWriter(tmp_path / "x.h5", image_shape=(8, 9, 1), classes=("no", "yes"), provenance={}) as store:
        store.append(images, [0, 1], ["a", "b"], [3, 4])
    cropped = CenterCropped(ImageStore(tmp_path / "x.h5"), (4, 6))
    assert (len(cropped), cropped.image_shape) == (2, (4, 6, 1))
    np.testing.assert_array_equal(cropped.images([1, 0, 1]), images[[1, 0, 1], 2:6, 1:7])
    assert cropped.patients.tolist() == ["a", "b"] and cropped.labels.tolist() == [0, 1]


def test_a_part_larger_than_the_image_is_refused(tmp_path):
    with StoreWriter(tmp_path / "x.h5", image_shape=(8, 9, 1), classes=("no", "yes"), provenance={}) as store:
        store.append(np.zeros((1, 8, 9, 1), np.uint8), [0], ["a"], [3])
    with pytest.raises(DataError, match="images of 8x9 px, of which the central 10x4 are wanted"):
        CenterCropped(ImageStore(tmp_path / "x.h5"), (10, 4))
