import pytest

from kgan.training import training_time
from kgan.training.training_time import TrainingTime


class Clock:
    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(training_time, "time", clock)
    return clock


def slow(clock, *seconds):
    for number, wait in enumerate(seconds):
        clock.now += wait
        yield number


def test_waiting_counts_from_the_second_batch(clock):
    wait = TrainingTime()
    batches = slow(clock, 60.0, 1.0, 0.0, 2.0)
    assert wait.waiting_share is None
    assert wait.next(batches) == 0
    clock.now += 30.0  # the first step is compiled
    assert wait.waiting_share is None
    for number in (1, 2, 3):
        assert wait.next(batches) == number
        clock.now += 3.0
    assert wait.waiting_share == pytest.approx(3 / 12)


def test_a_loop_that_never_waits(clock):
    wait = TrainingTime()
    batches = slow(clock, 0, 0, 0)
    for _ in range(3):
        wait.next(batches)
        clock.now += 1
    assert wait.waiting_share == 0


def test_the_end_of_the_batches_reaches_the_loop(clock):
    with pytest.raises(StopIteration):
        TrainingTime().next(iter(()))


def test_a_checkpoint_carries_the_time_that_was_spent_before_it(clock):
    first = TrainingTime()
    clock.now += 100.0
    first.before_checkpoint()
    clock.now += 40.0  # after the checkpoint, and lost
    second = TrainingTime()
    second.spent.assign(first.spent)
    second.restored()
    assert second.earlier == 100.0
    clock.now += 5.0
    second.before_checkpoint()
    assert float(second.spent) == 105.0
