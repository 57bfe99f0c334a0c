"""Compressed images read beside HDF5, so that several threads decompress at once.

HDF5 reads and decompresses under one lock for all threads. Each image is a chunk of its own whose place in
the file HDF5 tells; here the bytes are read from that place, and zlib, which is HDF5's "gzip", decompresses
them without a lock and compares its own checksum of the pixels. See docs/decisions/034.
"""

import os
import weakref
import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np

#: Bytes of the checksum that HDF5's fletcher32 filter puts behind each chunk.
_FLETCHER32 = 4


class Chunks:
    """The chunks of a data set of images, each one image, compressed by gzip alone and checksummed.

    Args:
        path: of the file.
        images: its data set, (n, height, width, channels) uint8. HDF5 tells once the place of each
            chunk: 12 bytes of memory an image.

    Raises:
        OSError: the file cannot be opened.
        ValueError: an image has no chunk, or one that is not compressed.
    """

    def __init__(self, path: Path, images: h5py.Dataset) -> None:
        count, *shape = images.shape
        self._shape, self._bytes = tuple(shape), int(np.prod(shape))
        self._offsets, self._sizes = np.zeros(count, np.int64), np.zeros(count, np.int32)
        if count:
            images.id.chunk_iter(self._note)
        if not self._sizes.all():
            raise ValueError(f"image {int(np.argmin(self._sizes))} has no compressed chunk")
        self._file = os.open(path, os.O_RDONLY)
        self._closed = weakref.finalize(self, os.close, self._file)

    def compressed(self, index: int) -> bytes:
        """Return an image as it lies in the file, its checksum included.

        Raises:
            ValueError: the file ends before.
            OSError: the file cannot be read.
        """
        size = int(self._sizes[index])
        chunk = os.pread(self._file, size, int(self._offsets[index]))
        if len(chunk) != size:
            raise ValueError(f"{len(chunk)} bytes of a chunk, expected {size}")
        return chunk

    def pixels(self, index: int) -> np.ndarray:
        """Return an image, (height, width, channels) uint8, read-only.

        Raises:
            ValueError: the bytes are not those that were written.
            OSError: the file cannot be read.
        """
        chunk = memoryview(self.compressed(index))
        try:
            pixels = zlib.decompress(chunk[:-_FLETCHER32], bufsize=self._bytes)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        if len(pixels) != self._bytes:
            raise ValueError(f"{len(pixels)} bytes of pixels, expected {self._bytes}")
        return np.frombuffer(pixels, np.uint8).reshape(self._shape)

    def close(self) -> None:
        """Close the file; closing it again does nothing."""
        self._closed()

    def _note(self, chunk: Any) -> None:
        if not chunk.filter_mask:
            self._offsets[chunk.chunk_offset[0]] = chunk.byte_offset
            self._sizes[chunk.chunk_offset[0]] = chunk.size
