"""Training by hand, a few steps of it, and a look at the gradients that a step would apply."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import tensorflow as tf

from kgan.contracts.classifier import Classifier
from kgan.contracts.gan import ImageToImageGAN
from kgan.contracts.sharing import device_counts
from kgan.contracts.trainable import Trainable
from kgan.nn.replicas import by_replica

SEED = 7
IMAGES = 4

#: Gradients by optimiser, in the order in which a step applies them.
Gradients = list[tuple[str, list[np.ndarray]]]


def example(model: Trainable, step: int, images: int = IMAGES) -> Any:
    """Return one batch of so many images an update, a function of the step: what `train_step` takes."""
    shape = (images * model.batch_factor, *model.image_shape)
    rng = np.random.default_rng([SEED, step])
    first = tf.constant(rng.uniform(-1, 1, shape), tf.float32)
    if isinstance(model, ImageToImageGAN):
        return first, tf.constant(rng.uniform(-1, 1, shape), tf.float32)
    if isinstance(model, Classifier):
        return first, tf.constant(np.arange(shape[0]) % 2, tf.int64)
    return first


def train(model: Trainable, steps: int, first: int = 0, last: int | None = None) -> None:
    """Take steps ``first`` to ``last`` (exclusive) of a training of ``steps``, on one device."""
    start = 0
    for number, phase in enumerate(model.phases(steps)):
        end = start + phase.steps
        chosen = range(max(start, first), end if last is None else min(end, last))
        if chosen:
            model.enter(number, start, phase.steps)
        for step in chosen:
            model.train_step(example(model, step))
            model.advance()
        start = end


def enter_last_phase(model: Trainable) -> None:
    """Put a model at the start of its last phase."""
    model.enter(len(model.phases(1)) - 1, 0, 1)


def shareable(model: Trainable, replicas: int) -> int | None:
    """Return the fewest images (4 or more) that so many replicas can share; ``None`` if they never can."""
    return next(
        (n for n in (4, 8, 16, 32) if replicas in device_counts(n, model.config.group_size(n))),
        None,
    )


def gradients(
    model: Trainable, strategy: tf.distribute.Strategy | None = None, images: int = IMAGES
) -> list[Gradients]:
    """Return what each replica would have applied in one step of its last phase; no weight moves.

    Args:
        model: begun.
        strategy: in whose scope the model was made; the replicas share the batch.
        images: of one update, of all replicas together.
    """
    enter_last_phase(model)
    replicas: dict[int, Gradients] = {}

    def step(batch: Any) -> None:
        model.train_step(batch)

    with ExitStack() as stack:
        for name, optimizer in model.optimizers.items():
            stack.enter_context(_recording(optimizer, name, replicas))
        stack.enter_context(_unclipped(model))
        batch = example(model, 0, images)
        if strategy is None:
            step(batch)
        else:
            strategy.run(step, args=(_shared(model, batch, strategy),))
    return [replicas[number] for number in sorted(replicas)]


@contextmanager
def _recording(optimizer: Any, name: str, replicas: dict[int, Gradients]) -> Iterator[None]:
    def record(values: list[Any], trainable_variables: Any = None) -> None:
        context = tf.distribute.get_replica_context()
        number = int(context.replica_id_in_sync_group)
        replicas.setdefault(number, []).append(
            (name, [tf.convert_to_tensor(value).numpy() for value in values])
        )

    optimizer.apply = record
    try:
        yield
    finally:
        del optimizer.apply


@contextmanager
def _unclipped(model: Trainable) -> Iterator[None]:
    model.clip_critic = lambda limit: None
    try:
        yield
    finally:
        del model.clip_critic


def _shared(model: Trainable, batch: Any, strategy: tf.distribute.Strategy) -> Any:
    """Give each replica its share of a batch, as the training loop does."""
    count = strategy.num_replicas_in_sync
    ordered = by_replica(batch, model.batch_factor, count)

    def share(context: Any) -> Any:
        number = context.replica_id_in_sync_group
        return tf.nest.map_structure(lambda images: tf.split(images, count)[number], ordered)

    return strategy.experimental_distribute_values_from_function(share)


def numbers(model: Trainable) -> list[np.ndarray]:
    """Return the values of all that a continued training needs."""
    return [tf.convert_to_tensor(variable).numpy() for variable in model.state()]


def assign(model: Trainable, values: list[np.ndarray]) -> None:
    """Put values into a model's state."""
    for variable, value in zip(model.state(), values, strict=True):
        variable.assign(value)
