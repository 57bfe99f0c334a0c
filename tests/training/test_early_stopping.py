import math

import keras
import numpy as np
import pytest

from kgan.training.early_stopping import EarlyStopping, log_loss


class Model:
    def __init__(self):
        inputs = keras.Input((1,))
        self.network = keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))
        self.rates = []

    def begin_epoch(self, epoch):
        self.rates.append(epoch)

    def set(self, value):
        self.network.set_weights([np.full((1, 1), value, np.float32)])


def test_log_loss_by_hand():
    assert log_loss(np.array([1, 0]), np.array([0.8, 0.4])) == pytest.approx(
        -(math.log(0.8) + math.log(0.6)) / 2
    )
    assert math.isfinite(log_loss(np.array([1]), np.array([0.0])))


def stopping(model, folder, losses, patience=2):
    given = iter(losses)
    scores = lambda model: np.array([next(given)])  # noqa: E731
    return EarlyStopping(model.network, 10, patience, scores, np.array([1]), folder)


def test_stops_after_patience_and_puts_the_best_weights_back(tmp_path):
    model = Model()
    watch = stopping(model, tmp_path, [0.3, 0.9, 0.5, 0.6, 0.7])
    stopped = []
    for epoch in range(4):
        model.set(epoch)
        stopped.append(watch(model, 10 * (epoch + 1)))
    assert stopped == [False, False, False, True]
    assert model.rates == [1, 2, 3, 4]
    watch.finish(model)
    assert model.network.get_weights()[0].item() == 1
    assert len((tmp_path / "epochs.csv").read_text().splitlines()) == 5


def test_goes_on_from_its_state(tmp_path):
    model = Model()
    watch = stopping(model, tmp_path, [0.9, 0.5])
    model.set(5)
    watch(model, 10)
    state = [variable.numpy() for variable in watch.state]
    model.set(6)
    again = stopping(model, tmp_path, [0.5, 0.4])
    for variable, value in zip(again.state, state, strict=True):
        variable.assign(value)
    assert [again(model, 20), again(model, 30)] == [False, True]
    assert [line[:2] for line in (tmp_path / "epochs.csv").read_text().splitlines()[1:]] == ["10", "20", "30"]
    again.finish(model)
    assert model.network.get_weights()[0].item() == 5
    assert not list(tmp_path.rglob("*.h5"))
