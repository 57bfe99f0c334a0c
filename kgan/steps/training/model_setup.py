"""What the steps that train have in common: devices, a model built for them, and how the loop is to run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kgan import registry
from kgan.nn.precision import AUTO, FLOAT32, Precision, is_native_here, resolve
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import EARLIER_SECONDS
from kgan.pipeline.records.manifest import SCRATCH
from kgan.training.gpus import gpu_count

if TYPE_CHECKING:
    from kgan.training.fit import Fit
    from kgan.training.strategy import Devices
    from kgan.training.training_time import TrainingTime


@dataclass(frozen=True)
class Trainer:
    """A model that waits to be trained.

    Args:
        context: of the step.
        place: devices and compiler.
        model: built in the strategy's scope.
        recipe: what it was built from, with the precision that it has.
        precision: of its networks.
        batch: images that a step of training takes from the data, of all replicas and updates together.
        time: counts earlier processes' time, and how long the training waits for images.
    """

    context: StepContext[Any]
    place: "Devices"
    model: Any
    recipe: Mapping[str, Any]
    precision: Precision
    batch: int
    time: "TrainingTime"

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest keeps: notes, devices, precision, earlier time, share of time without images."""
        share = self.time.waiting_share
        return {
            "notes": list(getattr(self.model, "notes", ())),
            "devices": self.place.description,
            "precision": self.precision.description,
            EARLIER_SECONDS: round(self.time.earlier, 2),
            "input_wait": None if share is None else round(share, 3),
        }

    def how(self, steps: int, **more: Any) -> "Fit":
        """Say how to train for ``steps``; ``more`` are further fields of `kgan.training.fit.Fit`."""
        from kgan.training.fit import Fit

        return Fit(
            steps=steps,
            seed=self.context.seed,
            folder=self.context.out,
            devices=self.place,
            label=self.context.name,
            checkpoint_minutes=float(self.context.compute.get("checkpoint_minutes", 2)),
            time=self.time,
            **more,
        )


def trainer(context: StepContext[Any], recipe: Mapping[str, Any], batch_size: int, what: str) -> Trainer:
    """Choose devices, tell the user, and build the model.

    Args:
        context: of the step.
        recipe: what `kgan.training.model_files.build` makes the model from.
        batch_size: images of one update.
        what: the images, in words, for the log.

    Raises:
        RunError: several devices are requested and there is one.
        RecipeError: the model cannot be trained on such a batch.
    """
    from kgan.nn.batch_norm import contains_batch_norm
    from kgan.training import model_files
    from kgan.training.strategy import devices
    from kgan.training.training_time import TrainingTime

    config = registry.configure(recipe["kind"], recipe["plugin"], recipe["parameters"])
    precision = _precision(context, recipe, config)
    recipe = {**recipe, "precision": precision.name}
    place = devices(context.compute, batch_size, config.images_together(batch_size))
    with place.strategy.scope():
        model = model_files.build(recipe, context.seed)
    if place.replicas > 1 and place.jit and any(map(contains_batch_norm, model.networks.values())):
        # Replicas exchange the statistics inside the differentiation, which XLA would compile for each alone.
        place = replace(place, jit=False)
    words = "" if precision.description == FLOAT32 else f"; {precision.description}"
    context.progress.say(f"{context.name}: training {place.description}{words}; {what}")
    for note in getattr(model, "notes", ()):
        context.progress.say(f"{context.name}: {note}")
    model.check_batch(batch_size // place.replicas)
    batch = batch_size * model.batch_factor
    return Trainer(context, place, model, recipe, precision, batch, TrainingTime())


def _precision(context: StepContext[Any], recipe: Mapping[str, Any], config: Any) -> Precision:
    """Return what the model computes in; a training that goes on keeps what it began with."""
    from kgan.training.checkpoint import begun_precision

    requested = recipe.get("precision") or FLOAT32
    begun = begun_precision(context.out / SCRATCH)
    is_native = requested == AUTO and is_native_here(bool(gpu_count()))
    return resolve(requested, begun, config.shown_in_bfloat16, is_native)
