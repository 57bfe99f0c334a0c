import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.gans.simgan.image_buffer import ImageBuffer

SHAPE = (2, 2, 1)


def numbered(*numbers):
    return tf.constant(np.array(numbers, "float32")[:, None, None, None] * np.ones(SHAPE, "float32"))


def numbers(images):
    return np.array(tf.convert_to_tensor(images))[:, 0, 0, 0].astype(int).tolist()


def seed(number):
    return tf.constant([number, 0], tf.int64)


@pytest.fixture
def full():
    image_buffer = ImageBuffer(SHAPE, 2)
    image_buffer.remember(numbered(0, 1, 2, 3, 4), seed(0))
    image_buffer.remember(numbered(5, 6, 7, 8, 9), seed(1))
    return image_buffer


def test_until_it_is_full_it_grows_and_changes_nothing():
    image_buffer = ImageBuffer(SHAPE, 2)
    assert numbers(image_buffer.mix(numbered(0, 1, 2, 3, 4), seed(0))) == [0, 1, 2, 3, 4]
    image_buffer.remember(numbered(0, 1, 2, 3, 4), seed(0))
    assert numbers(image_buffer.images) == [0, 1, 2, 3, 4]
    assert numbers(image_buffer.mix(numbered(5, 6, 7, 8, 9), seed(0))) == [5, 6, 7, 8, 9]


def test_once_full_it_gives_half_of_the_batch_without_repeats(full):
    seen = set()
    for number in range(40):
        shown = numbers(full.mix(numbered(100, 101, 102, 103, 104), seed(number)))
        assert shown[:3] == [100, 101, 102]
        assert len(set(shown[3:])) == 2
        seen.update(shown[3:])
    assert seen == set(range(10))


def test_once_full_half_of_the_batch_takes_random_places(full):
    places = set()
    for number in range(40):
        before = numbers(full.images)
        fresh = range(100 * (number + 1), 100 * (number + 1) + 5)
        full.remember(numbered(*fresh), seed(number))
        after = numbers(full.images)
        changed = [place for place in range(10) if before[place] != after[place]]
        assert sorted(after[place] for place in changed) == list(fresh[:2])
        places.update(changed)
    assert places == set(range(10))


def test_draws_follow_from_the_seed_alone(full):
    fresh = numbered(100, 101, 102, 103, 104)
    assert numbers(full.mix(fresh, seed(1))) == numbers(full.mix(fresh, seed(1)))
    assert numbers(full.mix(fresh, seed(1))) != numbers(full.mix(fresh, seed(2)))


def test_a_batch_of_one_image_is_never_replaced():
    image_buffer = ImageBuffer(SHAPE, 1)
    image_buffer.remember(numbered(0), seed(0))
    assert numbers(image_buffer.mix(numbered(5), seed(0))) == [5]
