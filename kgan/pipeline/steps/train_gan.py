"""Train one noise-to-image GAN on the training split's images of one class (or of all)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kgan.contracts.regime import NAMES
from kgan.data import canvas
from kgan.data.batches import own_errors, stream
from kgan.data.pixels import to_model
from kgan.data.store import ImageStore
from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.trainer import trainer
from kgan.training.quiet import import_tensorflow


def run(context: StepContext) -> dict[str, Any]:
    """Train and write ``config.json``, ``networks/``, ``log.csv`` and ``samples.png``.

    Settings: ``gan``, ``loss``, ``canvas`` [height, width] px, ``crop`` px, ``label`` (class, or ``None`` for
    all images), ``train`` (batch_size, epochs or steps, the figures of `Regime`,
    precision).

    Returns:
        dict: patients learnt from, images, steps, images seen, notes of the GAN.
    """
    import_tensorflow()
    from kgan.training import artefact
    from kgan.training.fit import fit

    settings = context.settings
    store = ImageStore(context.inputs["prepare"] / "train.h5")
    chosen = images_of(store, settings["label"])
    shape = (*settings["canvas"], store.image_shape[-1])
    recipe = _recipe(settings, shape)
    training = trainer(context, recipe, f"{len(chosen)} images of {shape[0]}x{shape[1]}")
    model, batch = training.model, training.batch
    steps = _steps(settings["train"], len(chosen), batch)
    model.train_as(steps=steps)
    with own_errors():
        fit(
            model,
            lambda first: _batches(store, chosen, settings, context.seed, batch, first),
            training.how(steps),
            context.progress,
        )
    model.finish()
    artefact.save(model, recipe, context.out)
    _samples(model, context)
    return {
        "patients": sorted(set(store.patients[chosen].tolist())),
        "images": len(chosen),
        "steps": steps,
        "images_seen": steps * batch,
        "notes": list(model.notes),
    }


def images_of(store: ImageStore, label: int | None) -> np.ndarray:
    """Return the indices of a class's images, or of all."""
    chosen = np.arange(len(store)) if label is None else np.flatnonzero(store.labels == label)
    if not len(chosen):
        raise RunError(f"{store.path}: no training image of class {label}. Prepare more patients or slices.")
    return chosen


def _recipe(settings: Mapping[str, Any], shape: tuple[int, ...]) -> dict[str, Any]:
    gan, train = settings["gan"], settings["train"]
    said = {name: train[name] for name in NAMES if train.get(name) is not None}
    return {
        "kind": "gans",
        "plugin": gan["plugin"],
        "parameters": gan["parameters"],
        "loss": settings["loss"],
        "regime": said,
        "image_shape": list(shape),
        "precision": train.get("precision", "float32"),
    }


def _steps(train: Mapping[str, Any], images: int, images_a_step: int) -> int:
    if train.get("steps"):
        return int(train["steps"])
    return max(1, round(float(train["epochs"]) * images / images_a_step))


def _batches(
    store: ImageStore, chosen: np.ndarray, settings: Mapping[str, Any], seed: int, batch: int, first: int
) -> Any:
    size = tuple(settings["canvas"])
    crop = int(settings["crop"])

    def fetch(indices: np.ndarray) -> tuple[np.ndarray]:
        return (store.images(chosen[indices]),)

    def augment(arrays: tuple[np.ndarray, ...], step: int) -> tuple[np.ndarray]:
        at = canvas.offsets(batch, crop, seed, "canvas", step) if crop else None
        return (to_model(canvas.place(arrays[0], size, at)),)

    signature = [((*size, store.image_shape[-1]), "float32")]
    data = stream(fetch, len(chosen), batch, seed, first, signature, augment)
    return data.map(lambda images: images)  # a GAN's step takes the images, not a tuple of one


def _samples(model: Any, context: StepContext) -> None:
    from kgan.contracts import draws
    from kgan.data.pixels import to_store
    from kgan.pages.figures import grid

    latents = model.sample_latents(64, draws.seed_for(context.seed, f"{context.name}/samples", 0))
    grid(to_store(model.sample(latents).numpy()), columns=8, path=context.out / "samples.png")
