"""What the steps that train have in common: devices, a model built for them, and how the loop is to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgan.errors import RunError
from kgan.pipeline.context import StepContext

if TYPE_CHECKING:
    from kgan.training.fit import Fit
    from kgan.training.strategy import Devices


@dataclass(frozen=True)
class Trainer:
    """A model that waits to be trained.

    Args:
        context: of the step.
        place: devices and compiler.
        model: built in the strategy's scope.
        batch: images that a step of training takes from the data, of all replicas and updates together.
    """

    context: StepContext
    place: "Devices"
    model: Any
    batch: int

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
            **more,
        )


def trainer(context: StepContext, recipe: Mapping[str, Any], what: str) -> Trainer:
    """Choose devices, tell the user, and build the model.

    Args:
        context: of the step; its ``train`` settings hold ``batch_size``, the images of one update.
        recipe: what `kgan.training.artefact.build` makes the model from.
        what: the images, in words, for the log.

    Raises:
        RunError: the batch cannot be shared evenly by the replicas.
        RecipeError: the model cannot be trained on such a batch.
    """
    from kgan.training import artefact
    from kgan.training.strategy import devices

    place = devices(context.compute)
    context.progress.say(f"{context.name}: {place.words}; {what}")
    batch = int(context.settings["train"]["batch_size"])
    if batch % place.replicas:
        raise RunError(
            f"batch_size {batch} cannot be shared by {place.replicas} replicas; "
            f"expected a multiple of {place.replicas}."
        )
    with place.strategy.scope():
        model = artefact.build(recipe, context.seed)
    for note in getattr(model, "notes", ()):
        context.progress.say(f"{context.name}: {note}")
    model.check_batch(batch // place.replicas)
    return Trainer(context, place, model, batch * model.batch_factor)
