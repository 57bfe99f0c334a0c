"""The loop: resumed to the same bits, stopped on what is not a number, the same on two replicas."""

import os
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts.config import TrainableConfig
from kgan.contracts.trainable import Phase, Trainable
from kgan.data.sampling.batches import stream
from kgan.errors import RunError
from kgan.nn.functional import Functional, replica_mean, values_of
from kgan.progress import Silent
from kgan.random import tensors
from kgan.training.fit import Fit, Hook, fit
from kgan.training.strategy import Devices, devices

DATA = np.linspace(-1, 1, 24, dtype=np.float32).reshape(24, 1)


class Line(Trainable):
    """Learns y = 2x from noisy x, in two phases."""

    def __init__(self, rate=0.1, noise=0.1):
        super().__init__(TrainableConfig(), (1,))
        self.rate, self.noise = rate, noise
        inputs = keras.Input((1,))
        self.line = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones")(inputs))
        self.adam = keras.optimizers.Adam(rate)
        self.adam.build(self.line.trainable_variables)

    @property
    def networks(self):
        return {"line": self.line}

    @property
    def optimizers(self):
        return {"line": self.adam}

    def phases(self, steps):
        return Phase("first", steps // 2), Phase("second", steps - steps // 2)

    def compile_differentiation(self):
        self.differentiate = self.as_graph(self._differentiate)

    def _differentiate(self, values, inputs, noise):
        line = Functional(self.line, values)
        with tf.GradientTape() as tape:
            tape.watch(line.trainable)
            loss = tf.square(line(inputs + noise) - 2 * inputs)[:, 0]
            objective = replica_mean(loss)
        return loss, tape.gradient(objective, line.trainable)

    def train_step(self, data):
        noise = self.noise * tensors.normal(tf.shape(data), self.seed_for("noise"))
        loss, gradients = self.differentiate(values_of(self.line), data, noise)
        self.adam.apply(gradients, self.line.trainable_variables)
        return self.report(loss=loss)


class Terms(Line):
    """Reports the parts of its loss as a GAN with a penalty does."""

    @property
    def reported(self):
        return ("critic_loss", "grad_penalty", "generator_loss")

    def report(self, loss):
        return super().report(
            critic_loss=loss - loss - 1.25, grad_penalty=0 * loss, generator_loss=0 * loss + 3
        )


class OnePhase(Line):
    """Learns the same in one phase."""

    def phases(self, steps):
        return (Phase("train", steps),)


class Notes(Silent):
    """Keeps the notes for the display."""

    def __init__(self):
        self.units, self.notes = 0, []

    def advance(self, units=1, note=""):
        self.units += units
        self.notes.append(note)


def train(folder, *, steps=60, place=None, hooks=(), seed=3, progress=None, kind=Line, **line):
    place = place or devices({})
    with place.strategy.scope():
        model = kind(**line)
    how = Fit(steps, seed, folder, place, "line", report_every=5, checkpoint_minutes=0, hooks=hooks)

    def data(first):
        batches = stream(lambda indices: (DATA[indices],), 24, 8, seed, first, [((1,), "float32")])
        return batches.map(lambda images: images)

    return fit(model, data, how, progress or Silent())


def weights(model):
    return [variable.numpy() for variable in model.line.trainable_variables]


class Killed(Exception):
    pass


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The weights and the log of a training that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    return weights(train(folder)), (folder / "log.csv").read_text()


@pytest.mark.parametrize("at", [7, 30, 31, 58], ids=["first-phase", "between", "second-phase", "near-end"])
def test_a_killed_training_goes_on_to_the_same_bits(tmp_path, whole, at):
    def kill(model, step):
        if step == at:
            raise Killed
        return False

    with pytest.raises(Killed):
        train(tmp_path, hooks=[Hook(1, kill)])
    assert_same(whole, train(tmp_path), tmp_path)


def assert_same(whole, again, folder):
    for item, other in zip(whole[0], weights(again), strict=True):
        np.testing.assert_array_equal(item, other)
    assert whole[1] == (folder / "log.csv").read_text()


def test_an_interrupt_between_two_reports_saves_between_two_steps(tmp_path, whole):
    """The log is then what it would have been."""

    def interrupt(model, step):
        if step == 12:
            os.kill(os.getpid(), signal.SIGINT)
        return False

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, hooks=[Hook(1, interrupt)])
    assert (tmp_path / "checkpoints" / "12.json").exists()
    assert_same(whole, train(tmp_path), tmp_path)


def test_what_is_not_a_number_stops_and_keeps_the_last_checkpoint(tmp_path):
    def poison(model, step):
        if step == 22:
            model.line.trainable_variables[0].assign([[np.nan]])
        return False

    with pytest.raises(RunError, match=r"loss is not finite at step 25 \(first\)"):
        train(tmp_path, hooks=[Hook(1, poison)])
    assert (tmp_path / "checkpoints" / "20.json").exists()
    assert not (tmp_path / "checkpoints" / "25.json").exists()


def test_a_hook_stops_the_training_and_its_state_is_kept(tmp_path):
    calls = tf.Variable(0)

    def count(model, step):
        calls.assign_add(1)
        return step >= 40

    model = train(tmp_path, hooks=[Hook(10, count, [calls])])
    assert int(model.step) == 40
    assert int(calls) == 4


def test_seeds_differ(tmp_path, whole):
    assert weights(train(tmp_path, seed=2))[0] != whole[0][0]


def test_two_replicas_agree_with_one(tmp_path, two_replicas):
    two = Devices(two_replicas, False, "two")
    single = train(tmp_path / "one", noise=0.0)
    both = train(tmp_path / "two", noise=0.0, place=two)
    for first, second in zip(weights(single), weights(both), strict=True):
        np.testing.assert_allclose(first, second, atol=1e-5)


def test_mirrored_on_one_device_is_refused(monkeypatch):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: ["CPU:0"] if kind == "CPU" else [])
    with pytest.raises(RunError, match="two or more devices"):
        devices({"strategy": "mirrored"})


def test_an_interrupt_at_the_very_end_leads_to_the_same_end(tmp_path):
    def stop(interrupt):
        def at_forty(model, step):
            if step == 40 and interrupt:
                os.kill(os.getpid(), signal.SIGINT)
            return step == 40

        return Hook(10, at_forty)

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "torn", hooks=[stop(True)])
    again = train(tmp_path / "torn", hooks=[stop(False)])
    whole = train(tmp_path / "whole", hooks=[stop(False)])
    assert int(again.step) == 40
    for item, other in zip(weights(again), weights(whole), strict=True):
        np.testing.assert_array_equal(item, other)


def test_a_log_behind_its_checkpoint_cannot_be(tmp_path, monkeypatch):
    from kgan.training.checkpoint import Checkpoints

    def killed(self, step):
        raise Killed

    monkeypatch.setattr(Checkpoints, "save", killed)
    with pytest.raises(Killed):
        train(tmp_path)
    assert (tmp_path / "log.csv").read_text().splitlines()[-1].startswith("5,")


def test_a_last_phase_without_steps_is_entered_all_the_same(tmp_path):
    entered = []

    class Noting(Line):
        def phases(self, steps):
            return Phase("first", steps), Phase("second", 0)

        def enter(self, phase, start, steps):
            entered.append((phase, start, steps))
            super().enter(phase, start, steps)

    train(tmp_path, steps=6, kind=Noting)
    assert entered == [(0, 0, 6), (1, 6, 0)]


def test_a_note_begins_with_the_losses_and_ends_with_the_phase(tmp_path):
    notes = Notes()
    train(tmp_path, steps=20, kind=Terms, progress=notes)
    losses = "critic -1.25, generator 3, grad penalty 0"
    assert notes.notes == [f"{losses}, first"] * 2 + [f"{losses}, second"] * 2
    assert notes.units == 20


def test_a_note_does_not_name_the_only_phase(tmp_path):
    notes = Notes()
    train(tmp_path, steps=5, kind=OnePhase, progress=notes)
    (note,) = notes.notes
    name, value = note.split(" ")
    assert name == "loss" and float(value) > 0
