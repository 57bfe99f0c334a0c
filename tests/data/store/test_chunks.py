import h5py
import numpy as np
import pytest

from kgan.data.store.chunks import Chunks

SHAPE = (16, 8, 2)


@pytest.fixture
def images():
    smooth = np.tile(np.arange(16, dtype=np.uint8)[:, None, None], (4, 1, *SHAPE[1:]))
    smooth[2] = np.random.default_rng(0).integers(0, 256, SHAPE)  # does not shrink
    return smooth


@pytest.fixture
def file(tmp_path, images):
    with h5py.File(tmp_path / "a.h5", "w") as written:
        written.create_dataset(
            "images", data=images, chunks=(1, *SHAPE), fletcher32=True, compression="gzip", compression_opts=1
        )
    with h5py.File(tmp_path / "a.h5") as reading:
        yield reading


def chunks_of(file):
    return Chunks(file.filename, file["images"])


def test_pixels_are_those_that_hdf5_reads(file, images):
    chunks = chunks_of(file)
    for index in (3, 0, 2, 1, 3):
        np.testing.assert_array_equal(chunks.pixels(index), images[index])


def test_compressed_bytes_are_those_of_the_file(file):
    chunks = chunks_of(file)
    for index in range(4):
        expected = file["images"].id.read_direct_chunk((index, 0, 0, 0))
        assert (0, chunks.compressed(index)) == expected


@pytest.mark.parametrize("place", [0, 4, -6])
def test_changed_bytes_are_found(file, place):
    chunks = chunks_of(file)
    info = file["images"].id.get_chunk_info_by_coord((1, 0, 0, 0))
    with open(file.filename, "r+b") as raw:
        position = info.byte_offset + place % info.size
        raw.seek(position)
        byte = raw.read(1)[0]
        raw.seek(position)
        raw.write(bytes([byte ^ 0x41]))
    with pytest.raises(ValueError, match="decompress"):
        chunks.pixels(1)


def test_short_files_are_found(file):
    chunks = chunks_of(file)
    with open(file.filename, "r+b") as raw:
        raw.truncate(file["images"].id.get_chunk_info_by_coord((1, 0, 0, 0)).byte_offset + 3)
    with pytest.raises(ValueError, match="3 bytes of a chunk, expected"):
        chunks.compressed(1)


def test_images_without_a_compressed_chunk_are_refused(tmp_path):
    with h5py.File(tmp_path / "b.h5", "w") as written:
        images = written.create_dataset(
            "images", shape=(3, *SHAPE), dtype="u1", chunks=(1, *SHAPE), compression="gzip"
        )
        images[0] = 1
        with pytest.raises(ValueError, match="image 1 has no compressed chunk"):
            Chunks(tmp_path / "b.h5", images)
        images.id.write_direct_chunk((1, 0, 0, 0), bytes(images[0].size), 1)
        images[2] = 1
        with pytest.raises(ValueError, match="image 1 has no compressed chunk"):
            Chunks(tmp_path / "b.h5", images)


def test_closed_twice_is_closed(file):
    chunks = chunks_of(file)
    chunks.close()
    chunks.close()
    with pytest.raises(OSError):
        chunks.compressed(0)
