"""The images that the search compares: a pool's, those that its GAN learnt from, and other patients'."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import NO_CLASS, ImageStore
from kgan.features.image_set import Images, ImageSubset
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.persons import persons_of
from kgan.steps.settings.shared import PlacedView, ViewedPool


@dataclass(frozen=True, eq=False)
class RealImages:
    """Real images of some patients, as a GAN sees them.

    Args:
        parts: one for each store.
        patients: (n,) str, of all of them: the persons who were scanned.
        scans: (n,) str, which of a person's scans each is of; with the slice it names the image.
        slices: (n,) int64.
    """

    parts: tuple[Images, ...]
    patients: np.ndarray
    scans: np.ndarray
    slices: np.ndarray

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return self.parts[0].image_shape

    def images(self, indices: np.ndarray) -> np.ndarray:
        """Read images in any order: (k,) int to (k, *image_shape) uint8."""
        starts = np.cumsum([0, *(len(part) for part in self.parts)])
        part_of = np.searchsorted(starts, indices, side="right") - 1
        images = np.empty((len(indices), *self.image_shape), np.uint8)
        for number, part in enumerate(self.parts):
            chosen = part_of == number
            images[chosen] = part.images(np.asarray(indices)[chosen] - starts[number])
        return images


@dataclass(frozen=True, eq=False)
class ImageSets:
    """One pool's images of one class, and the real ones that they are compared with.

    Args:
        pool: its name.
        class_name: empty where images have none.
        synthetic: generated images; its indices are their numbers in the pool.
        training: those that the GAN learnt from.
        held_out: those of other patients.
    """

    pool: str
    class_name: str
    synthetic: ImageSubset
    training: RealImages
    held_out: RealImages


class Gathering:
    """Gathers the image sets of pools; those of one view, class and patients share their `RealImages`.

    Args:
        context: of the step.
    """

    def __init__(self, context: StepContext[MemorizationSettings]) -> None:
        self.context = context
        self._real = cache(partial(_real, context))

    def sets(self, pool: ViewedPool, patients: Sequence[str]) -> Iterator[ImageSets]:
        """Yield the image sets of a pool: one for each class, or one where images have none.

        Args:
            pool: that is searched.
            patients: whom the pool derives from.
        """
        context, view = self.context, PlacedView(view=pool.view, canvas=pool.canvas)
        store = ImageStore(context.inputs[pool.step] / "pool.h5")
        for label in np.unique(store.labels).tolist():
            class_label = None if label == NO_CLASS else label
            numbers = _some(np.flatnonzero(store.labels == label), context, f"privacy/{pool.name}/{label}")
            yield ImageSets(
                pool.name,
                "" if class_label is None else store.classes[class_label],
                ImageSubset(store, numbers),
                self._real(view, ("train",), class_label, frozenset(patients)),
                self._real(view, ("validation", "test"), class_label, None),
            )


def _real(
    context: StepContext[MemorizationSettings],
    placed: PlacedView,
    splits: Sequence[str],
    label: int | None,
    patients: frozenset[str] | None,
) -> RealImages:
    """Gather real images of some splits, a class and some patients, each in the middle of the canvas."""
    parts: list[Images] = []
    scans: list[np.ndarray] = []
    slices: list[np.ndarray] = []
    for split in splits:
        seen = gan_view(ImageStore(context.prepared / f"{split}.h5"), placed.view)
        eligible = np.ones(len(seen), bool) if label is None else seen.labels == label
        if patients is not None:
            eligible &= np.isin(seen.patients, sorted(patients))
        numbers = _some(np.flatnonzero(eligible), context, f"privacy/{split}")
        parts.append(ImageSubset(PaddedView(seen, placed.canvas, placed.crop, context.seed), numbers))
        scans.append(seen.patients[numbers])
        slices.append(np.tile(seen.store.slices, seen.copies)[numbers])
    all_scans = np.concatenate(scans)
    persons = persons_of(context.prepared, all_scans)
    return RealImages(tuple(parts), persons, all_scans, np.concatenate(slices))


def _some(numbers: np.ndarray, context: StepContext[MemorizationSettings], stream: str) -> np.ndarray:
    return np.sort(rng(context.seed, stream).permutation(numbers)[: context.settings.images])
