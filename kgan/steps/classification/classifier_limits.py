"""For what a setup's classifier requests the cohort is too small; see `kgan.steps.checks.cohort_limits`."""

from pathlib import Path

import numpy as np

from kgan.data.cohort.limits_table import Outcome
from kgan.data.store.gan_view import CenterCropped
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.steps.checks.cohort_limits import Limit, batch_text
from kgan.steps.checks.pretrained_weights import missing_weights
from kgan.steps.classification.classifier_sources import chosen_further, chosen_permuted, real_subset
from kgan.steps.persons import persons_of
from kgan.steps.settings.classify import ClassifySettings


def limits(name: str, settings: ClassifySettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    with ImageStore(prepared / "train.h5") as store:
        if refusal := _refusal(store, settings):
            return [Limit(name, refusal, Outcome.REFUSED)]
        persons = persons_of(prepared, store.patients)
        real = settings.real
        if real is not None and isinstance(real.patients, int) and real.patients > len(np.unique(persons)):
            return []  # the patient equivalence says so, once for all classifiers
        try:
            subset = real_subset(store, persons, settings)
        except DataError as error:
            return [Limit(name, str(error), Outcome.LEFT_OUT)]
        labels, classes = store.labels if subset is None else store.labels[subset], store.classes
        try:
            held_back = _check_controls(store, subset, settings, prepared)
        except DataError as error:
            return [Limit(name, str(error), Outcome.REFUSED)]
    counts = {source.kind: source.count for source in settings.sources}
    absent = [kind for label, kind in enumerate(classes) if label not in labels]
    if absent and "classic" in counts:
        text = (
            f"no image of class {absent[0]} is among the {len(labels)} real ones that classic augmentation "
            "takes; request more real images in setups"
        )
        return [Limit(name, text, Outcome.REFUSED)]
    whole = {"further_real": held_back}
    images = sum(
        whole.get(source.kind, len(labels)) if source.count is None else source.count
        for source in settings.sources
    )
    return [Limit(name, text) for text in batch_text(images, settings.train.batch_size)]


def _check_controls(
    store: ImageStore, subset: np.ndarray | None, settings: ClassifySettings, prepared: Path
) -> int:
    """Refuse controls that request more images than there are; return how many further ones there are."""
    held_back = 0
    for source in settings.sources:
        if source.kind == "permuted_labels":
            chosen_permuted(store, subset, source, settings.seed)
        elif source.kind == "further_real":
            with ImageStore(prepared / "further.h5") as further:
                chosen_further(further, source, settings.seed)
                held_back = len(further)
    return held_back


def _refusal(store: ImageStore, settings: ClassifySettings) -> str:
    """Say why no run with this classifier begins; nothing where one does."""
    if settings.center_crop:
        try:
            CenterCropped(store, settings.image_size)
        except DataError as error:
            return str(error)
    shape = (*settings.image_size, store.image_shape[-1])
    if missing := missing_weights("classifiers", settings.classifier, shape):
        return missing
    real = settings.real
    if real is not None and real.patients is None and real.count is not None and real.count > len(store):
        return (
            f"{real.count:,} real images are requested and {len(store):,} are available; write all, or "
            "request fewer, in setups"
        )
    return ""
