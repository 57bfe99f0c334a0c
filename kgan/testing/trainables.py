"""Laws of everything that is trained: GANs and classifiers."""

import functools

import keras
import numpy as np
import tensorflow as tf

from kgan.contracts.config import GANConfig
from kgan.contracts.trainable import Trainable
from kgan.testing import driver
from kgan.testing.checks import Make, Unchecked
from kgan.testing.driver import SEED, Gradients

#: Largest difference allowed between two ways of computing a gradient, as a share of the largest entry.
TOLERANCE = 1e-3


def check_a_step_moves_each_network(make: Make) -> None:
    """One step of the last phase changes every network and leaves only finite numbers."""
    model = begun(make)
    driver.enter_last_phase(model)
    before = {name: weights_of(network) for name, network in model.networks.items()}
    model.train_step(driver.example(model, 0))
    for name, network in model.networks.items():
        after = weights_of(network)
        assert all(np.isfinite(weight).all() for weight in after), f"{name} holds numbers that are not finite"
        moved = any((old != new).any() for old, new in zip(before[name], after, strict=True))
        assert moved, f"a step left {name} as it was"


def check_reports_what_it_says(make: Make) -> None:
    """A step reports finite values under names that ``reported`` lists."""
    model = begun(make)
    driver.enter_last_phase(model)
    results = model.train_step(driver.example(model, 0))
    assert results and set(results) <= set(model.reported), (
        f"reports {sorted(results)}; lists {model.reported}"
    )
    broken = [name for name, value in results.items() if not np.isfinite(value)]
    assert not broken, f"{', '.join(broken)} is not finite"


def check_warm_up_is_in_the_configuration(make: Make) -> None:
    """Steps before those that a recipe counts are the configuration's ``warm_up_steps``."""
    model = make()
    planned = model.config.warm_up_steps() if isinstance(model.config, GANConfig) else 0
    trained = model.warm_up_steps(10)
    assert trained == planned, f"warms up for {trained} steps; its configuration's warm_up_steps is {planned}"


def check_xla_agrees(make: Make) -> None:
    """The differentiation gives the same gradients with XLA and without."""
    model = begun(make)
    plain = driver.gradients(model)[0]
    model.begin(seed=SEED, jit=True)
    _agree(driver.gradients(model)[0], plain, "with XLA", "without")


def check_replicas_agree(make: Make) -> None:
    """Two replicas, each with its share of one batch, sum to the gradients of one device with all of it.

    A loss reduced otherwise than by `kgan.nn.functional.replica_mean`, a draw that does not follow from
    `Trainable.seed_for`, and statistics of a share in place of the batch (Keras's batch normalisation, unlike
    `kgan.nn.batch_norm`) are found so.
    """
    strategy = two_replicas()
    # Where a unit lies next to its kink, gradients differ by more than rounding, once in a great many draws:
    # the same weights are tried each time.
    keras.utils.set_random_seed(SEED)
    with strategy.scope():
        model = begun(make)
    images = driver.shareable(model, 2)
    if images is None:  # never shared, and so trained on one device
        return
    first, second = driver.gradients(model, strategy, images)
    together = [
        (name, [a + b for a, b in zip(ours, theirs, strict=True)])
        for (name, ours), (_, theirs) in zip(first, second, strict=True)
    ]
    alone = begun(make)
    driver.assign(alone, driver.numbers(model))
    _agree(together, driver.gradients(alone, images=images)[0], "on two replicas", "on one")


def check_training_continues(make: Make) -> None:
    """A training whose state is put into a new instance goes on to the same bits."""
    model = begun(make)
    steps = 2 * len(model.phases(1))
    total = sum(phase.steps for phase in model.phases(steps))
    half = total // 2
    driver.train(model, steps, 0, half)
    kept = driver.numbers(model)
    driver.train(model, steps, half)
    other = begun(make)
    driver.assign(other, kept)
    driver.train(other, steps, half)
    for number, (a, b) in enumerate(zip(driver.numbers(model), driver.numbers(other), strict=True)):
        assert np.array_equal(a, b), f"variable {number} of the state, of shape {a.shape}, differs"


def begun(make: Make) -> Trainable:
    """Make an instance that is ready to be trained."""
    model = make()
    model.begin(seed=SEED)
    return model


def weights_of(network: tf.Module) -> list[np.ndarray]:
    """Return copies of a network's trainable weights."""
    return [tf.convert_to_tensor(variable).numpy().copy() for variable in network.trainable_variables]


@functools.cache
def two_replicas() -> tf.distribute.Strategy:
    """Return a strategy of two replicas, the same one throughout a process.

    A second one would number its collective operations from the start, and they would meet the first one's.

    Raises:
        Unchecked: there is one device.
    """
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    if len(devices) < 2:
        raise Unchecked("TensorFlow was started with one device; see kgan.testing.devices.two_cpus")
    return tf.distribute.MirroredStrategy([device.name for device in devices[:2]])


def _agree(gradients: Gradients, expected: Gradients, first: str, other: str) -> None:
    for (name, ours), (_, theirs) in zip(gradients, expected, strict=True):
        scale = max(np.abs(value).max() for value in theirs)
        gap = max(np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True))
        assert gap <= TOLERANCE * scale, (
            f"gradients of {name} {first} and {other} differ by {gap:.2g}, the largest entry is {scale:.2g}"
        )


TRAINABLE = (
    check_a_step_moves_each_network,
    check_reports_what_it_says,
    check_warm_up_is_in_the_configuration,
    check_xla_agrees,
    check_replicas_agree,
    check_training_continues,
)
