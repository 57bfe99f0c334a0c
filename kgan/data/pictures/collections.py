"""Any set of images that a user points at, a store or a folder of pictures, with whose each image is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.data.pictures.files import is_picture, read_picture
from kgan.data.pictures.listing import as_text, files_below, natural_sort_key
from kgan.data.resize import resize
from kgan.data.store.store import ImageStore
from kgan.errors import DataError

_STORES = (".h5", ".hdf5")


@dataclass(frozen=True, eq=False)
class ImageCollection:
    """Images and their patients.

    Args:
        images: `len`, ``image_shape`` and ``images(indices)``.
        patients: (n,) str, whose each image is; an image without a patient is one of its own.
        known: whether patients are known, beside the images.
    """

    images: "ImageStore | Pictures"
    patients: np.ndarray
    known: bool


class Pictures:
    """Picture files of 8 bits as a set of images of one size, read on request.

    Args:
        paths: PNG, JPEG or TIFF files.
        image_size: (height, width) in pixels that each is brought to; ``None`` where all have one size.
        colour: whether colour is kept; brightness otherwise.

    Raises:
        DataError: there is no file, or the first is damaged.
    """

    def __init__(
        self, paths: Sequence[Path], image_size: tuple[int, int] | None = None, colour: bool = False
    ) -> None:
        if not paths:
            raise DataError("no picture; expected PNG, JPEG or TIFF files")
        self.paths = tuple(paths)
        self.colour = colour
        first = read_picture(self.paths[0], colour).shape
        self.resizing = image_size is not None
        self.image_shape = (*(image_size or first[:2]), first[2])

    def __len__(self) -> int:
        return len(self.paths)

    def images(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read pictures in any order: (k,) int to (k, height, width, channels) uint8.

        Raises:
            DataError: a file is damaged, has more than 8 bits a pixel, or another size.
        """
        numbers = np.asarray(indices, np.int64).ravel()
        pictures = np.empty((len(numbers), *self.image_shape), np.uint8)
        for place, number in enumerate(numbers):
            pictures[place] = self._read(self.paths[number])
        return pictures

    def _read(self, path: Path) -> np.ndarray:
        picture = read_picture(path, self.colour)
        if picture.dtype != np.uint8:
            raise DataError(
                f"{path}: more than 8 bits a pixel; expected 8, the range of generated images: convert real "
                "and synthetic images in the same way"
            )
        if self.resizing:
            return resize(picture[None], self.image_shape[:2])[0]
        if picture.shape != self.image_shape:
            height, width = self.image_shape[:2]
            raise DataError(
                f"{path} has {picture.shape[0]}x{picture.shape[1]} pixels and {self.paths[0].name} "
                f"{height}x{width}; expected one size: name one by image_size, such as {height}x{width}"
            )
        return picture


def open_images(
    path: Path, image_size: tuple[int, int] | None = None, *, by_folder: bool = True, colour: bool = False
) -> ImageCollection:
    """Open a store or a folder.

    Args:
        path: an HDF5 store of kgan's, or a folder of PNG, JPEG or TIFF files at any depth.
        image_size: (height, width) in pixels that pictures of several sizes are brought to.
        by_folder: whether each sub-folder is a patient, where there are any; else each image is its own.
        colour: whether pictures' colour is kept.

    Raises:
        DataError: nothing is there, or it is of another kind.
    """
    if path.suffix.lower() in _STORES and path.is_file():
        store = _store(path)
        names, own = store.patients, np.char.mod("image %d", np.arange(len(store)))
        return ImageCollection(store, np.where(names == "", own, names), bool((names != "").any()))
    if not path.is_dir():
        what = "no store and no folder" if path.exists() else "nothing here"
        raise DataError(f"{path}: {what}; expected an HDF5 store, or a folder of PNG or JPEG files")
    paths = sorted(
        files_below(path, is_picture), key=lambda picture: natural_sort_key(str(picture.relative_to(path)))
    )
    if not paths:
        raise DataError(f"{path}: no PNG, JPEG or TIFF file here; expected some, in it or in its sub-folders")
    folders = [as_text(str(picture.parent.relative_to(path))) for picture in paths]
    known = by_folder and len(set(folders)) > 1
    whose = folders if known else [as_text(str(picture.relative_to(path))) for picture in paths]
    return ImageCollection(Pictures(paths, image_size, colour), np.array(whose), known)


def _store(path: Path) -> ImageStore:
    store = ImageStore(path)
    try:
        _ = store.image_shape, store.patients
    except DataError as error:
        raise DataError(
            f"{path}: no image store, or a damaged one; expected train.h5, pool.h5 or the like of a run, or "
            "a folder of PNG or JPEG files"
        ) from error
    return store
