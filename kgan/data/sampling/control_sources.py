"""Sources of negative controls, from which nothing can be learnt, and the choice among images held back.

Images are read or made when a batch asks for them; nothing is written down.
"""

from collections.abc import Sequence

import numpy as np

from kgan.data.sampling.augmentation import Size
from kgan.data.sampling.sources import RealSource, Source
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.random.streams import rng
from kgan.schema.sources import NOISE, PERMUTED_LABELS


class NoiseSource(Source):
    """Images of independent uniform grey values, with random labels: as many of each class.

    Image i is a function of (seed, i) and of the size requested. Labels are drawn apart from the
    images.

    Args:
        count: images.
        classes: number of classes; the first ones have one image more where it does not divide the count.
        channels: of each image.
        seed: of labels and images.
    """

    def __init__(self, count: int, classes: int, channels: int, seed: int, *, name: str = NOISE) -> None:
        self.name = name
        self.channels = channels
        self.seed = seed
        self.labels = rng(seed, "noise/labels").permutation(np.arange(count, dtype=np.int64) % classes)

    def fetch(self, indices: np.ndarray, image_size: Size) -> np.ndarray:
        """Make images, (k, height, width, channels) uint8 in 0 to 255."""
        shape = (*image_size, self.channels)
        images = np.empty((len(indices), *shape), np.uint8)
        for place, index in enumerate(np.asarray(indices, np.int64)):
            draw = rng(self.seed, "noise/image", int(index))
            images[place] = draw.integers(0, 256, shape, dtype=np.uint8)
        return images


class PermutedLabelsSource(RealSource):
    """Real training images with labels that were permuted among them: each class keeps its number.

    Args:
        store: the training split.
        seed: of the permutation.
        indices: which images; ``None`` for all.
    """

    def __init__(
        self, store: ImageStore, seed: int, indices: np.ndarray | None = None, *, name: str = PERMUTED_LABELS
    ) -> None:
        super().__init__(store, indices, name=name)
        self.labels = rng(seed, "permuted/labels").permutation(self.labels)


def balanced_subset(
    labels: np.ndarray, classes: Sequence[str], count: int, seed: int, name: str
) -> np.ndarray:
    """Choose images at random, split evenly among the classes; fewer are among more.

    Args:
        labels: (n,) integers, the class of each image.
        classes: their names.
        count: images wanted; the first classes take what does not divide.
        seed: of the choice.
        name: of the source in a recipe.

    Returns:
        ndarray (count,) int64, ascending numbers of images.

    Raises:
        DataError: there are fewer images of a class than requested.
    """
    chosen = []
    for label, class_name in enumerate(classes):
        wanted = count // len(classes) + (label < count % len(classes))
        held = np.flatnonzero(labels == label)
        if len(held) < wanted:
            raise DataError(
                f"{wanted:,} images of class {class_name!r} are requested of {name!r} and {len(held):,} are "
                f"available; request fewer in setups, or write all"
            )
        chosen.append(rng(seed, f"{name}/choice", label).permutation(held)[:wanted])
    return np.sort(np.concatenate(chosen))
