import time

import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts.config import TrainableConfig
from kgan.contracts.trainable import Phase, Trainable
from kgan.steps.training.phase_times import LEAST, bisection_order, time_phases, timed
from kgan.training.strategy import devices
from kgan_plugins.gans.pggan.config import PGGANConfig
from kgan_plugins.losses.configs import WGANGPConfig


@pytest.mark.parametrize(
    ("count", "order"),
    [(1, [0]), (2, [1, 0]), (3, [2, 0, 1]), (5, [4, 0, 2, 1, 3]), (8, [7, 0, 3, 1, 5, 2, 4, 6])],
)
def test_phases_are_taken_from_the_ends_inwards(count, order):
    assert bisection_order(count) == order


class Calls:
    """Sleeps longer in its first call, as one that traces a graph."""

    def __init__(self, first, later):
        self.lengths = [first]
        self.later = later

    def __call__(self):
        time.sleep(self.lengths[-1])
        self.lengths.append(self.later)


def test_the_first_call_is_not_timed():
    seconds = timed(Calls(0.2, 0.01), limit=0.05)
    assert len(seconds) >= LEAST
    assert max(seconds) < 0.2
    assert sum(seconds) >= 0.05


def test_a_long_first_call_is_not_repeated_in_vain():
    seconds = timed(Calls(0.2, 0.1), limit=0.05, long=0.15)
    assert len(seconds) == LEAST
    assert seconds[0] >= 0.2


BATCH = np.ones((4, 8, 8, 1), np.float32)


def test_every_phase_is_timed_in_its_own_networks():
    gan = PGGANConfig(latent_size=4, channels={4: 4, 8: 4}).build((8, 8, 1), WGANGPConfig().build())
    gan.begin(seed=1)
    reports = []
    phases = time_phases(gan, BATCH, devices({"strategy": "one"}), 6, 1000.0, 0.0, reports.append)
    assert reports == ["8", "4", "4-8"]
    assert [phase.name for phase in phases] == ["4", "4-8", "8"]
    assert [phase.steps for phase in phases] == [2, 2, 2]
    assert all(len(phase.seconds) >= LEAST and min(phase.seconds) > 0 for phase in phases)


class Bends(Trainable):
    """Learns a curve of one number more in each phase."""

    def __init__(self):
        super().__init__(TrainableConfig(), BATCH.shape[1:])
        self.numbers = [tf.Variable(1.0) for _ in range(3)]
        self.entered = []

    networks = optimizers = property(lambda self: {})

    def phases(self, steps):
        return tuple(Phase(name, (steps + 2 - number) // 3) for number, name in enumerate("abc"))

    def enter(self, phase, start, steps):
        super().enter(phase, start, steps)
        self.entered.append(phase)

    def train_step(self, data):
        number = self.numbers[self.entered[-1]]
        number.assign_add(tf.reduce_sum(data))
        return self.report(loss=number[None])


def test_the_limit_leaves_phases_between_timed_ones():
    model = Bends()
    model.begin(seed=1)
    phases = time_phases(model, BATCH, devices({"strategy": "one"}), 6, 0.0, 0.0, lambda _: None)
    assert [bool(phase.seconds) for phase in phases] == [True, False, True]
    assert model.entered == [2, 0]
    # A first step that traces the graph, and those that are timed, each in the networks of its phase.
    assert [float(number) for number in model.numbers] == [1 + 3 * 256, 1, 1 + 3 * 256]


def test_a_phase_without_steps_is_not_timed():
    model = Bends()
    model.begin(seed=1)
    phases = time_phases(model, BATCH, devices({"strategy": "one"}), 2, 0.0, 0.0, lambda _: None)
    assert [(phase.name, phase.steps, len(phase.seconds)) for phase in phases] == [("a", 1, 2), ("b", 1, 2)]
    assert model.entered == [1, 0]
