import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kgan.data.store.store import NO_CLASS, ImageStore, StoreWriter
from kgan.errors import DataError, RunError

SHAPE = (12, 10, 2)
CLASSES = ("non_tumor", "tumor")


def some_images(count, seed=0):
    """Noise, which does not shrink."""
    return np.random.default_rng(seed).integers(0, 256, (count, *SHAPE), dtype=np.uint8)


def smooth_images(count):
    """Gradients, which shrink."""
    return np.tile(np.arange(12, dtype=np.uint8)[:, None, None], (count, 1, *SHAPE[1:]))


def written(path, count=7, images=None):
    images = some_images(count) if images is None else images
    with StoreWriter(path, image_shape=SHAPE, classes=CLASSES, provenance={"seed": 3}) as store:
        for start in range(0, count, 3):
            part = slice(start, min(start + 3, count))
            numbers = np.arange(count)[part]
            store.append(images[part], numbers % 3 - 1, [f"patiënt {n // 4}" for n in numbers], 30 + numbers)
    return images


def test_what_was_appended_is_read_back(tmp_path):
    images = written(tmp_path / "a.h5")
    with ImageStore(tmp_path / "a.h5") as store:
        assert len(store) == 7
        assert store.image_shape == SHAPE
        assert store.classes == CLASSES
        assert store.provenance == {"seed": 3}
        assert store.labels.tolist() == [-1, 0, 1, -1, 0, 1, -1]
        assert store.labels.dtype == np.int64
        assert store.patients.tolist() == ["patiënt 0"] * 4 + ["patiënt 1"] * 3
        assert store.slices.tolist() == list(range(30, 37))
        assert np.array_equal(store.images(range(7)), images)


def test_images_come_in_any_order_with_repeats(tmp_path):
    images = written(tmp_path / "a.h5")
    store = ImageStore(tmp_path / "a.h5")
    assert np.array_equal(store.images([5, 0, 0, 6, 2]), images[[5, 0, 0, 6, 2]])
    assert store.images([]).shape == (0, *SHAPE)
    with pytest.raises(IndexError, match="requested of 7 images"):
        store.images([7])
    with pytest.raises(IndexError, match="requested of 7 images"):
        store.images([-1])


def test_store_survives_pickling_and_closing(tmp_path):
    images = written(tmp_path / "a.h5")
    store = ImageStore(tmp_path / "a.h5")
    store.images([0])
    twin = pickle.loads(pickle.dumps(store))
    assert np.array_equal(twin.images([3]), images[[3]])
    store.close()
    assert np.array_equal(store.images([3]), images[[3]])


def test_empty_store(tmp_path):
    with StoreWriter(tmp_path / "a.h5", image_shape=SHAPE, classes=(), provenance={}):
        pass
    store = ImageStore(tmp_path / "a.h5")
    assert len(store) == 0
    assert store.patients.shape == (0,)
    store.verify()


def test_equal_content_gives_equal_bytes(tmp_path):
    written(tmp_path / "a.h5")
    time.sleep(1.1)  # HDF5 would write the second down
    written(tmp_path / "b.h5")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_nothing_appears_when_the_block_fails(tmp_path):
    with pytest.raises(KeyError):
        with StoreWriter(tmp_path / "a.h5", image_shape=SHAPE, classes=CLASSES, provenance={}) as store:
            store.append(some_images(1), [1], ["p"], [1])
            raise KeyError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("images", "labels", "says"),
    [
        (some_images(2).astype(np.float32), [0, 1], "float32"),
        (some_images(2)[:, :-1], [0, 1], r"received uint8 \(2, 11, 10, 2\)"),
        (some_images(2), [0], "1 labels"),
        (some_images(2), [0, 2], r"\[2\] are not among"),
        (some_images(2), [NO_CLASS - 1, 0], r"\[-2\] are not among"),
    ],
    ids=["dtype", "shape", "count", "label", "negative-label"],
)
def test_append_refuses_what_does_not_fit(tmp_path, images, labels, says):
    with pytest.raises(ValueError, match=says):
        with StoreWriter(tmp_path / "a.h5", image_shape=SHAPE, classes=CLASSES, provenance={}) as store:
            store.append(images, labels, ["p", "p"], [1, 2])


def test_missing_store(tmp_path):
    with pytest.raises(DataError, match="no image store .*a.h5.*run the same command again"):
        len(ImageStore(tmp_path / "a.h5"))


def test_truncated_store(tmp_path):
    path = tmp_path / "a.h5"
    written(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="damaged image store .*a.h5.*truncated.*Delete the folder"):
        len(ImageStore(path))


@pytest.mark.parametrize("content", [b"", b"not a store", bytes(5000)])
def test_no_store_at_all(tmp_path, content):
    (tmp_path / "a.h5").write_bytes(content)
    with pytest.raises(DataError, match="damaged image store"):
        len(ImageStore(tmp_path / "a.h5"))


@pytest.mark.parametrize(("images", "step"), [(some_images(3), 151), (smooth_images(3), 61)])
def test_every_flipped_byte_is_found_or_harmless(tmp_path, images, step):
    path = tmp_path / "a.h5"
    written(path, count=3, images=images)
    content = path.read_bytes()
    refused = 0
    for position in range(0, len(content), step):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0x55]) + content[position + 1 :])
        store = ImageStore(path)
        try:
            store.verify()
            assert np.array_equal(store.images(range(3)), images)
            assert store.labels.tolist() == [-1, 0, 1]
        except DataError as error:
            assert "a.h5" in str(error)
            refused += 1
        finally:
            store.close()
    assert refused > 5


def test_other_hdf5_files_are_refused(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["images"] = np.zeros(3)
    with pytest.raises(DataError, match="no kgan image store"):
        len(ImageStore(tmp_path / "a.h5"))


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write .*file/a.h5"):
        with StoreWriter(tmp_path / "file" / "a.h5", image_shape=SHAPE, classes=(), provenance={}):
            pass


FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from kgan.data.store.store import StoreWriter
from kgan.errors import RunError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
images = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 1), dtype=np.uint8)
try:
    with StoreWriter(Path(sys.argv[1]), image_shape=(64, 64, 1), classes=(), provenance={}) as store:
        for number in range(50):
            store.append(images, [-1], ["p"], [number])
except RunError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [10, 100_000])
def test_full_disk_ends_in_one_line_and_leaves_nothing(tmp_path, limit):
    command = [sys.executable, "-c", FULL, str(tmp_path / "a.h5"), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith(f"cannot write {tmp_path / 'a.h5'}: the file would be larger")
    assert list(tmp_path.iterdir()) == []


def test_images_are_copied_as_they_lie_in_the_file(tmp_path):
    images = written(tmp_path / "a.h5")
    chosen = [5, 1, 1, 6]
    source = ImageStore(tmp_path / "a.h5")
    with StoreWriter(tmp_path / "b.h5", image_shape=SHAPE, classes=CLASSES, provenance={}) as writer:
        writer.copy(source, chosen)
        writer.append(images[:1], [0], ["new"], [2])
        writer.copy(source, [])
    copied = ImageStore(tmp_path / "b.h5")
    np.testing.assert_array_equal(copied.images(range(5)), images[[*chosen, 0]])
    assert copied.labels.tolist() == [*source.labels[chosen], 0]
    assert copied.patients.tolist() == [*source.patients[chosen], "new"]
    assert copied.slices.tolist() == [*source.slices[chosen], 2]
    assert copied.compressed(0) == source.compressed(5)


def test_threads_read_the_same_images(tmp_path):
    images = np.concatenate([some_images(40), smooth_images(40)])
    written(tmp_path / "a.h5", count=80, images=images)
    store = ImageStore(tmp_path / "a.h5")
    orders = [np.random.default_rng(seed).permutation(80) for seed in range(40)]
    with ThreadPoolExecutor(4) as pool:
        for order, read in zip(orders, pool.map(store.images, orders), strict=True):
            np.testing.assert_array_equal(read, images[order])


def test_every_reader_of_hdf5_reads_the_images(tmp_path):
    import h5py

    images = np.concatenate([some_images(3), smooth_images(3)])
    written(tmp_path / "a.h5", count=6, images=images)
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["images"].compression == "gzip" and file["images"].fletcher32
        np.testing.assert_array_equal(file["images"][:], images)


def test_images_of_another_shape_are_not_copied(tmp_path):
    written(tmp_path / "a.h5")
    with (
        pytest.raises(ValueError, match="expected images .* received"),
        StoreWriter(tmp_path / "b.h5", image_shape=(4, 4, 1), classes=CLASSES, provenance={}) as writer,
    ):
        writer.copy(ImageStore(tmp_path / "a.h5"), [0])
    assert not (tmp_path / "b.h5").exists()
