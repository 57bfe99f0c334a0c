import numpy as np
import pytest
from PIL import Image

from kgan.data.pictures.collections import open_images
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError


def write(path, value, size=(4, 6), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(size, value, np.uint16 if mode == "I;16" else np.uint8)).convert(mode).save(path)


def test_a_folder_in_counting_order(tmp_path):
    for number in (10, 9, 1):
        write(tmp_path / f"slice_{number}.png", number)
    (tmp_path / "notes.txt").write_text("no picture")
    opened = open_images(tmp_path)
    assert len(opened.images) == 3 and opened.images.image_shape == (4, 6, 1)
    assert opened.images.images([2, 0])[:, 0, 0, 0].tolist() == [10, 1]
    assert opened.patients.tolist() == ["slice_1.png", "slice_9.png", "slice_10.png"] and not opened.known


def test_sub_folders_are_patients_unless_configured_otherwise(tmp_path):
    for patient in "ab":
        for number in range(2):
            write(tmp_path / patient / f"{number}.jpg", number)
    opened = open_images(tmp_path)
    assert opened.patients.tolist() == ["a", "a", "b", "b"] and opened.known
    each = open_images(tmp_path, by_folder=False)
    assert each.patients.tolist() == ["a/0.jpg", "a/1.jpg", "b/0.jpg", "b/1.jpg"] and not each.known


def test_a_store_knows_its_patients(tmp_path):
    with StoreWriter(tmp_path / "a.h5", image_shape=(2, 2, 1), classes=(), provenance={}) as store:
        store.append(np.zeros((3, 2, 2, 1), np.uint8), [-1] * 3, ["p", "", ""], [-1] * 3)
    opened = open_images(tmp_path / "a.h5")
    assert opened.patients.tolist() == ["p", "image 1", "image 2"] and opened.known


def test_colour_is_kept_where_requested(tmp_path):
    Image.new("RGB", (3, 2), (200, 0, 0)).save(tmp_path / "a.png")
    assert open_images(tmp_path).images.image_shape == (2, 3, 1)
    assert open_images(tmp_path, colour=True).images.images([0])[0, 0, 0].tolist() == [200, 0, 0]


def test_pictures_of_several_sizes_need_one(tmp_path):
    write(tmp_path / "a.png", 5)
    write(tmp_path / "b.png", 7, (8, 8))
    with pytest.raises(DataError, match="b.png has 8x8 pixels and a.png 4x6; expected one size"):
        open_images(tmp_path).images.images([0, 1])
    assert open_images(tmp_path, (2, 2)).images.images([0, 1])[:, 0, 0, 0].tolist() == [5, 7]


def test_what_cannot_be_used_is_reported(tmp_path):
    with pytest.raises(DataError, match="nothing here"):
        open_images(tmp_path / "none")
    with pytest.raises(DataError, match="no PNG, JPEG or TIFF file here"):
        open_images(tmp_path)
    (tmp_path / "a.h5").write_text("no store")
    for name, says in (("a.h5", "no image store, or a damaged one"), ("none.h5", "nothing here")):
        with pytest.raises(DataError, match=says):
            open_images(tmp_path / name)
    write(tmp_path / "a.png", 500, mode="I;16")
    with pytest.raises(DataError, match="no store and no folder"):
        open_images(tmp_path / "a.png")
    with pytest.raises(DataError, match="more than 8 bits a pixel"):
        open_images(tmp_path).images.images([0])
