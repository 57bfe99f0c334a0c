"""Equal arguments, equal numbers; anything else, others."""

import numpy as np

from kgan.random.streams import rng

FIRST_OF_2016 = [0.9383971500557331, 0.40854355712414525, 0.7555183965884856]


def _numbers(*arguments):
    return rng(*arguments).random(8)


def test_equal_arguments_give_equal_numbers():
    np.testing.assert_array_equal(_numbers(3, "split", 1, 2), _numbers(3, "split", 1, 2))


def test_numpy_integers_count_as_integers():
    np.testing.assert_array_equal(_numbers(3, "split", 1), _numbers(np.int64(3), "split", np.int32(1)))


def test_every_argument_counts():
    variants = [
        (3, "split"),
        (-3, "split"),
        (4, "split"),
        (3, "noise"),
        (3, "split", 0),
        (3, "split", 1),
        (3, "split", 1, 2),
        (3, "split", 12),
        (3, "split", 2, 1),
        (3, "spl", 1),
    ]
    drawn = {tuple(_numbers(*variant)) for variant in variants}
    assert len(drawn) == len(variants)


def test_numbers_do_not_change_between_versions():
    np.testing.assert_allclose(rng(2016, "phantom", 1).random(3), FIRST_OF_2016, rtol=0, atol=0)
