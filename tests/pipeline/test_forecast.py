import pytest
from fabricated.steps import step

from kgan.pipeline.forecast import Forecast, Room, known_seconds
from kgan.pipeline.records import manifest
from kgan.pipeline.state.identity import identities
from kgan.pipeline.step import Step

#: prepare -> two models -> a pool of each -> table. Seconds by hand.
NEEDS = {
    "prepare": (),
    "train-a": ("prepare",),
    "train-b": ("prepare",),
    "pool-a": ("train-a",),
    "pool-b": ("train-b",),
    "table": ("pool-a", "pool-b"),
}
SECONDS = {"prepare": 10, "train-a": 100, "train-b": 40, "pool-a": 5, "pool-b": 7, "table": 3}
KINDS = {name: name.partition("-")[0] for name in NEEDS}


def forecast(**more):
    steps = [Step(name, None, needs) for name, needs in NEEDS.items()]
    return Forecast(steps, SECONDS, KINDS, **more)


def test_the_longest_path_begins_with_the_longest_follower():
    paths = {name: forecast().path(name) for name in NEEDS}
    assert paths == {
        "table": 3,
        "pool-a": 8,
        "pool-b": 10,
        "train-a": 108,
        "train-b": 50,
        "prepare": 118,
    }


def test_nothing_is_left_in_seconds_until_a_step_took_some():
    ahead = forecast()
    assert ahead.left({}, list(NEEDS), Room(2)) is None
    ahead.progressed("prepare", 0, 3)
    assert ahead.left({}, list(NEEDS), Room(2)) is None
    ahead.finished("prepare", 10)
    assert ahead.left({}, [name for name in NEEDS if name != "prepare"], Room(2)) == 108


@pytest.mark.parametrize(("jobs", "seconds"), [(1, 165), (2, 118), (8, 118)])
def test_jobs_shorten_what_is_left_down_to_the_longest_path(jobs, seconds):
    assert forecast(measured=["train"]).left({}, list(NEEDS), Room(jobs)) == seconds


def test_longest_path_starts_first():
    """Three steps of 2 s, and a chain of 3 + 3 s, on two jobs: 6 s if the chain starts first, else 8 s."""
    needs = {"a": (), "b": (), "c": (), "chain": (), "end": ("chain",)}
    seconds = {"a": 2, "b": 2, "c": 2, "chain": 3, "end": 3}
    steps = [Step(name, None, need) for name, need in needs.items()]
    ahead = Forecast(steps, seconds, dict.fromkeys(needs, "all"), measured=["all"])
    assert ahead.left({}, list(needs), Room(2)) == 6


def test_gpus_are_shared_by_those_that_hold_them():
    """One GPU: both models one after the other, and beside the second the pool of the first."""
    ahead = forecast(measured=["train"])
    held = {"train-a": 1, "train-b": 1}
    assert ahead.left({}, list(NEEDS), Room(8, 1, held)) == 10 + 100 + 40 + 7 + 3
    assert ahead.left({}, list(NEEDS), Room(8, 2, held)) == 118
    assert (
        ahead.left({"train-b": 0.5}, ["train-a", "pool-a", "pool-b", "table"], Room(8, 1, held)) == 20 + 108
    )


def test_a_step_that_no_room_is_large_enough_for_is_forecast_alone():
    assert forecast(measured=["train"]).left({}, list(NEEDS), Room(8, 1, {"train-a": 2})) == 118


def test_what_runs_counts_for_the_rest_of_it_and_holds_its_place():
    ahead = forecast(measured=["train"])
    running = {"train-a": 0.75, "train-b": 0}
    assert ahead.left(running, ["pool-a", "pool-b", "table"], Room(2)) == 40 + 7 + 3
    assert ahead.left(running, ["pool-a", "pool-b", "table"], Room(1)) == 40 + 7 + 5 + 3
    assert ahead.left({"table": 1.5}, [], Room(2)) == 0
    assert ahead.left({}, [], Room(2)) == 0


def test_a_finished_step_corrects_its_kind_and_those_never_seen():
    ahead = forecast()
    ahead.finished("prepare", 20)  # twice as long as expected: so is everything
    assert ahead.path("train-a") == 216
    ahead.finished("train-b", 20)  # half as long: training is; the rest together takes 40 s instead of 50 s
    assert ahead.path("train-a") == pytest.approx(100 * 0.5 + (5 + 3) * 40 / 50)
    ahead.finished("pool-b", 70)
    assert ahead.path("train-a") == pytest.approx(100 * 0.5 + 5 * 10 + 3 * 110 / 57)


def test_part_of_a_step_corrects_until_it_is_finished():
    ahead = forecast()
    ahead.progressed("train-b", 0.25, 30)
    assert ahead.left({"train-b": 0.25}, ["pool-b"], Room(1)) == pytest.approx(3 * (30 + 7))
    ahead.finished("train-b", 40)
    assert ahead.left({}, ["pool-b"], Room(1)) == 7


def test_rough_seconds_do_not_correct_measured_ones_nor_the_reverse():
    ahead = forecast(measured=["train"])
    ahead.finished("prepare", 1)
    assert ahead.path("train-b") == pytest.approx(40 + 0.7 + 0.3)
    ahead.finished("train-b", 80)
    assert ahead.path("train-a") == pytest.approx(200 + 0.5 + 0.3)


def test_no_step_can_run_without_a_job():
    with pytest.raises(ValueError, match="jobs 0; expected at least 1"):
        forecast().left({}, [], Room(0))


def test_finished_steps_of_a_run_tell_their_seconds(tmp_path):
    steps = (step("prepare", "prepare"), step("train", "train_gan", ("prepare",)), step("tsne", "embed"))
    for name, seconds, left_out in (("prepare", 12.5, None), ("tsne", 0.0, "too few")):
        made_of = identities(steps)[name]
        folder = tmp_path / "steps" / name / made_of["id"]
        folder.mkdir(parents=True)
        record = {"step": name, "id": made_of["id"], "kind": made_of["kind"], "made_of": made_of}
        facts = {"left_out": left_out} if left_out else {}
        manifest.write(folder, {**record, "outputs": {}, "seconds": seconds, "facts": facts})
    assert known_seconds(steps, tmp_path) == {"prepare": 12.5}
    assert known_seconds(steps, tmp_path / "other") == {}
