"""Train one image-to-image GAN to make a pool's images of one class look like the real ones."""

from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.cohort.limits_table import Outcome
from kgan.data.resize import resize
from kgan.data.sampling.batches import own_errors, stream
from kgan.data.store.gan_view import gan_view
from kgan.data.store.padding import random_flip
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.checks.cohort_limits import Limit, reductions
from kgan.steps.checks.leakage_guard import training_patients
from kgan.steps.checks.pretrained_weights import missing_weights
from kgan.steps.settings.training import TrainRefinerSettings
from kgan.steps.training.model_setup import trainer
from kgan.steps.training.snapshots import snapshot
from kgan.training.tensorflow_import import import_tensorflow


def run(context: StepContext[TrainRefinerSettings]) -> dict[str, Any]:
    """Train and write ``config.json``, ``networks/`` and ``log.csv``; snapshots in ``snapshots/<steps>/``.

    Steps of a warm-up come before all of these and are not counted among them.

    Returns:
        dict: patients learnt from, real and source images, steps, images seen, notes of the GAN, devices.
    """
    import_tensorflow()
    from kgan.training import model_files
    from kgan.training.fit import Hook, fit

    settings, train = context.settings, context.settings.train
    real = ImageStore(context.prepared / "train.h5")
    pool = ImageStore(context.inputs[settings.source] / "pool.h5")
    pairs = _Pairs(real, pool, settings)
    patients = training_patients(context, real.patients[pairs.targets].tolist(), [settings.source])
    config = settings.built_from(real.image_shape[-1])
    images = f"{len(pairs.sources)} images to refine, {len(pairs.targets)} real"
    training = trainer(context, config, train.batch_size, images)
    model, batch, steps = training.model, training.batch, train.steps

    def keep(model: Any, step: int) -> bool:
        if step in settings.snapshots:
            model_files.save(model, training.recipe, snapshot(context.out, step))
        return False

    hooks = tuple(Hook(every, keep) for every in settings.snapshots)
    with own_errors():
        how = training.how(steps, hooks=hooks)
        fit(model, lambda first: pairs.batches(batch, first), how, context.progress)
    model.finish()
    model_files.save(model, training.recipe, context.out)
    return {
        "patients": patients,
        "images": len(pairs.targets),
        "source_images": len(pairs.sources),
        "steps": steps,
        "images_seen": steps * batch + model.warm_up_steps(steps) * train.batch_size,
        **training.facts,
        "limits": reductions(limits(context.name, settings, context.prepared)),
    }


def limits(name: str, settings: TrainRefinerSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    store = ImageStore(prepared / "train.h5")
    try:
        images = len(gan_view(store).of_class(settings.label))
    except DataError as error:
        return [Limit(name, str(error), Outcome.REFUSED)]
    shape = (*settings.image_size, store.image_shape[-1])
    if missing := missing_weights("gans", settings.gan, shape):
        return [Limit(name, missing, Outcome.REFUSED)]
    if images >= settings.images:
        return []
    return [Limit(name, f"{images} real images instead of {settings.images} (images_per_class)")]


def deviations(settings: TrainRefinerSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "pairing": "Each step pairs the images to refine with real ones drawn at random; the former are "
        "taken in a new order each time that all have been used.",
        "images": f"The {settings.images:,} images of each side and class are drawn at random, once.",
    }


class _Pairs:
    """Unpaired images of both sides: the targets follow an order of their own."""

    def __init__(self, real: ImageStore, pool: ImageStore, settings: TrainRefinerSettings) -> None:
        self.real, self.pool, self.settings, self.seed = real, pool, settings, settings.seed
        self.channels = real.image_shape[-1]
        self.targets = self._pick(real, "targets")
        self.sources = self._pick(pool, "sources")
        if pool.image_shape[-1] != self.channels:
            raise DataError(
                f"{pool.path}: images of {pool.image_shape[-1]} channels cannot be refined towards real ones "
                f"of {self.channels}; expected the same number."
            )

    def batches(self, batch: int, first: int) -> Any:
        """Return the endless stream of (source, target) batches, float32 in [-1, 1]."""
        signature = [((*self.settings.image_size, self.channels), "float32")] * 2
        return stream(self._fetch, len(self.sources), batch, self.seed, first, signature, self._augment)

    def _pick(self, store: ImageStore, stream_name: str) -> np.ndarray:
        """Choose as many images of the class as the settings request, all where there are fewer."""
        indices = gan_view(store).of_class(self.settings.label)
        return rng(self.seed, f"refiner/{stream_name}").permutation(indices)[: self.settings.images]

    def _fetch(self, indices: np.ndarray) -> tuple[np.ndarray, ...]:
        return (resize(self.pool.images(self.sources[indices]), self.settings.image_size),)

    def _augment(self, arrays: tuple[np.ndarray, ...], step: int) -> tuple[np.ndarray, ...]:
        sources = arrays[0]
        indices = rng(self.seed, "refiner/pairing", step).choice(self.targets, len(sources))
        targets = resize(self.real.images(indices), self.settings.image_size)
        if self.settings.flip:
            sources = random_flip(sources, self.seed, "refiner/flip/source", step)
            targets = random_flip(targets, self.seed, "refiner/flip/target", step)
        return to_model(sources), to_model(targets)
