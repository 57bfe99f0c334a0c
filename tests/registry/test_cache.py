import pytest

from kgan.registry.cache import remembered, unchanging


@pytest.fixture
def counted():
    calls = []

    @remembered
    def double(number):
        """Return twice a number."""
        calls.append(number)
        if number < 0:
            raise ValueError(number)
        return 2 * number

    return double, calls


def test_every_call_counts_outside_a_block(counted):
    double, calls = counted
    assert (double(2), double(2), calls) == (4, 4, [2, 2])


def test_one_call_for_the_same_arguments_inside(counted):
    double, calls = counted
    with unchanging():
        assert (double(2), double(3)) == (4, 6)
        with unchanging():
            assert double(2) == 4
        assert double(2) == 4
    assert calls == [2, 3]
    double(2)
    assert calls == [2, 3, 2]


def test_what_fails_is_tried_again(counted):
    double, calls = counted
    with unchanging():
        for _ in range(2):
            with pytest.raises(ValueError):
                double(-1)
    assert calls == [-1, -1]


def test_an_error_ends_the_block(counted):
    double, calls = counted
    with pytest.raises(RuntimeError), unchanging():
        double(1)
        raise RuntimeError
    double(1)
    assert calls == [1, 1]
