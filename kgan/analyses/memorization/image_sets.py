"""What a pool is looked through for copies with: its images, those that its GAN learnt from, and others'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import NO_CLASS, ImageStore
from kgan.features.image_set import Images, ImageSubset
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.persons import persons_of


@dataclass(frozen=True, eq=False)
class Real:
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
        """Return the images asked for."""
        starts = np.cumsum([0, *(len(part) for part in self.parts)])
        owner = np.searchsorted(starts, indices, side="right") - 1
        found = np.empty((len(indices), *self.image_shape), np.uint8)
        for number, part in enumerate(self.parts):
            here = owner == number
            found[here] = part.images(np.asarray(indices)[here] - starts[number])
        return found


@dataclass(frozen=True, eq=False)
class Case:
    """One pool's images of one class with the real ones that they are held against.

    Args:
        pool: its name.
        kind: the class; empty where images have none.
        synthetic: generated images; its indices are their numbers in the pool.
        training: those that the GAN learnt from.
        held_out: those of other patients.
    """

    pool: str
    kind: str
    synthetic: ImageSubset
    training: Real
    held_out: Real

    @property
    def images(self) -> int:
        """How many there are of all."""
        return len(self.synthetic) + len(self.training) + len(self.held_out)


def cases(context: StepContext, pool: Mapping[str, Any], patients: Sequence[str]) -> Iterable[Case]:
    """Yield the pool's classes, or the pool as it stands where it has none."""
    store = ImageStore(context.inputs[pool["step"]] / "pool.h5")
    for label in np.unique(store.labels).tolist():
        own = None if label == NO_CLASS else label
        name = f"privacy/{pool['name']}/{label}"
        numbers = _some(np.flatnonzero(store.labels == label), context, name)
        yield Case(
            pool["name"],
            "" if own is None else store.classes[own],
            ImageSubset(store, numbers),
            _gathered(context, pool, ("train",), own, frozenset(patients)),
            _gathered(context, pool, ("validation", "test"), own, None),
        )


def _gathered(
    context: StepContext,
    pool: Mapping[str, Any],
    splits: Sequence[str],
    label: int | None,
    patients: frozenset[str] | None,
) -> Real:
    """Gather real images of some splits, a class and some patients, each in the middle of the canvas."""
    parts: list[Images] = []
    found: list[np.ndarray] = []
    slices: list[np.ndarray] = []
    for split in splits:
        seen = gan_view(ImageStore(context.prepared / f"{split}.h5"), pool["view"])
        mine = np.ones(len(seen), bool) if label is None else seen.labels == label
        if patients is not None:
            mine &= np.isin(seen.patients, sorted(patients))
        numbers = _some(np.flatnonzero(mine), context, f"privacy/{split}")
        parts.append(ImageSubset(PaddedView(seen, pool["canvas"], 0, context.seed), numbers))
        found.append(seen.patients[numbers])
        slices.append(np.tile(seen.store.slices, seen.copies)[numbers])
    scans = np.concatenate(found)
    return Real(tuple(parts), persons_of(context.prepared, scans), scans, np.concatenate(slices))


def _some(numbers: np.ndarray, context: StepContext, name: str) -> np.ndarray:
    count = int(context.settings["images"])
    return np.sort(rng(context.seed, name).permutation(numbers)[:count])
