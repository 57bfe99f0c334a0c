import pytest

from kgan.pipeline.forecast import Room
from kgan.pipeline.step import Step
from kgan.plan.timing.outlook import duration, outlook, span, time_lines
from kgan.plan.timing.rates import Rate
from kgan.plan.work import Work

STEPS = [Step("a", None), Step("b", None), Step("c", None, ("a",)), Step("table", None, ("b", "c"))]
WORK = {
    "a": Work("train", 100, 9),
    "b": Work("train", 200, 9),
    "c": Work("classify", 10, 9, ("55% of the slices in a class",)),
    "table": Work("compare", 1, 60),
}
RATES = {"train": Rate(1, 0.5, 2), "classify": Rate(2, 1, 3)}


def test_time_of_a_plan_by_hand():
    ahead = outlook(STEPS, WORK, RATES, list(WORK), Room(2))
    assert ahead.kinds == {"train": (Rate(300, 150, 600), 2), "classify": (Rate(20, 10, 30), 1)}
    assert ahead.total == Rate(200 + 60, 100 + 60, 400 + 60)
    assert ahead.longest == Rate(260, 160, 460)
    assert (ahead.rough, ahead.not_measured) == (60, ["compare"])
    assert outlook(STEPS, WORK, RATES, list(WORK), Room(1)).total.seconds == 100 + 200 + 20 + 60


def test_finished_steps_take_no_time():
    ahead = outlook(STEPS, WORK, RATES, ["c", "table"], Room(2))
    assert ahead.total == Rate(80, 70, 90)
    assert ahead.kinds == {"classify": (Rate(20, 10, 30), 1)}
    assert outlook(STEPS, WORK, {}, ["table"], Room(2)).total == Rate(60, 60, 60)


def test_lines_give_time_jobs_path_and_what_was_not_timed():
    ahead = outlook(STEPS, WORK, RATES, list(WORK), Room(2))
    time, how, rough, assumed = time_lines(ahead, WORK, list(WORK))
    assert time == "time: 4.33 min (2.67 min to 7.67 min) with --jobs 2; longest path 4.33 min"
    assert "median" in how
    assert "10% and 90% quantiles" in how
    assert rough == "not timed but counted by rough defaults: 60 s in all for compare"
    assert assumed == "assumed: 55% of the slices in a class; counted once 'prepare' is finished"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0213, "0.021 s"), (89, "89 s"), (90, "1.5 min"), (5400, "1.5 h"), (200_000, "2.31 days"), (0, "0 s")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_a_span_has_its_uncertainty():
    assert span(Rate(7200, 5400, 10_800)) == "2 h (1.5 h to 3 h)"
