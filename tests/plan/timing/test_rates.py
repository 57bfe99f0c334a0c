import json

import pytest

from kgan import recipe as recipes
from kgan.pipeline.forecast import Room
from kgan.pipeline.records import manifest
from kgan.pipeline.state.identity import identities
from kgan.plan import plan
from kgan.plan.timing.rates import FILE, Rate, forecast_in, read_rates, step_seconds, work_in, write_rates
from kgan.plan.work import expected_work

TRAINING = "train_gan pggan 64x64 batch 8"


@pytest.fixture(scope="module")
def steps():
    return plan(recipes.load("two_step"))


def test_a_rate_is_the_median_between_the_tenths():
    assert Rate.of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) == Rate(6, 2, 10)
    assert Rate.of([3]) == Rate(3, 3, 3)
    assert Rate(1, 0.5, 2) * 4 + Rate(1, 1, 1) == Rate(5, 3, 9)


def test_rates_are_read_back(steps, tmp_path):
    work, rates = expected_work(steps), {TRAINING: Rate(0.5, 0.4, 0.7)}
    write_rates(tmp_path / "run", work, rates)
    assert read_rates(tmp_path / "run", work) == rates


def test_rates_of_another_configuration_are_not_used(steps, tmp_path):
    write_rates(tmp_path, expected_work(steps), {TRAINING: Rate(0.5, 0.4, 0.7)})
    wider = plan(recipes.load("two_step", overrides=["gans.pggan.parameters.latent_size=128"]))
    assert expected_work(wider)["train-pggan-tumor"].kind == TRAINING
    assert read_rates(tmp_path, expected_work(wider)) == {}


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"gpus": 0, "kinds": {"a": {"seconds": 1}}}'])
def test_a_damaged_file_of_rates_is_none(steps, tmp_path, text):
    if text is not None:
        (tmp_path / FILE).write_text(text)
    assert read_rates(tmp_path, expected_work(steps)) == {}


def test_rates_of_a_machine_with_other_gpus_are_not_used(steps, tmp_path):
    work = expected_work(steps)
    write_rates(tmp_path, work, {TRAINING: Rate(0.5, 0.4, 0.7)})
    record = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**record, "gpus": record["gpus"] + 1}))
    assert read_rates(tmp_path, work) == {}


def test_forecast_of_a_new_run_knows_no_seconds(steps, tmp_path):
    assert forecast_in(steps, tmp_path).left({}, [step.name for step in steps], Room(2)) is None


def test_forecast_uses_measured_rates(steps, tmp_path):
    work = expected_work(steps)
    write_rates(tmp_path, work, {TRAINING: Rate(0.5, 0.4, 0.7)})
    ahead = forecast_in(steps, tmp_path)
    assert ahead.left({}, ["train-pggan-tumor"], Room(1)) == pytest.approx(1650 * 8 * 0.5)
    assert step_seconds(work["report"], {}).seconds == work["report"].seconds


def test_a_prepared_cohort_is_counted_and_its_time_is_known(steps, tmp_path):
    made_of = identities(steps)["prepare"]
    folder = tmp_path / "steps" / "prepare" / made_of["id"]
    folder.mkdir(parents=True)
    facts = {
        "counts": {"train": {"non_tumor": 40, "tumor": 60}, "validation": {"tumor": 30}, "test": {}},
        "patients": {"train": ["a", "b"], "validation": ["c"], "test": []},
    }
    record = {"step": "prepare", "id": made_of["id"], "kind": "prepare", "made_of": made_of, "outputs": {}}
    work = expected_work(steps)
    took = 3 * work["prepare"].seconds
    manifest.write(folder, {**record, "facts": facts, "seconds": took})
    counted = work_in(steps, tmp_path)["classify-1-real-scratch"]
    assert (counted.units, counted.assumed) == (7 * (100 + 30 / 3), ())
    ahead = forecast_in(steps, tmp_path)
    assert ahead.left({}, ["report"], Room(1)) == pytest.approx(3 * work["report"].seconds)
