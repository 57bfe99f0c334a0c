"""What the training loop may rely on: networks, optimisers, phases, and one step.

A step has three paragraphs: *draw, differentiate, apply*. The middle one is a pure function of tensors, so
that XLA may compile it and replicas may run it; see ``docs/decisions`` on XLA inside the step.
"""

import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kgan.contracts.config import ImageShape, TrainableConfig
from kgan.nn.xla import compiled
from kgan.random import tensors


@dataclass(frozen=True)
class Phase:
    """A stretch of training in which the same networks are trained in the same way.

    Args:
        name: for logs, e.g. ``"16x16 fade-in"``.
        steps: number of training steps.
        counted: whether they are among the steps that a recipe asks for; those of a warm-up, which comes
            before all others, are not.
    """

    name: str
    steps: int
    counted: bool = True


class Trainable(keras.Model, abc.ABC):
    """Base of GANs and classifiers. Losses stay per sample until `replica_mean`; draws are stateless.

    The loop calls `begin` once, then for each of `phases` `enter` and, that many times, `train_step` in
    every replica and `advance` across replicas. A replica holds an equal share of each update's images and
    computes what one device computes for these: draws follow from `seed_for`, statistics over the batch from
    `kgan.nn`, losses are reduced by `kgan.nn.functional.replica_mean`.

    Args:
        config: of the plugin, kept as ``config``.
        image_shape: (height, width, channels) of the images.

    Raises:
        Unfit: images that the configuration refuses.
    """

    def __init__(self, config: TrainableConfig, image_shape: ImageShape) -> None:
        super().__init__()
        self.config: Any = config
        self.image_shape = tuple(image_shape)
        config.check(self.image_shape)
        self.step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        self.run_seed = 0
        self.phase_start = 0
        self.jit = False
        self.trackers: dict[str, keras.metrics.Mean] = {}

    @property
    @abc.abstractmethod
    def networks(self) -> dict[str, keras.Model]:
        """The networks by name, as they stand in the current phase (the last one after training)."""

    @property
    @abc.abstractmethod
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """The optimisers by the name of the network they train, built on all that they will ever train."""

    @abc.abstractmethod
    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Train on one batch of this replica; return the trackers' results."""

    @property
    def reported(self) -> tuple[str, ...]:
        """Names of what `train_step` reports. Their trackers cannot be made inside a compiled step."""
        return ("loss",)

    @property
    def batch_factor(self) -> int:
        """How many times the batch size a step takes from the data, as its updates each want images."""
        return 1

    def phases(self, steps: int) -> tuple[Phase, ...]:
        """Share ``steps`` training steps among phases; one phase unless a GAN needs more."""
        return (Phase("train", steps),)

    def warm_up_steps(self, steps: int) -> int:
        """Return how many steps come before the ``steps`` that a recipe asks for.

        The same as the configuration's ``warm_up_steps``, from which a plan knows it.
        """
        return sum(phase.steps for phase in self.phases(steps) if not phase.counted)

    def enter(self, phase: int, start: int, steps: int) -> None:
        """Get ready for phase number ``phase``, which begins at step ``start`` and lasts ``steps``.

        Called after restoring a checkpoint too, so it must set everything that depends on the phase.
        """
        self.phase_start = start
        self.compile_differentiation()

    def begin(self, *, seed: int, jit: bool = False) -> None:
        """Set what one run needs: its seed, and whether XLA compiles the differentiation."""
        self.run_seed = seed
        self.jit = jit
        self.trackers = {name: keras.metrics.Mean(name=name) for name in self.reported}
        self.compile_differentiation()

    def compile_differentiation(self) -> None:
        """Wrap the pure functions again with `as_graph`, so that they see the current phase's networks."""

    def as_graph(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function`` compiled by XLA where the run asks for it, and itself where it does not.

        The loop's own graph takes it in; a graph within it would only be traced, and warned of, once more in
        each phase. Neither graph is made by autograph: conditions are Python's.
        """
        return compiled(function) if self.jit else function

    def advance(self) -> None:
        """Count the step. Called across replicas after each `train_step`."""
        self.step.assign_add(1)

    def state(self) -> list[Any]:
        """Return every variable that a continued training needs, in an order that never changes."""
        kept: list[Any] = [self.step]
        for optimizer in self.optimizers.values():
            kept += optimizer.variables
        for network in self.trained_networks():
            kept += network.variables
        return list({id(variable): variable for variable in kept}.values())

    def check_batch(self, images: int) -> None:
        """Refuse a batch that this model cannot be trained on.

        Args:
            images: of one update in one replica.

        Raises:
            Unfit: with what to change.
        """
        self.config.check(self.image_shape, images)

    def get_config(self) -> dict[str, Any]:
        """Return the JSON form of the configuration, and what the plugin was built with."""
        return {**self.config.to_json(), "image_shape": list(self.image_shape)}

    def trained_networks(self) -> Sequence[keras.Layer]:
        """Return the networks, or layers, that hold all trained variables of all phases."""
        return list(self.networks.values())

    def report(self, **values: tf.Tensor) -> dict[str, tf.Tensor]:
        """Add per-sample values to the trackers of their names (`reported`); return the running means."""
        for name, value in values.items():
            self.trackers[name].update_state(value)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def seed_for(self, stream: str) -> tf.Tensor:
        """Return the (2,) int64 seed of this run, stream and step, for this replica's share of the images."""
        return tensors.seed_for(self.run_seed, stream, self.step)
