import pytest

from kgan.training import input_wait
from kgan.training.input_wait import InputWait


class Clock:
    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(input_wait, "time", clock)
    return clock


def slow(clock, *seconds):
    for number, wait in enumerate(seconds):
        clock.now += wait
        yield number


def test_waiting_counts_from_the_second_batch(clock):
    wait = InputWait()
    batches = slow(clock, 60.0, 1.0, 0.0, 2.0)
    assert wait.share is None
    assert wait.next(batches) == 0
    clock.now += 30.0  # the first step is compiled
    assert wait.share is None
    for number in (1, 2, 3):
        assert wait.next(batches) == number
        clock.now += 3.0
    assert wait.share == pytest.approx(3 / 12)


def test_a_loop_that_never_waits(clock):
    wait = InputWait()
    batches = slow(clock, 0, 0, 0)
    for _ in range(3):
        wait.next(batches)
        clock.now += 1
    assert wait.share == 0


def test_the_end_of_the_batches_reaches_the_loop(clock):
    with pytest.raises(StopIteration):
        InputWait().next(iter(()))
