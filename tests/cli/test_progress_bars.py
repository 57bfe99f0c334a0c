"""Progress as it is shown without a terminal: plain lines, with time left at the latest rate."""

import pytest

from kgan.cli import progress_bars as bars


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(bars.time, "monotonic", lambda: now[0])
    return now


def test_a_line_every_half_minute_with_the_time_left(clock, capsys):
    with bars.Bars() as shown:
        shown.begin("train", 100)
        clock[0] = 20
        shown.advance(10)
        clock[0] = 40
        shown.advance(10, "loss 1")
        clock[0] = 90
        shown.advance(5, "loss 2")
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["train: 20/100, 2 min 40 s left  loss 1", "train: 25/100, 12 min 30 s left  loss 2"]


def test_what_must_be_known_is_reported_at_once(capsys):
    with bars.Bars() as shown:
        shown.say("[not] markup")
    assert capsys.readouterr().err == "[not] markup\n"


def test_task_is_the_contracts_method():
    with bars.Bars() as shown, shown.task("x", 2) as same:
        assert same is shown
