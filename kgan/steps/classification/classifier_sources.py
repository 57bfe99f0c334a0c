"""The images that a classifier learns from: real ones, their classic augmentation, pools, and controls."""

from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.sampling.augmentation import ClassicTransform
from kgan.data.sampling.control_sources import NoiseSource, PermutedLabelsSource, balanced_subset
from kgan.data.sampling.sources import ClassicSource, PoolSource, RealSource, Source
from kgan.data.store.gan_view import CenterCropped
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.persons import persons_of
from kgan.steps.settings.classify import ClassifySettings, SourceSettings


def open_store(path: Path, settings: ClassifySettings) -> Any:
    """Open a store, cut to its central part where the settings ask for that instead of resizing.

    Raises:
        DataError: its images are smaller than that part.
    """
    store = ImageStore(path)
    return CenterCropped(store, settings.image_size) if settings.center_crop else store


def sources_of(context: StepContext[ClassifySettings], real: ImageStore) -> list[Source]:
    """Return a setup's sources.

    Classic augmentation and permuted labels start from the same real images as the setup uses.

    Args:
        context: of the step.
        real: the training split.

    Raises:
        DataError: a source has fewer images or patients than the settings request, or lacks a class.
    """
    persons = persons_of(context.prepared, real.patients)
    subset = real_subset(real, persons, context.settings)
    return [_source(source, real, subset, context) for source in context.settings.sources]


def real_subset(real: ImageStore, persons: np.ndarray, settings: ClassifySettings) -> np.ndarray | None:
    """Return which real images a setup uses, as sorted (k,) int64; ``None`` for all.

    Args:
        real: the training split, of n images.
        persons: (n,) str, whose each is: all scans of a person are taken, or none.
        settings: of the setup.

    Raises:
        DataError: there are fewer patients than the setup requests, or their images lack a class.
    """
    source = settings.real
    if source is None:
        return None
    if source.patients is not None:
        return _of_patients(real, persons, source.patients, settings.seed)
    if source.count is None:
        return None
    return np.sort(rng(settings.seed, "classify/real").permutation(len(real))[: source.count])


def _source(
    source: SourceSettings,
    real: ImageStore,
    subset: np.ndarray | None,
    context: StepContext[ClassifySettings],
) -> Source:
    settings = context.settings
    if source.kind == "real":
        return RealSource(real, subset)
    if source.kind == "pool":
        pool = open_store(context.inputs[source.step] / "pool.h5", settings)
        return PoolSource(pool, source.count, name=source.name)
    if source.kind == "further_real":
        further = open_store(context.prepared / "further.h5", settings)
        return RealSource(further, chosen_further(further, source, context.seed), name=source.name)
    if source.kind == "permuted_labels":
        return PermutedLabelsSource(real, context.seed, chosen_permuted(real, subset, source, context.seed))
    if source.kind == "noise" and source.count is not None:
        return NoiseSource(source.count, len(real.classes), real.image_shape[-1], context.seed)
    if settings.classic is None or source.count is None:
        raise ValueError("a source of classic augmentation has ranges and a number of images")
    transform = ClassicTransform(**settings.classic.model_dump())
    return ClassicSource(real, source.count, transform, context.seed, indices=subset)


def chosen_further(further: ImageStore, source: SourceSettings, seed: int) -> np.ndarray | None:
    """Return which images of further patients a source takes, as sorted (k,) int64; ``None`` for all.

    Raises:
        DataError: there are fewer of a class than it requests.
    """
    if source.count is None:
        return None
    return balanced_subset(further.labels, further.classes, source.count, seed, source.name)


def chosen_permuted(
    real: ImageStore, subset: np.ndarray | None, source: SourceSettings, seed: int
) -> np.ndarray | None:
    """Return the real images whose labels a source permutes, as sorted (k,) int64; ``None`` for all.

    Args:
        real: the training split.
        subset: the real images that the setup uses; ``None`` for all.
        source: of the setup.
        seed: of the choice.

    Raises:
        DataError: there are fewer of a class than it requests.
    """
    if source.count is None:
        return subset
    allowed = np.arange(len(real)) if subset is None else subset
    return allowed[balanced_subset(real.labels[allowed], real.classes, source.count, seed, source.name)]


def _of_patients(real: ImageStore, persons: np.ndarray, requested: int | float, seed: int) -> np.ndarray:
    """Choose the images of so many patients, or of such a share of them; fewer are among more."""
    names = np.unique(persons)
    number = max(1, round(requested * len(names))) if isinstance(requested, float) else requested
    if number > len(names):
        raise DataError(
            f"{number} training patients are requested and {len(names)} have images; request fewer in "
            "equivalent.patients"
        )
    chosen = rng(seed, "classify/patients").permutation(names)[:number]
    indices = np.flatnonzero(np.isin(persons, chosen))
    absent = [name for label, name in enumerate(real.classes) if label not in real.labels[indices]]
    if absent:
        raise DataError(
            f"the first {number} training patients have no image of class {absent[0]}; request more in "
            "equivalent.patients"
        )
    return indices
