"""Train one image-to-image GAN to make a pool's images of one class look like the real ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.sampling.batches import own_errors, stream
from kgan.data.sampling.sources import resize
from kgan.data.store.gan_view import gan_view
from kgan.data.store.padding import random_flip
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.checks.cohort_limits import Limit, Outcome, told
from kgan.steps.checks.leakage import learning_from
from kgan.steps.checks.pretrained_weights import missing_weights
from kgan.steps.model_setup import trainer
from kgan.steps.snapshots import snapshot
from kgan.training.tensorflow_import import import_tensorflow


def run(context: StepContext) -> dict[str, Any]:
    """Train and write ``config.json``, ``networks/`` and ``log.csv``.

    Settings: ``gan``, ``source`` (the step whose pool is refined), ``label``, ``images`` (how many of each
    side), ``image_size`` [height, width] px, ``flip``, ``train`` (batch_size, steps, precision),
    ``snapshots`` (steps after which the model is kept as well, in ``snapshots/<steps>/``; may be left out).
    Steps of a warm-up come before all of these and are not counted among them.

    Returns:
        dict: patients learnt from, real and source images, steps, images seen, notes of the GAN, devices.
    """
    import_tensorflow()
    from kgan.training import model_files
    from kgan.training.fit import Hook, fit

    settings, train = context.settings, context.settings["train"]
    real = ImageStore(context.prepared / "train.h5")
    pool = ImageStore(context.inputs[settings["source"]] / "pool.h5")
    pairs = _Pairs(real, pool, settings, context.seed)
    patients = learning_from(context, real.patients[pairs.targets].tolist(), [settings["source"]])
    recipe = {
        "kind": "gans",
        "plugin": settings["gan"]["plugin"],
        "parameters": dict(settings["gan"]["parameters"]),
        "image_shape": [*settings["image_size"], real.image_shape[-1]],
        "precision": train.get("precision", "float32"),
    }
    training = trainer(context, recipe, f"{len(pairs.sources)} images to refine, {len(pairs.targets)} real")
    model, batch, steps = training.model, training.batch, int(train["steps"])

    wanted = settings.get("snapshots", ())

    def keep(model: Any, done: int) -> bool:
        if done in wanted:
            model_files.save(model, recipe, snapshot(context.out, done))
        return False

    hooks = tuple(Hook(every, keep) for every in wanted)
    with own_errors():
        how = training.how(steps, hooks=hooks)
        fit(model, lambda first: pairs.batches(batch, first), how, context.progress)
    model.finish()
    model_files.save(model, recipe, context.out)
    return {
        "patients": patients,
        "images": len(pairs.targets),
        "source_images": len(pairs.sources),
        "steps": steps,
        "images_seen": steps * batch + model.warm_up_steps(steps) * int(train["batch_size"]),
        **training.facts,
        "limits": told(limits(context.name, settings, context.prepared)),
    }


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort does not bear; see `kgan.steps.checks.cohort_limits`."""
    store = ImageStore(prepared / "train.h5")
    try:
        there = len(gan_view(store, None).of_class(settings["label"]))
    except DataError as error:
        return [Limit(name, str(error), Outcome.REFUSED)]
    shape = (*settings["image_size"], store.image_shape[-1])
    if missing := missing_weights("gans", settings["gan"], shape):
        return [Limit(name, missing, Outcome.REFUSED)]
    if there >= settings["images"]:
        return []
    return [Limit(name, f"{there} real images instead of {settings['images']} (images_per_class)")]


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "pairing": "Each step pairs the images to refine with real ones drawn at random; the former are "
        "taken in a new order each time that all have been used.",
        "images": f"The {settings['images']:,} images of each side and class are drawn at random, once.",
    }


class _Pairs:
    """Unpaired images of both sides: the targets follow an order of their own."""

    def __init__(self, real: ImageStore, pool: ImageStore, settings: Mapping[str, Any], seed: int) -> None:
        self.real, self.pool, self.seed = real, pool, seed
        self.size = tuple(settings["image_size"])
        self.flip = bool(settings["flip"])
        self.channels = real.image_shape[-1]
        wanted = int(settings["images"])
        self.targets = self._pick(gan_view(real, None).of_class(settings["label"]), wanted, "targets")
        self.sources = self._pick(gan_view(pool, None).of_class(settings["label"]), wanted, "sources")
        if pool.image_shape[-1] != self.channels:
            raise DataError(
                f"{pool.path}: images of {pool.image_shape[-1]} channels cannot be refined towards real ones "
                f"of {self.channels}; expected the same number."
            )

    def batches(self, batch: int, first: int) -> Any:
        """Return the endless stream of (source, target) batches, float32 in [-1, 1]."""
        signature = [((*self.size, self.channels), "float32")] * 2
        return stream(self._fetch, len(self.sources), batch, self.seed, first, signature, self._augment)

    def _pick(self, indices: np.ndarray, wanted: int, stream_name: str) -> np.ndarray:
        """Choose ``wanted`` of them, all where there are fewer."""
        return rng(self.seed, f"refiner/{stream_name}").permutation(indices)[:wanted]

    def _fetch(self, indices: np.ndarray) -> tuple[np.ndarray, ...]:
        return (resize(self.pool.images(self.sources[indices]), self.size),)

    def _augment(self, arrays: tuple[np.ndarray, ...], step: int) -> tuple[np.ndarray, ...]:
        sources = arrays[0]
        chosen = rng(self.seed, "refiner/pairing", step).choice(self.targets, len(sources))
        targets = resize(self.real.images(chosen), self.size)
        if self.flip:
            sources = random_flip(sources, self.seed, "refiner/flip/source", step)
            targets = random_flip(targets, self.seed, "refiner/flip/target", step)
        return to_model(sources), to_model(targets)
