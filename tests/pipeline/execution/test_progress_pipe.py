from multiprocessing import Pipe
from types import SimpleNamespace

import pytest
from fabricated.receivers import Recorder

from kgan.pipeline.execution import progress_pipe
from kgan.pipeline.execution.progress_pipe import ProgressPipe, replay


@pytest.fixture
def seconds(monkeypatch):
    """Seconds that the clock shows."""
    clock = [100.0]
    monkeypatch.setattr(progress_pipe, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    return clock


def received(pipe):
    recorder = Recorder()
    while pipe.poll():
        replay(pipe.recv(), recorder)
    return recorder.reports


def test_reports_come_out_at_the_other_end(seconds):
    end, start = Pipe(duplex=False)
    progress = ProgressPipe(start)
    progress.begin("train pggan", 100, done=40)
    progress.advance(10, "loss 0.31")
    progress.say("one device")
    assert received(end) == [
        ("begin", "train pggan", 100, 40), ("advance", 10, "loss 0.31"), ("say", "one device")
    ]  # fmt: skip


def test_many_units_are_sent_at_most_ten_times_a_second(seconds):
    end, start = Pipe(duplex=False)
    progress = ProgressPipe(start)
    for _ in range(100):
        progress.advance(1, "note")
        seconds[0] += 0.02
    progress.close()
    reports = received(end)
    assert sum(units for _, units, _ in reports) == 100
    assert 15 <= len(reports) <= 21


def test_units_that_wait_belong_to_the_task_before(seconds):
    end, start = Pipe(duplex=False)
    progress = ProgressPipe(start)
    for _ in range(3):
        progress.advance()
    progress.begin("next", None)
    assert received(end) == [("advance", 1, ""), ("advance", 2, ""), ("begin", "next", None, 0)]


def test_the_latest_note_comes_with_the_units_that_wait(seconds):
    end, start = Pipe(duplex=False)
    progress = ProgressPipe(start)
    for note in ("loss 3", "loss 2", "", "loss 1", ""):
        progress.advance(1, note)
    progress.close()
    assert received(end) == [("advance", 1, "loss 3"), ("advance", 4, "loss 1")]
