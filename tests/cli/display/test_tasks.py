"""Tasks: what is done, and the time left at the recent rate."""

from threading import RLock

import pytest
from fabricated.receivers import Clock

from kgan.cli.display.tasks import Task


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def task(clock):
    return Task("train", clock, RLock(), lambda text: None)


def work(task, clock, *, seconds, units, times):
    for _ in range(times):
        clock.now += seconds
        task.advance(units)


def test_a_step_that_reports_nothing_shows_since_when_it_runs(task, clock):
    clock.now += 90
    line = task.line()
    assert (line.title, line.share, line.count, line.left, line.note) == (
        "train",
        None,
        "",
        "",
        "2 min so far",
    )


def test_what_is_done_and_the_last_note_are_kept(task, clock):
    task.begin("train", 2000, 500)
    task.advance(250, "loss 1")
    task.advance(250)
    line = task.line()
    assert (line.share, line.count) == (0.5, "1,000/2,000")
    assert line.note.split(", ")[-1] == "loss 1"


def test_a_phase_takes_the_place_of_the_previous_one(task, clock):
    task.begin("train: read", 4)
    work(task, clock, seconds=1, units=1, times=4)
    task.advance(0, "patient 4")
    task.begin("train: store", 100)
    line = task.line()
    assert (line.share, line.count, line.left, line.note) == (0.0, "0/100", "", "0 s so far, store")


def test_a_label_is_a_phase_unless_it_is_the_name(task):
    labels = {"train": "", "train: x": "x", "training": "training", "read": "read"}
    for label, phase in labels.items():
        task.begin(label, None)
        assert task.line().note == ", ".join(filter(None, ("0 s so far", phase)))


def test_the_time_left_is_that_at_the_recent_rate(task, clock):
    task.begin("train", 1000)
    work(task, clock, seconds=1, units=5, times=100)
    assert task.seconds_left() == pytest.approx(100)
    work(task, clock, seconds=2, units=1, times=40)  # a later, slower phase of more than a minute
    assert task.seconds_left() == pytest.approx((1000 - 540) * 2)


def test_steps_before_a_resumption_do_not_count_for_the_rate(task, clock):
    task.begin("train", 1000, 900)
    work(task, clock, seconds=10, units=10, times=2)
    assert task.seconds_left() == pytest.approx(80)


def test_the_first_units_count_for_the_rate_only_until_there_are_others(task, clock):
    task.begin("train", 100)
    work(task, clock, seconds=50, units=10, times=1)  # with the compilation
    assert task.seconds_left() == pytest.approx(450)
    work(task, clock, seconds=1, units=10, times=1)
    assert task.seconds_left() == pytest.approx(8)


def test_rare_reports_still_have_a_rate(task, clock):
    task.begin("measure", 10)
    work(task, clock, seconds=600, units=1, times=4)
    assert task.seconds_left() == pytest.approx(6 * 600)


def test_the_time_left_counts_down_and_grows_when_reports_fail_to_come(task, clock):
    task.begin("train", 10)
    work(task, clock, seconds=100, units=1, times=3)
    assert task.seconds_left() == pytest.approx(700)
    clock.now += 60
    assert task.seconds_left() == pytest.approx(640)
    clock.now += 40
    assert task.seconds_left() == pytest.approx(600)
    clock.now += 200
    assert task.seconds_left() > 1000


@pytest.mark.parametrize("total", [None, 0])
def test_an_unknown_total_has_a_count_and_no_time_left(task, clock, total):
    task.begin("pool", total)
    work(task, clock, seconds=30, units=600, times=2)
    line = task.line()
    assert (line.share, line.count, line.left) == (None, "1,200", "")
    assert line.note == "1 min so far, pool"


def test_more_than_the_total_is_all_of_it(task, clock):
    task.begin("train", 10)
    work(task, clock, seconds=1, units=8, times=2)
    assert (task.line().share, task.line().left) == (1.0, "0 s")


def test_reports_are_not_kept_for_ever(task, clock):
    task.begin("train", 10**9)
    work(task, clock, seconds=0.5, units=1, times=2000)
    assert 100 < len(task.reports) < 130


def test_what_a_step_says_is_shown(clock):
    texts = []
    Task("train", clock, RLock(), texts.append).say("resuming from step 5")
    assert texts == ["resuming from step 5"]
