"""Where a classifier's training images come from: real slices, pools on disk, classic pools, and their sum.

A source is a numbered set of labelled images. Only labels and numbers are held in memory; images are read
when a batch asks for them, so a pool of 200,000 costs no more memory than one of 200.
"""

import abc
from collections.abc import Sequence

import numpy as np

from kgan.data.resize import resize
from kgan.data.sampling import augmentation
from kgan.data.sampling.augmentation import ClassicTransform, Size
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.random.streams import rng


class Source(abc.ABC):
    """Labelled images, numbered from 0.

    Attributes:
        name: what a recipe calls it; used in messages.
        labels: (n,) int64, the class of each image, at least 0.
    """

    name: str
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @abc.abstractmethod
    def fetch(self, indices: np.ndarray, image_size: Size) -> np.ndarray:
        """Read images, in any order, repeats allowed.

        Args:
            indices: (k,) integers in [0, n).
            image_size: (height, width) in pixels wanted.

        Returns:
            ndarray (k, height, width, channels) uint8.

        Raises:
            DataError: the store behind the source cannot be read.
        """


class RealSource(Source):
    """Real slices of a store, all of them or those numbered by ``indices``."""

    def __init__(self, store: ImageStore, indices: np.ndarray | None = None, *, name: str = "real") -> None:
        self.store = store
        self.name = name
        self.indices = np.arange(len(store)) if indices is None else np.asarray(indices, np.int64)
        self.labels = _labels(store, name)[self.indices]

    def fetch(self, indices: np.ndarray, image_size: Size) -> np.ndarray:
        """Read and resize slices."""
        return resize(_read(self.store, self.indices[indices]), image_size)


class PoolSource(Source):
    """The first images of each class of a pool on disk.

    Args:
        store: generated or refined images.
        count: images wanted, split evenly among the classes (the first classes take what does not divide);
            ``None`` takes the whole pool.
        name: what a recipe calls it.

    Raises:
        DataError: the pool holds fewer of a class than requested.
    """

    def __init__(self, store: ImageStore, count: int | None = None, *, name: str = "pool") -> None:
        self.store = store
        self.name = name
        labels = _labels(store, name)
        self.indices = np.arange(len(store)) if count is None else _first(store, labels, count, name)
        self.labels = labels[self.indices]

    def fetch(self, indices: np.ndarray, image_size: Size) -> np.ndarray:
        """Read and resize images."""
        return resize(_read(self.store, self.indices[indices]), image_size)


class ClassicSource(Source):
    """A definite pool of transformed real slices that is never written down.

    Image i has class ``i % classes``; it is made from slice ``i // classes`` of that class's slices in a
    seeded order, repeated when all have been used, by the transform drawn for (seed, i).

    Args:
        store: real slices of the training split.
        count: images in the pool.
        transform: the ranges of the transform.
        seed: seed of the order and of the transforms.
        indices: which slices of the store may be used; ``None`` for all.
        name: what a recipe calls it.

    Raises:
        DataError: a class has no slice.
    """

    def __init__(
        self,
        store: ImageStore,
        count: int,
        transform: ClassicTransform,
        seed: int,
        *,
        indices: np.ndarray | None = None,
        name: str = "classic",
    ) -> None:
        self.store = store
        self.count = count
        self.transform = transform
        self.seed = seed
        self.name = name
        allowed = np.arange(len(store)) if indices is None else np.asarray(indices, np.int64)
        self._by_class = _shuffled_by_class(store, allowed, seed, name)
        self.labels = np.arange(count, dtype=np.int64) % len(self._by_class)

    def origins(self, indices: np.ndarray) -> np.ndarray:
        """Return the number in the store of the slice that each image is made from, (k,) int64."""
        indices = np.asarray(indices, np.int64)
        rank = indices // len(self._by_class)
        chosen = np.empty(len(indices), np.int64)
        for label, slices in enumerate(self._by_class):
            here = self.labels[indices] == label
            chosen[here] = slices[rank[here] % len(slices)]
        return chosen

    def fetch(self, indices: np.ndarray, image_size: Size) -> np.ndarray:
        """Read slices and warp each once, straight to the size wanted."""
        slices = _reduce(_read(self.store, self.origins(indices)), image_size)
        moves = augmentation.matrices(self.transform, self.seed, indices, slices.shape[1:3], image_size)
        return augmentation.warp(slices, moves, image_size, self.transform.fill)


class MixedSource(Source):
    """The sum of several sources, one after the other.

    Raises:
        DataError: there is no source, or together they hold no image.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        if not sum(len(source) for source in sources):
            raise DataError("a DA setup holds no image: name at least one source with a count above 0")
        self.sources = tuple(sources)
        self.name = " + ".join(source.name for source in sources)
        self.labels = np.concatenate([source.labels for source in sources])
        self._starts = np.cumsum([0] + [len(source) for source in sources])

    def fetch(self, indices: np.ndarray, image_size: Size) -> np.ndarray:
        """Read from each source what it owns and put it where it was requested."""
        indices = np.asarray(indices, np.int64)
        owners = np.searchsorted(self._starts, indices, side="right") - 1
        images: np.ndarray | None = None
        for owner in np.unique(owners):
            here = owners == owner
            part = self.sources[owner].fetch(indices[here] - self._starts[owner], image_size)
            if images is None:
                images = np.empty((len(indices), *part.shape[1:]), np.uint8)
            if part.shape[1:] != images.shape[1:]:
                raise DataError(
                    f"{self.sources[owner].name!r} gives images of shape {part.shape[1:]}, expected "
                    f"{images.shape[1:]} like the other sources of {self.name!r}"
                )
            images[here] = part
        if images is None:
            raise DataError(f"{self.name!r} was requested to give no image")
        return images


def _read(store: ImageStore, numbers: np.ndarray) -> np.ndarray:
    """Read each image once and in the order of the file, whatever was requested."""
    ascending, places = np.unique(numbers, return_inverse=True)
    images = store.images(ascending)
    return images if np.array_equal(ascending, numbers) else images[places]


def _reduce(images: np.ndarray, size: Size) -> np.ndarray:
    """Average areas by a whole factor before a bilinear warp that would skip pixels."""
    factor = min(images.shape[1] // size[0], images.shape[2] // size[1])
    if factor < 2:
        return images
    return resize(images, (images.shape[1] // factor, images.shape[2] // factor))


def _labels(store: ImageStore, name: str) -> np.ndarray:
    labels = np.asarray(store.labels, np.int64)
    if (labels < 0).any():
        raise DataError(
            f"{name!r}: image {int(np.argmax(labels < 0))} has no class; a classifier needs one each"
        )
    return labels


def _first(store: ImageStore, labels: np.ndarray, count: int, name: str) -> np.ndarray:
    classes = len(store.classes)
    chosen = []
    for label in range(classes):
        wanted = count // classes + (label < count % classes)
        held = np.flatnonzero(labels == label)
        if len(held) < wanted:
            raise DataError(
                f"{name!r} holds {len(held)} images of class {store.classes[label]!r}, expected at least "
                f"{wanted}; generate more or ask for fewer"
            )
        chosen.append(held[:wanted])
    return np.sort(np.concatenate(chosen))


def _shuffled_by_class(store: ImageStore, allowed: np.ndarray, seed: int, name: str) -> list[np.ndarray]:
    labels = _labels(store, name)[allowed]
    groups = []
    for label, class_name in enumerate(store.classes):
        slices = allowed[labels == label]
        if not len(slices):
            raise DataError(f"{name!r}: no real slice of class {class_name!r} to transform")
        groups.append(rng(seed, "classic/order", label).permutation(slices))
    return groups
