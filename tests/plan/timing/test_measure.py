from concurrent.futures import Future

import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError
from kgan.pipeline.execution.backend import Outcome
from kgan.plan import plan
from kgan.plan.timing.measure import check_known, measure, rate_of_phases
from kgan.plan.timing.rates import Rate
from kgan.plan.work import expected_work
from kgan.progress import SilentRun

SECONDS = 0.4


class Stopwatch:
    """A backend whose every step takes `SECONDS`, and an image 0.01 s."""

    gpus = 0

    def __init__(self):
        self.timed, self.killed = [], False

    def submit(self, context, demand, priority):
        settings, future = context.settings, Future()
        self.timed.append((context.name, settings, demand))
        phase = {"name": "all", "steps": settings.steps, "seconds": [SECONDS] * 2}
        facts = {"model": ("Network", 100), "phases": [phase], "pool": [0.01] if settings.pool else []}
        if ("Network", 100) in settings.known:
            facts = {"model": ("Network", 100), "same_as": settings.known.index(("Network", 100))}
        future.set_result(Outcome(facts, 1.0, 700, {}))
        return future

    def kill(self):
        self.killed = True


def timed(steps, waiting=None):
    backend, work = Stopwatch(), expected_work(steps)
    names = [step.name for step in steps] if waiting is None else waiting
    measured = measure(steps, work, names, backend, {"threads": 1}, SilentRun())
    assert set(measured.memory_mb) == {kind for kind in measured.rates if kind.startswith(("train", "class"))}
    assert set(measured.memory_mb.values()) <= {700}
    return backend, measured.rates


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    return plan(recipes.load("two_step", profile="paper", data=tmp_path_factory.mktemp("data")))


def test_each_kind_is_timed_once_at_its_own_batch(paper):
    backend, rates = timed(paper)
    batches = {name: (settings.batch_size, settings.steps) for name, settings, _ in backend.timed}
    assert batches.pop("classify resnet50 224x224 batch 96")[0] == 96
    assert batches.pop("classify resnet50 224x224 batch 96 (2)")[0] == 96
    assert batches == {
        "train_gan pggan 256x256 batch 16": (16, 26733),
        "train_refiner munit 224x224 batch 1": (1, 100_000),
        "train_refiner simgan 224x224 batch 10": (10, 100_000),
    }
    assert {kind: rate.seconds for kind, rate in rates.items()} == {
        "train_gan pggan 256x256 batch 16": pytest.approx(SECONDS / 16),
        "train_refiner munit 224x224 batch 1": pytest.approx(SECONDS),
        "train_refiner simgan 224x224 batch 10": pytest.approx(SECONDS / 10),
        "classify resnet50 224x224 batch 96": pytest.approx(SECONDS / 96),
        # Of the same shape as the first one, so that it is not timed again.
        "classify resnet50 224x224 batch 96 (2)": pytest.approx(SECONDS / 96),
        "generate pggan 256x256": 0.01,
        "refine munit 224x224": 0.01,
        "refine simgan 224x224": 0.01,
    }


def test_critic_updates_share_the_time_of_a_step():
    backend, rates = timed(plan(recipes.load("two_step", overrides=["gans.pggan.train={critic_updates: 3}"])))
    assert rates["train_gan pggan 64x64 batch 8"].seconds == pytest.approx(SECONDS / (3 * 8))
    assert next(s.steps for name, s, _ in backend.timed if name.startswith("train_gan")) == 1650


def test_what_is_finished_is_not_timed(paper):
    backend, rates = timed(paper, ["train-munit-tumor", "report"])
    assert [name for name, *_ in backend.timed] == ["train_refiner munit 224x224 batch 1"]
    assert not backend.timed[0][1].pool
    assert list(rates) == ["train_refiner munit 224x224 batch 1"]
    assert timed(paper, ["report"])[1] == {}


def test_a_pool_that_is_to_be_made_has_its_trained_model_timed(paper):
    backend, rates = timed(paper, ["generate-pggan"])
    assert [(name, settings.pool) for name, settings, _ in backend.timed] == [
        ("train_gan pggan 256x256 batch 16", True)
    ]
    assert rates["generate pggan 256x256"] == Rate(0.01, 0.01, 0.01)


def test_an_interrupted_timing_ends_its_process(paper):
    class Interrupted(Stopwatch):
        def submit(self, context, demand, priority):
            future = Future()
            future.set_exception(KeyboardInterrupt())
            return future

    backend = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        measure(paper, expected_work(paper), ["train-munit-tumor"], backend, {}, SilentRun())
    assert backend.killed


def test_phases_count_by_their_steps_and_untimed_ones_lie_between():
    phases = [
        {"steps": 10, "seconds": [1.0, 1.0]},
        {"steps": 20, "seconds": []},
        {"steps": 10, "seconds": [4.0, 4.0]},
        {"steps": 60, "seconds": []},
    ]
    assert rate_of_phases(phases).seconds == pytest.approx((10 * 1 + 20 * 2 + 10 * 4 + 60 * 4) / 100)


def test_an_unknown_number_of_images_is_refused(tmp_path):
    shares = ["data.split={train: 0.7, validation: 0.1, test: 0.2}"]
    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path, overrides=shares))
    work = expected_work(steps)
    with pytest.raises(RecipeError, match="--time: how long train-pggan-non_tumor takes depends on"):
        check_known(work, [step.name for step in steps])
    check_known(work, ["train-munit-tumor", "report"])
