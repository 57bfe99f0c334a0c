"""Train one noise-to-image GAN on the training split's images of one class (or of all)."""

from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.cohort.limits_table import Outcome
from kgan.data.sampling.batches import own_errors, stream
from kgan.data.store import padding
from kgan.data.store.gan_view import GANView, PaddedView, gan_view
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.features.image_set import Images, ImageSubset
from kgan.features.nearest_images import compared_size, nearest_images
from kgan.pipeline.context import StepContext
from kgan.schema.training import GanTrain
from kgan.steps.checks.cohort_limits import Limit, batch_text, reductions
from kgan.steps.checks.leakage_guard import training_patients
from kgan.steps.settings.shared import size_text
from kgan.steps.settings.training import TrainGanSettings
from kgan.steps.training.model_setup import trainer
from kgan.training.tensorflow_import import import_tensorflow

#: Images between pairs of latents.
INTERPOLATION = "interpolation.png"
_PAIRS, _POINTS, _CELL = 3, 9, 96
_OPTIONS = {
    "average": "images are made by a moving average of the generator's weights (decay {})",
    "augment": "every image that the critic sees is augmented ({})",
    "r1": "the critic's loss has an R1 penalty (weight {})",
    "halve_every": "learning rates are halved every {} steps",
    "decay": "learning rates fall to zero by the end ({})",
}


def run(context: StepContext[TrainGanSettings]) -> dict[str, Any]:
    """Train and write ``config.json``, ``networks/``, ``log.csv``, ``samples.png``, ``interpolation.png``.

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
    real = gan_view(ImageStore(context.prepared / "train.h5"), settings.view)
    indices = real.of_class(settings.label)
    patients = training_patients(context, real.patients[indices].tolist())
    config = settings.built_from(real.image_shape[-1])
    images = f"{len(indices)} images of {size_text(settings.canvas)}"
    training = trainer(context, config, settings.train.batch_size, images)
    model, batch = training.model, training.batch
    steps = training_steps(settings.train, len(indices))
    model.train_as(steps=steps)
    with own_errors():
        fit(
            model,
            lambda first: _batches(real, indices, settings, batch, first),
            training.how(steps),
            context.progress,
        )
    model.finish()
    model_files.save(model, training.recipe, context.out)
    _draw(model, ImageSubset(PaddedView(real, settings.canvas, 0, context.seed), indices), context)
    name = context.name.removeprefix("train-")
    return {
        "patients": patients,
        "images": len(indices),
        "sequences": _sequences(real),
        "steps": steps,
        "images_seen": steps * batch,
        "generator_updates": steps * model.training_options.generator_updates,
        **training.facts,
        "limits": reductions(limits(context.name, settings, context.prepared)),
        "publish": {f"figures/interpolation-{name}.png": INTERPOLATION},
    }


def limits(name: str, settings: TrainGanSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    try:
        real = gan_view(ImageStore(prepared / "train.h5"), settings.view)
        images = len(real.of_class(settings.label))
    except DataError as error:
        return [Limit(name, str(error), Outcome.REFUSED)]
    size, canvas = real.image_shape[:2], settings.canvas
    room = min(canvas[0] - size[0], canvas[1] - size[1])
    if settings.crop > room:
        text = (
            f"images of {size[0]}x{size[1]} px on a canvas of {canvas[0]}x{canvas[1]}, moved within "
            f"{settings.crop} px; expected a canvas that holds them: enlarge the GAN's canvas, or lower "
            "its crop or image_size"
        )
        return [Limit(name, text, Outcome.REFUSED)]
    return [Limit(name, text) for text in batch_text(images, settings.train.batch_size)]


def deviations(settings: TrainGanSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    train, sentences = settings.train, {}
    if settings.crop:
        height, width = settings.canvas
        sentences["crop"] = (
            f"The random crop within {settings.crop} px is a random place of the unscaled image on the "
            f"{height}x{width} field, the rest being zero."
        )
    if train.epochs:
        sentences["epochs"] = (
            "An epoch has one step for each batch of the training images; further updates of the critic in a "
            "step take images of their own, so that all GANs' generators are updated equally often an epoch."
        )
    for name, text in _OPTIONS.items():
        if value := getattr(train, name):
            words = ", ".join(value) if isinstance(value, tuple) else value
            sentences[name] = f"An option that is not the paper's: {text.format(words)}."
    return sentences


def _sequences(real: GANView) -> str:
    names = real.store.provenance.get("sequences") or []
    text = ", ".join(names[channel] for channel in real.channels if channel < len(names))
    return f"{text}, each an image of its own" if real.copies > 1 else text


def training_steps(train: GanTrain, images: int) -> int:
    """Return how many steps a training has; an epoch has one for each batch, whatever updates a step makes.

    So GANs with several critic updates a step, each on images of its own, are updated as often as others.
    """
    if train.steps is not None:
        return train.steps
    if train.epochs is None:
        raise ValueError("a training has steps or epochs")
    return max(1, round(train.epochs * images / train.batch_size))


def _batches(real: GANView, indices: np.ndarray, settings: TrainGanSettings, batch: int, first: int) -> Any:
    import tensorflow as tf

    size, crop, seed = settings.canvas, settings.crop, settings.seed

    def fetch(positions: np.ndarray) -> tuple[np.ndarray]:
        return (real.images(indices[positions]),)

    def augment(arrays: tuple[np.ndarray, ...], step: int) -> tuple[np.ndarray]:
        places = padding.padding_offsets(batch, crop, seed, "canvas", step) if crop else None
        return (to_model(padding.pad_images(arrays[0], size, places)),)

    signature = [((*size, real.image_shape[-1]), "float32")]
    data = stream(fetch, len(indices), batch, seed, first, signature, augment)
    return data.map(tf.identity)  # a GAN's step takes the images, not a tuple of one


def _draw(model: Any, real: Images, context: StepContext[TrainGanSettings]) -> None:
    """Draw 64 samples, and latent interpolations, each image above the training image nearest to it."""
    from kgan.data.store.pixels import to_store
    from kgan.random import tensors
    from kgan.report.figures.image_grid import grid
    from kgan.training.generation import interpolate_latents

    latents = model.sample_latents(64, tensors.seed_for(context.seed, f"{context.name}/samples", 0))
    grid(to_store(model.sample(latents).numpy()), columns=8, path=context.out / "samples.png")
    interpolated = interpolate_latents(model, _PAIRS, _POINTS, context.seed, f"{context.name}/interpolation")
    nearest = real.images(nearest_images(interpolated, real))
    height, width = compared_size(interpolated.shape[1:])
    titles = (
        "from one latent to another",
        f"the training images nearest to these, by pixels at {height}x{width}",
    )
    rows = [np.split(images, _PAIRS) for images in (interpolated, nearest)]
    shown = np.concatenate([row for pair in zip(*rows, strict=True) for row in pair])
    grid(shown, columns=_POINTS, path=context.out / INTERPOLATION, titles=titles * _PAIRS, cell=_CELL)
