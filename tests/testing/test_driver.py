"""The driver's promises, on a third-party GAN of two dense layers."""

import numpy as np
import pytest
import tensorflow as tf

from kgan.testing import driver


@pytest.fixture
def tiles(third_party):
    third_party("good")
    from kgan_checkers.config import TilesConfig

    def make():
        model = TilesConfig.tiny()
        model.begin(seed=3)
        return model

    return make


@pytest.fixture
def brightness(third_party):
    third_party("good")
    from kgan_checkers.config import BrightnessConfig

    model = BrightnessConfig().build((8, 8, 1))
    model.begin(seed=3)
    return model


def test_a_batch_is_a_function_of_the_step(tiles):
    model = tiles()
    batch = driver.example(model, 2)
    assert batch.shape == (driver.IMAGES * model.batch_factor, 8, 8, 1)
    np.testing.assert_array_equal(batch, driver.example(model, 2))
    assert not np.array_equal(batch, driver.example(model, 3))
    assert float(tf.reduce_min(batch)) >= -1 and float(tf.reduce_max(batch)) <= 1


def test_a_classifier_has_both_classes_in_its_batch(brightness):
    images, labels = driver.example(brightness, 0)
    assert images.shape == (4, 8, 8, 1) and labels.numpy().tolist() == [0, 1, 0, 1]


def test_no_weight_moves_where_gradients_are_looked_at(tiles):
    model = tiles()
    before = driver.numbers(model)
    ((*updates,),) = driver.gradients(model)
    assert {name for name, _ in updates} == set(model.optimizers)
    assert all(np.isfinite(value).all() for _, values in updates for value in values)
    for old, new in zip(before, driver.numbers(model), strict=True):
        np.testing.assert_array_equal(old, new)


def test_steps_are_those_from_first_to_last(tiles):
    model = tiles()
    driver.train(model, 5, first=1, last=4)
    assert int(model.step) == 3


def test_a_state_is_carried_over(tiles):
    first, second = tiles(), tiles()
    driver.train(first, 2)
    driver.assign(second, driver.numbers(first))
    for old, new in zip(driver.numbers(first), driver.numbers(second), strict=True):
        np.testing.assert_array_equal(old, new)


def test_two_replicas_share_the_fewest_images(tiles):
    assert driver.shareable(tiles(), 2) == 4
    assert driver.shareable(tiles(), 3) is None
