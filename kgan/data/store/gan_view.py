"""A store as one GAN sees it: some of its sequences, or each as an image of its own, at the GAN's size."""

from collections.abc import Sequence

import numpy as np

from kgan.data.resize import resize
from kgan.data.store.padding import pad_images, padding_offsets
from kgan.data.store.store import ImageStore
from kgan.errors import DataError, did_you_mean
from kgan.schema.data import ViewSettings


class GANView:
    """Numbered images made from a store's.

    Where sequences are images of their own, those of the first sequence come first, in the store's order.

    Args:
        store: prepared images, a channel for each sequence.
        sequences: names of those that are seen, in this order; ``None`` for all.
        concat: whether each sequence is an image of its own, of one channel.
        image_size: (height, width) in pixels that images are brought to; ``None`` for the store's.

    Raises:
        DataError: the store has no such sequence.
    """

    def __init__(
        self,
        store: ImageStore,
        *,
        sequences: Sequence[str] | None = None,
        concat: bool = False,
        image_size: Sequence[int] | None = None,
    ) -> None:
        self.store = store
        self.channels = _channels(store, sequences)
        self.concat = concat
        self.image_size = (image_size[0], image_size[1]) if image_size else store.image_shape[:2]
        self.copies = len(self.channels) if concat else 1

    def __len__(self) -> int:
        return len(self.store) * self.copies

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return (*self.image_size, 1 if self.concat else len(self.channels))

    @property
    def labels(self) -> np.ndarray:
        """(n,) int64 class of each image."""
        return np.tile(self.store.labels, self.copies)

    @property
    def patients(self) -> np.ndarray:
        """(n,) str patient of each image."""
        return np.tile(self.store.patients, self.copies)

    def of_class(self, label: int | None) -> np.ndarray:
        """Return the numbers of a class's images, or of all: (k,) int64.

        Raises:
            DataError: there is none.
        """
        chosen = np.arange(len(self)) if label is None else np.flatnonzero(self.labels == label)
        if not len(chosen):
            of = "" if label is None else f" of class {label}"
            raise DataError(f"{self.store.path}: no training image{of}. Prepare more patients or slices.")
        return chosen

    def images(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read images in any order, repeats allowed.

        Args:
            indices: (k,) int, each from 0 to ``len(self) - 1``.

        Returns:
            (k, *image_shape) uint8.

        Raises:
            DataError: the store is missing or damaged.
        """
        wanted = np.asarray(indices, np.int64).ravel()
        if self.concat:
            sequence, slices = np.divmod(wanted, len(self.store))
            channel = np.asarray(self.channels)[sequence]
            images = self.store.images(slices)[np.arange(len(wanted)), :, :, channel][..., None]
        else:
            images = self.store.images(wanted)
            if self.channels != tuple(range(images.shape[-1])):
                images = np.ascontiguousarray(images[..., self.channels])
        return resize(images, self.image_size)


class PaddedView:
    """The images of a view, padded to the GAN's size, each at a fixed offset of its own.

    Args:
        seen: images.
        size: (height, width) in pixels after padding, no smaller than they are.
        crop: images stand at random within 0 to so many pixels; 0 centres them.
        seed: of the offsets.
    """

    def __init__(self, seen: GANView, size: Sequence[int], crop: int, seed: int) -> None:
        self.seen = seen
        self.size = (size[0], size[1])
        self.offsets = padding_offsets(len(seen), crop, seed, "canvas", 0) if crop else None

    def __len__(self) -> int:
        return len(self.seen)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return (*self.size, self.seen.image_shape[-1])

    def images(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read images in any order: (k,) int to (k, *image_shape) uint8.

        Raises:
            DataError: the store is missing or damaged.
        """
        wanted = np.asarray(indices, np.int64).ravel()
        return pad_images(
            self.seen.images(wanted), self.size, None if self.offsets is None else self.offsets[wanted]
        )


class CenterCropped:
    """A store whose images are the central parts of its own.

    Args:
        store: images.
        size: (height, width) in pixels of what is kept.

    Raises:
        DataError: the store's images are smaller.
    """

    def __init__(self, store: ImageStore, size: Sequence[int]) -> None:
        height, width, _ = store.image_shape
        if size[0] > height or size[1] > width:
            raise DataError(
                f"{store.path}: images of {height}x{width} px, of which the central {size[0]}x{size[1]} are "
                "wanted; expected a smaller classifier.image_size, or center_crop: false"
            )
        self.store = store
        self.size = (int(size[0]), int(size[1]))
        self.start = ((height - self.size[0]) // 2, (width - self.size[1]) // 2)
        self.path, self.classes = store.path, store.classes
        self.labels, self.patients, self.slices = store.labels, store.patients, store.slices

    def __len__(self) -> int:
        return len(self.store)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return (*self.size, self.store.image_shape[-1])

    def images(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read images in any order: (k,) int to (k, *image_shape) uint8.

        Raises:
            DataError: the store is missing or damaged.
        """
        (top, left), (height, width) = self.start, self.size
        whole = self.store.images(np.asarray(indices, np.int64))
        return np.ascontiguousarray(whole[:, top : top + height, left : left + width])


def gan_view(store: ImageStore, settings: ViewSettings | None = None) -> GANView:
    """Return a store as a GAN of these settings sees it; as it is where there are none.

    Raises:
        DataError: the store has no such sequence.
    """
    view = settings or ViewSettings()
    return GANView(store, sequences=view.sequences, concat=view.concat, image_size=view.image_size)


def _channels(store: ImageStore, sequences: Sequence[str] | None) -> tuple[int, ...]:
    if sequences is None:
        return tuple(range(store.image_shape[-1]))
    there = list(store.provenance.get("sequences", []))
    for name in sequences:
        if name not in there:
            raise DataError(
                f"{store.path}: no sequence {name!r}{did_you_mean(name, there)}; expected some of "
                f"{', '.join(there) or 'none'}"
            )
    return tuple(there.index(name) for name in sequences)
