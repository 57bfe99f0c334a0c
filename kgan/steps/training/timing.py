"""Time the steps of a training, and the making of images, on random images: nothing is written.

A step of one thread on a CPU is timed by the processor's time that it takes, so that other work on the
machine does not count; all others by the clock on the wall.
"""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.settings.timing import TimingSettings
from kgan.steps.training.model_setup import Trainer, trainer
from kgan.training.tensorflow_import import import_tensorflow

if TYPE_CHECKING:
    from kgan.steps.training.phase_times import PhaseTime

#: Difference in the number of weights, as a share, up to which models of one class take equally long.
_ALIKE = 0.01


def run(context: StepContext[TimingSettings]) -> dict[str, Any]:
    """Build the model, with random weights in place of published ones, and time it.

    Returns:
        dict: ``model``, its class and number of weights; ``same_as``, the place among those known of a model
        that takes as long, which is not timed again; else ``phases`` (name, steps, seconds of each timed
        step) and ``pool``, seconds for an image in each batch that was made.
    """
    import_tensorflow()
    from kgan.features.weights import random_weights

    settings = context.settings
    with random_weights():
        training = trainer(context, settings.built_from, settings.batch_size, "random images")
        name, weights = type(training.model).__name__, _weights(training.model)
        for place, (other, number) in enumerate(settings.known):
            if name == other and abs(weights - number) < _ALIKE * number:
                return {"model": (name, weights), "same_as": place}
        phases = _time_training(context, training)
    pool = _time_pool(context, training.model) if settings.pool else []
    return {"model": (name, weights), "phases": [vars(phase) for phase in phases], "pool": pool}


def _weights(model: Any) -> int:
    """Return how many numbers the networks of a model hold."""
    return sum(math.prod(variable.shape) for net in model.networks.values() for variable in net.variables)


def _time_training(context: StepContext[TimingSettings], training: Trainer) -> "list[PhaseTime]":
    from kgan.steps.training.phase_times import time_phases

    settings, model, place = context.settings, training.model, training.place
    if hasattr(model, "train_as"):
        model.train_as(steps=settings.steps)
    with place.strategy.scope():
        model.begin(seed=context.seed, jit=place.jit)
        if hasattr(model, "begin_epoch"):
            model.begin_epoch(0)
    context.progress.begin(context.name, len(model.phases(settings.steps)))
    return time_phases(
        model,
        _random_batch(model, training.batch, context.seed),
        place,
        settings.steps,
        settings.seconds,
        settings.each,
        lambda phase: context.progress.advance(1, phase),
        _clock(context),
    )


def _clock(context: StepContext[TimingSettings]) -> Callable[[], float]:
    import tensorflow as tf

    alone = int(context.compute.get("threads", 1)) == 1 and not tf.config.list_physical_devices("GPU")
    return time.process_time if alone else time.perf_counter


def _random_batch(model: Any, images: int, seed: int) -> Any:
    """Return what the model's ``train_step`` takes, of random pixels and labels."""
    from kgan.contracts.classifier import Classifier
    from kgan.contracts.gan import ImageToImageGAN

    draw = rng(seed, "timing")

    def pixels() -> np.ndarray:
        return draw.uniform(-1, 1, (images, *model.image_shape)).astype(np.float32)

    if isinstance(model, Classifier):
        return pixels(), draw.integers(0, 2, images)
    return (pixels(), pixels()) if isinstance(model, ImageToImageGAN) else pixels()


def _time_pool(context: StepContext[TimingSettings], model: Any) -> list[float]:
    """Return the seconds for an image, of each batch of images that was made."""
    from kgan.steps.training.phase_times import timed
    from kgan.training.generation import BATCH

    phases = model.phases(context.settings.steps)
    model.enter(len(phases) - 1, 0, 1)
    seconds = timed(_making(context, model), context.settings.each, _clock(context))
    return [second / BATCH for second in seconds]


def _making(context: StepContext[TimingSettings], model: Any) -> Callable[[], Any]:
    """Return a function that makes a batch of images."""
    from kgan.contracts.gan import ImageToImageGAN
    from kgan.training.generation import BATCH, generate_images, refine_function

    if isinstance(model, ImageToImageGAN):
        refine = refine_function(model)
        shape = (BATCH, *model.image_shape)
        images = rng(context.seed, "timing/pool").integers(0, 256, shape).astype(np.uint8)
        return lambda: refine(images)
    batches = generate_images(model, 1 << 60, context.seed, context.name)
    return lambda: next(batches)
