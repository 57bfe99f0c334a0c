"""Train one noise-to-image GAN on the training split's images of one class (or of all)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kgan.contracts.training_options import NAMES
from kgan.data.sampling.batches import own_errors, stream
from kgan.data.store import padding
from kgan.data.store.gan_view import GANView, PaddedView, gan_view
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.features.image_set import Images, ImageSubset
from kgan.features.nearest_images import compared_size, nearest_images
from kgan.pipeline.context import StepContext
from kgan.steps.checks.cohort_limits import Limit, Outcome, batch_text, told
from kgan.steps.checks.leakage import learning_from
from kgan.steps.model_setup import trainer
from kgan.training.tensorflow_import import import_tensorflow

#: Images between pairs of latents.
INTERPOLATION = "interpolation.png"
_WAYS, _STATIONS, _CELL = 3, 9, 96


def run(context: StepContext) -> dict[str, Any]:
    """Train and write ``config.json``, ``networks/``, ``log.csv``, ``samples.png``, ``interpolation.png``.

    Settings: ``gan``, ``loss``, ``view`` (what is seen of the images, see `kgan.data.store.gan_view`),
    ``canvas`` [height, width] px, ``crop`` px, ``label`` (class, or ``None`` for all images), ``train``
    (batch_size, epochs or steps, the figures of `TrainingOptions`, precision).

    Returns:
        dict: patients learnt from, images, sequences, steps, updates of the generator, images seen, notes of
        the GAN, devices, limits of the cohort.

    Raises:
        DataError: there is no image of the class, or no such sequence.
        RunError: an image is of a test patient.
    """
    import_tensorflow()
    from kgan.training import model_files
    from kgan.training.fit import fit

    settings = context.settings
    seen = gan_view(ImageStore(context.prepared / "train.h5"), settings.get("view"))
    chosen = seen.of_class(settings["label"])
    patients = learning_from(context, seen.patients[chosen].tolist())
    shape = (*settings["canvas"], seen.image_shape[-1])
    recipe = _recipe(settings, shape)
    training = trainer(context, recipe, f"{len(chosen)} images of {shape[0]}x{shape[1]}")
    model, batch = training.model, training.batch
    steps = training_steps(settings["train"], len(chosen))
    model.train_as(steps=steps)
    with own_errors():
        fit(
            model,
            lambda first: _batches(seen, chosen, settings, context.seed, batch, first),
            training.how(steps),
            context.progress,
        )
    model.finish()
    model_files.save(model, recipe, context.out)
    _draw(model, ImageSubset(PaddedView(seen, settings["canvas"], 0, context.seed), chosen), context)
    name = context.name.removeprefix("train-")
    return {
        "patients": patients,
        "images": len(chosen),
        "sequences": _sequences(seen),
        "steps": steps,
        "images_seen": steps * batch,
        "generator_updates": steps * model.regime.generator_updates,
        **training.facts,
        "limits": told(limits(context.name, settings, context.prepared)),
        "publish": {f"figures/interpolation-{name}.png": INTERPOLATION},
    }


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort does not bear; see `kgan.steps.checks.cohort_limits`."""
    try:
        seen = gan_view(ImageStore(prepared / "train.h5"), settings.get("view"))
        images = len(seen.of_class(settings["label"]))
    except DataError as error:
        return [Limit(name, str(error), Outcome.REFUSED)]
    size, canvas = seen.image_shape[:2], settings["canvas"]
    room = min(canvas[0] - size[0], canvas[1] - size[1])
    if settings["crop"] > room:
        text = (
            f"images of {size[0]}x{size[1]} px on a canvas of {canvas[0]}x{canvas[1]}, moved within "
            f"{settings['crop']} px; expected a canvas that holds them: enlarge the GAN's canvas, or lower "
            "its crop or image_size"
        )
        return [Limit(name, text, Outcome.REFUSED)]
    return [Limit(name, text) for text in batch_text(images, settings["train"]["batch_size"])]


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    train, found = settings["train"], {}
    if settings["crop"]:
        found["crop"] = (
            f"The random crop within {settings['crop']} px is a random place of the unscaled image on the "
            f"{settings['canvas'][0]}x{settings['canvas'][1]} field, the rest being zero."
        )
    if train.get("epochs"):
        found["epochs"] = (
            "An epoch has one step for each batch of the training images; further updates of the critic in a "
            "step take images of their own, so that all GANs' generators are updated equally often an epoch."
        )
    options = {
        "average": "images are made by a moving average of the generator's weights (decay {})",
        "augment": "every image that the critic sees is augmented ({})",
        "r1": "the critic's loss has an R1 penalty (weight {})",
        "halve_every": "learning rates are halved every {} steps",
        "decay": "learning rates fall to zero by the end ({})",
    }
    for name, text in options.items():
        if train.get(name):
            value = ", ".join(train[name]) if isinstance(train[name], list | tuple) else train[name]
            found[name] = f"An option that is not the paper's: {text.format(value)}."
    return found


def _sequences(seen: GANView) -> str:
    names = seen.store.provenance.get("sequences") or []
    mine = ", ".join(names[channel] for channel in seen.channels if channel < len(names))
    return f"{mine}, each an image of its own" if seen.copies > 1 else mine


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


def training_steps(train: Mapping[str, Any], images: int) -> int:
    """Return how many steps a training has; an epoch has one for each batch, whatever updates a step makes.

    So GANs with several critic updates a step, each on images of its own, are updated as often as others.
    """
    if train.get("steps"):
        return int(train["steps"])
    return max(1, round(float(train["epochs"]) * images / int(train["batch_size"])))


def _batches(
    seen: GANView, chosen: np.ndarray, settings: Mapping[str, Any], seed: int, batch: int, first: int
) -> Any:
    size = tuple(settings["canvas"])
    crop = int(settings["crop"])

    def fetch(indices: np.ndarray) -> tuple[np.ndarray]:
        return (seen.images(chosen[indices]),)

    def augment(arrays: tuple[np.ndarray, ...], step: int) -> tuple[np.ndarray]:
        at = padding.padding_offsets(batch, crop, seed, "canvas", step) if crop else None
        return (to_model(padding.pad_images(arrays[0], size, at)),)

    signature = [((*size, seen.image_shape[-1]), "float32")]
    data = stream(fetch, len(chosen), batch, seed, first, signature, augment)
    return data.map(lambda images: images)  # a GAN's step takes the images, not a tuple of one


def _draw(model: Any, real: Images, context: StepContext) -> None:
    """Draw 64 samples, and the ways between some more, each image above the training image most like it."""
    from kgan.data.store.pixels import to_store
    from kgan.random import tensors
    from kgan.report.figures.image_grid import grid
    from kgan.training.generation import between

    latents = model.sample_latents(64, tensors.seed_for(context.seed, f"{context.name}/samples", 0))
    grid(to_store(model.sample(latents).numpy()), columns=8, path=context.out / "samples.png")
    ways = between(model, _WAYS, _STATIONS, context.seed, f"{context.name}/interpolation")
    nearest = real.images(nearest_images(ways, real))
    height, width = compared_size(ways.shape[1:])
    titles = (
        "from one latent to another",
        f"the training images nearest to these, by pixels at {height}x{width}",
    )
    rows = [np.split(images, _WAYS) for images in (ways, nearest)]
    shown = np.concatenate([row for pair in zip(*rows, strict=True) for row in pair])
    grid(shown, columns=_STATIONS, path=context.out / INTERPOLATION, titles=titles * _WAYS, cell=_CELL)
