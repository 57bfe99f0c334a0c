import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts.config import IMAGE_SIZE, TrainableConfig, Unfit
from kgan.contracts.trainable import Phase, Trainable
from kgan.random import tensors


class SquareConfig(TrainableConfig):
    def check(self, image_shape, batch_size=None):
        if image_shape[0] != image_shape[1]:
            raise Unfit(f"images of shape {image_shape}; expected square ones", IMAGE_SIZE)
        if batch_size == 3:
            raise Unfit("batches of 3; expected an even number")


class Square(Trainable):
    def __init__(self, config=None, image_shape=(4, 4, 1)):
        super().__init__(config or SquareConfig(), image_shape)
        self._dense = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        self._optimizer = keras.optimizers.SGD(0.1)
        self._optimizer.build(self._dense.trainable_variables)

    @property
    def networks(self):
        return {"one": self._dense, "same": self._dense}

    @property
    def optimizers(self):
        return {"one": self._optimizer}

    def train_step(self, data):
        return self.report(loss=data)


class Warmed(Square):
    def phases(self, steps):
        return (Phase("warm-up", 7, counted=False), Phase("train", steps))


def test_what_the_configuration_refuses_is_not_built():
    with pytest.raises(Unfit, match="expected square ones"):
        Square(image_shape=(4, 2, 1))
    with pytest.raises(Unfit, match="batches of 3"):
        Square().check_batch(3)


def test_a_training_is_one_phase_unless_there_is_a_warm_up():
    assert Square().phases(9) == (Phase("train", 9),)
    assert (Square().warm_up_steps(9), Warmed().warm_up_steps(9)) == (0, 7)


def test_the_state_holds_each_variable_once():
    model = Square()
    state = model.state()
    assert len(state) == len({id(variable) for variable in state})
    assert state[0] is model.step and len(state) == 1 + len(model.optimizers["one"].variables) + 2


def test_reports_are_running_means():
    model = Square()
    model.begin(seed=1)
    model.train_step(tf.constant([1.0, 3.0]))
    assert float(model.train_step(tf.constant([5.0]))["loss"]) == 3.0


def test_a_seed_is_a_function_of_run_stream_and_step():
    model = Square()
    model.begin(seed=5)
    first = model.seed_for("latents").numpy()
    np.testing.assert_array_equal(first, tensors.seed_for(5, "latents", tf.constant(0, tf.int64)))
    model.advance()
    assert int(model.step) == 1 and not np.array_equal(model.seed_for("latents"), first)
    assert not np.array_equal(model.seed_for("latents"), model.seed_for("dropout"))


def test_the_configuration_goes_with_the_image_shape():
    assert Square().get_config()["image_shape"] == [4, 4, 1]
