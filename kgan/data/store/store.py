"""Labelled images in one HDF5 file: appended as a stream, checksummed, read lazily in any order."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np

from kgan.data.store.chunks import Chunks
from kgan.errors import DataError
from kgan.files import atomic
from kgan.files.disk import Sink, cannot_write, explaining

FORMAT = "kgan-images-1"
NO_CLASS = -1
_COLUMNS = {"labels": "int16", "patients": "int32", "slices": "int32"}
_COLUMN_CHUNK = 4096


class StoreWriter:
    """Writes an image store; the file appears under its name only when the ``with`` block ends well.

    Args:
        path: the HDF5 file, replaced if there is one.
        image_shape: (height, width, channels).
        classes: class names; label ``i`` means ``classes[i]``.
        provenance: where the images come from, as JSON values.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """

    def __init__(
        self, path: Path, *, image_shape: Sequence[int], classes: Sequence[str], provenance: Mapping[str, Any]
    ) -> None:
        self.path = Path(path)
        self.image_shape = tuple(int(size) for size in image_shape)
        self.classes = tuple(classes)
        self.provenance = dict(provenance)
        self._names: dict[str, int] = {}
        self._count = 0

    def __enter__(self) -> "StoreWriter":
        with ExitStack() as stack:
            with explaining(self.path):
                aside = stack.enter_context(atomic.replacing(self.path))
                self._sink = Sink(aside)
            stack.push(self._refuse_incomplete)
            stack.callback(self._sink.close)
            self._file = stack.enter_context(_new_file(self._sink))
            self._create()
            self._stack = stack.pop_all()
        return self

    def append(
        self,
        images: np.ndarray,
        labels: Sequence[int] | np.ndarray,
        patients: Sequence[str],
        slices: Sequence[int] | np.ndarray,
    ) -> None:
        """Add images to the end; memory holds no more than these.

        Args:
            images: (n, height, width, channels) uint8.
            labels: (n,) int, index into the classes or `NO_CLASS`.
            patients: n identifiers; ``""`` where an image has no patient.
            slices: (n,) int slice indices; -1 where an image has none.

        Raises:
            ValueError: shapes, dtype or labels are not as described above.
            RunError: the disk took no more.
        """
        images, labels = np.asarray(images), np.asarray(labels)
        self._check(images, labels, patients, slices)
        start = self._grow(labels, patients, slices)
        if len(images):
            self._file["images"][start:] = images
        self._raise_refusal()

    def copy(self, source: "ImageStore", indices: Sequence[int] | np.ndarray) -> None:
        """Add images of another store to the end, compressed as they are there: no pixel is decoded.

        Args:
            source: a store of images of this one's shape and classes.
            indices: (n,) int, which of its images, in the order wanted.

        Raises:
            ValueError: the stores' images or classes are not alike.
            DataError: the source is damaged.
            RunError: the disk took no more.
        """
        wanted = np.asarray(indices, np.int64)
        if (source.image_shape, source.classes) != (self.image_shape, self.classes):
            raise ValueError(
                f"expected images {self.image_shape} of {self.classes}, received {source.image_shape} of "
                f"{source.classes}"
            )
        start = self._grow(source.labels[wanted], source.patients[wanted].tolist(), source.slices[wanted])
        images = self._file["images"].id
        for position, index in enumerate(wanted.tolist(), start):
            images.write_direct_chunk((position, 0, 0, 0), source.compressed(index))
            self._raise_refusal()

    def __len__(self) -> int:
        return self._count

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._stack:
                if error is not None:
                    raise error
                self._finish()
        except OSError as failure:
            if failure is not error:
                raise cannot_write(self.path, failure) from failure

    def _refuse_incomplete(self, kind: type[BaseException] | None, *_: object) -> None:
        """Refuse, once all is closed and before the file gets its name, what the disk did not take."""
        if kind is None:
            self._raise_refusal()

    def _grow(self, labels: np.ndarray, patients: Sequence[str], slices: Sequence[int] | np.ndarray) -> int:
        """Make room for images and fill in what is known of them; return the number of the first."""
        start, self._count = self._count, self._count + len(labels)
        codes = [self._names.setdefault(str(patient), len(self._names)) for patient in patients]
        self._file["images"].resize(self._count, axis=0)
        for name, values in (("labels", labels), ("patients", codes), ("slices", slices)):
            self._file[name].resize(self._count, axis=0)
            if len(labels):
                self._file[name][start:] = values
        return start

    def _create(self) -> None:
        self._file.create_dataset(
            "images",
            shape=(0, *self.image_shape),
            maxshape=(None, *self.image_shape),
            chunks=(1, *self.image_shape),
            dtype="uint8",
            fletcher32=True,
            compression="gzip",
            compression_opts=1,
        )
        for name, dtype in _COLUMNS.items():
            self._file.create_dataset(
                name, shape=(0,), maxshape=(None,), chunks=(_COLUMN_CHUNK,), dtype=dtype, fletcher32=True
            )

    def _finish(self) -> None:
        names = np.array([name.encode() for name in self._names] or [b""])
        self._file.create_dataset("names", data=names, chunks=names.shape, fletcher32=True)
        attributes = self._file.attrs
        attributes["format"] = FORMAT
        attributes["count"] = self._count
        attributes["classes"] = json.dumps(self.classes)
        attributes["provenance"] = json.dumps(self.provenance)

    def _check(self, images: np.ndarray, labels: np.ndarray, patients: Sequence[str], slices: Any) -> None:
        if images.dtype != np.uint8 or images.shape[1:] != self.image_shape:
            raise ValueError(
                f"expected uint8 images (n, {', '.join(map(str, self.image_shape))}), "
                f"received {images.dtype} {images.shape}"
            )
        if not len(images) == len(labels) == len(patients) == len(slices):
            raise ValueError(
                f"received {len(images)} images, {len(labels)} labels, {len(patients)} patients and "
                f"{len(slices)} slices; expected as many of each"
            )
        wrong = set(np.unique(labels).tolist()) - set(range(NO_CLASS, len(self.classes)))
        if wrong:
            raise ValueError(f"labels {sorted(wrong)} are not among the {len(self.classes)} classes")

    def _raise_refusal(self) -> None:
        if self._sink.error is not None:
            raise cannot_write(self.path, self._sink.error) from self._sink.error


class ImageStore:
    """Reads an image store, opened at first use; it may be pickled, and kept open for long.

    Args:
        path: a file written by `StoreWriter`.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._file: h5py.File | None = None
        self._chunks: Chunks | None = None
        self._columns: dict[str, np.ndarray] = {}

    def __enter__(self) -> "ImageStore":
        self._opened()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "_file": None, "_chunks": None, "_columns": {}}

    def __len__(self) -> int:
        return int(self._opened().attrs["count"])

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        height, width, channels = self._opened()["images"].shape[1:]
        return int(height), int(width), int(channels)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names; label ``i`` means ``classes[i]``."""
        return tuple(json.loads(self._opened().attrs["classes"]))

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the images come from, as written."""
        return json.loads(self._opened().attrs["provenance"])

    @property
    def labels(self) -> np.ndarray:
        """(n,) int64 index into the classes; `NO_CLASS` where an image has none."""
        return self._column("labels").astype(np.int64)

    @property
    def slices(self) -> np.ndarray:
        """(n,) int64 slice indices; -1 where an image has none."""
        return self._column("slices").astype(np.int64)

    @property
    def patients(self) -> np.ndarray:
        """(n,) str patient identifiers."""
        names = np.array([name.decode() for name in self._column("names")])
        return names[self._column("patients")]

    def images(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read images in any order, repeats allowed. Several threads may, at once.

        Args:
            indices: (k,) int, each from 0 to ``len(self) - 1``.

        Returns:
            (k, height, width, channels) uint8.

        Raises:
            DataError: the file is missing or damaged.
            IndexError: an index is out of range.
        """
        wanted = np.asarray(indices, dtype=np.int64).ravel()
        if len(wanted) and not 0 <= wanted.min() <= wanted.max() < len(self):
            raise IndexError(
                f"indices {wanted.min()} to {wanted.max()} requested of {len(self)} images in {self.path}"
            )
        images = np.empty((len(wanted), *self.image_shape), np.uint8)
        for position, index in enumerate(wanted.tolist()):
            images[position] = self._image(index)
        return images

    def compressed(self, index: int) -> bytes:
        """Return an image as it lies in the file.

        Every store of this format has the same filters, so `StoreWriter.copy` may write them as they are.

        Raises:
            DataError: the file is missing or damaged.
        """
        try:
            return self._placed().compressed(int(index))
        except (OSError, ValueError) as error:
            raise self._damaged(f"image {index} cannot be read ({_short(error)})") from error

    def verify(self) -> None:
        """Read everything once, so that damage is found before the images are used.

        Raises:
            DataError: the file is missing or damaged.
        """
        for start in range(0, len(self), _COLUMN_CHUNK // 64):
            self.images(np.arange(start, min(start + _COLUMN_CHUNK // 64, len(self))))
        for name in (*_COLUMNS, "names"):
            self._column(name)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._chunks is not None:
            self._chunks.close()
            self._chunks = None

    def _image(self, index: int) -> np.ndarray:
        try:
            return self._placed().pixels(index)
        except (OSError, RuntimeError, ValueError) as error:
            raise self._damaged(f"image {index} cannot be read ({_short(error)})") from error

    def _placed(self) -> Chunks:
        if self._chunks is None:
            try:
                self._chunks = Chunks(self.path, self._opened()["images"])
            except (OSError, RuntimeError, ValueError) as error:
                raise self._damaged(f"its images cannot be found ({_short(error)})") from error
        return self._chunks

    def _opened(self) -> h5py.File:
        if self._file is None:
            self._file = self._open()
        return self._file

    def _open(self) -> h5py.File:
        if not self.path.is_file():
            raise DataError(
                f"no image store {self.path}: expected the file that a step wrote; run the same command "
                f"again to repeat the step (after 'kgan clean', delete the folder {self.path.parent} first)"
            )
        with ExitStack() as stack:
            try:
                # The file is whole and never written again, so it needs no lock (network disks refuse them).
                file = stack.enter_context(h5py.File(self.path, "r", locking=False))
                self._check(file)
            except (OSError, RuntimeError, KeyError, ValueError, AttributeError) as error:
                raise self._damaged(_short(error)) from error
            stack.pop_all()
        return file

    def _check(self, file: h5py.File) -> None:
        written = file.attrs.get("format")
        if written != FORMAT:
            raise DataError(
                f"{self.path} is no kgan image store: expected format {FORMAT!r}, found {written!r}"
            )
        count = int(file.attrs["count"])
        lengths = {name: len(file[name]) for name in ("images", *_COLUMNS)}
        _ = file["names"].shape, json.loads(file.attrs["classes"]), json.loads(file.attrs["provenance"])
        if set(lengths.values()) != {count}:
            raise DataError(f"damaged image store {self.path}: {count} images announced, {lengths} found")

    def _column(self, name: str) -> np.ndarray:
        if name not in self._columns:
            try:
                self._columns[name] = self._opened()[name][:]
            except (OSError, RuntimeError) as error:
                raise self._damaged(f"{name} cannot be read ({_short(error)})") from error
        return self._columns[name]

    def _damaged(self, reason: str) -> DataError:
        return DataError(
            f"damaged image store {self.path}: {reason}; expected a whole HDF5 file. Delete the folder "
            f"{self.path.parent} and run the same command again: the step that wrote it is then repeated"
        )


def _new_file(sink: Sink) -> h5py.File:
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_fileobj_driver(h5py.h5fd.fileobj_driver, sink)
    # Every structure of the 1.10 format carries a checksum, as the images do by fletcher32.
    access.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    # No time of creation inside: equal images make equal files. `h5py.File` has no word for it.
    creation.set_obj_track_times(False)
    return h5py.File(h5py.h5f.create(b"store", h5py.h5f.ACC_TRUNC, creation, access))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
