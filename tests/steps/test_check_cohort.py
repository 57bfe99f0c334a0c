"""Limits are found before anything is trained, by the rules that the steps themselves apply."""

import importlib

import pytest
from fabricated.core_settings import classify_settings, refiner_settings, source
from fabricated.preparation import CLASSES, preparation

from kgan import recipe as recipes
from kgan.analyses.tsne.settings import TsneSettings
from kgan.data.cohort.limits_table import LIMITS, Outcome
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.pipeline.settings import StepSettings
from kgan.plan import plan, steps_until
from kgan.progress import Silent
from kgan.steps import check_cohort
from kgan.steps.settings.check_cohort import CheckCohortSettings, CheckedStep

TSNE = TsneSettings(
    seed=1,
    images=300,
    image_size=(8, 8),
    perplexity=100.0,
    iterations=250,
    together=False,
    classic=None,
    classes=CLASSES,
    sources=(),
)


class Log(Silent):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)


def check(folder, out, **steps):
    """Return the facts of a check of steps' settings by name, the lines of its log, and its folder."""
    checked = {name: CheckedStep.of("prepare", settings) for name, settings in steps.items()}
    out.mkdir(exist_ok=True)
    log = Log()
    settings = CheckCohortSettings(seed=0, steps=checked)
    facts = check_cohort.run(StepContext("check-cohort", settings, {"prepare": folder}, out, log))
    return facts, log.lines


def test_each_limit_is_in_the_log_the_table_and_the_facts(tmp_path):
    folder = preparation(tmp_path / "p", train=(30, 9))
    facts, lines = check(folder, tmp_path / "out", tsne=TSNE, refiner=refiner_settings())
    rows = LIMITS.read(tmp_path / "out")
    assert [(row.step, row.outcome) for row in rows] == [
        ("tsne", Outcome.LEFT_OUT),
        ("refiner", Outcome.REDUCED),
    ]
    assert rows[0].text.startswith("t-SNE: 9 training images")
    assert rows[1].text == "9 real images instead of 20 (images_per_class)"
    assert lines == [f"check-cohort: {row.sentence}" for row in rows]
    assert lines[0].startswith("check-cohort: tsne: left out: t-SNE")
    assert facts["limits"] == [row.model_dump(mode="json") for row in rows]
    assert facts["publish"] == {"results/limits.csv": "limits.csv"}


def test_what_holds_for_several_steps_is_reported_once(tmp_path):
    steps = {name: classify_settings(source("real"), batch=100) for name in "abc"}
    _, (line,) = check(preparation(tmp_path / "p"), tmp_path / "out", **steps)
    assert line.startswith("check-cohort: a and 2 more: a batch of 100 (batch_size)")


def test_what_cannot_be_reduced_is_refused(tmp_path):
    steps = {
        "tsne": TSNE,
        "a": classify_settings(source("real", 500)),
        "b": classify_settings(source("real", 600)),
    }
    with pytest.raises(DataError, match="^a: 500 real images are requested .* .and 1 more such limits"):
        check(preparation(tmp_path / "p"), tmp_path / "out", **steps)
    assert not (tmp_path / "out" / LIMITS.file).exists()


def test_it_comes_before_all_training_and_checks_every_step_that_reads_the_cohort():
    steps = plan(recipes.load("two_step"))
    assert [step.name for step in steps[:2]] == ["prepare", "check-cohort"]
    assert set(steps[1].settings.steps) == {step.name for step in steps if step.settings.has_limits}
    # Others that need the preparation read its tables and patients' names alone.
    without = {step.kind for step in steps if "prepare" in step.needs and not step.settings.has_limits}
    assert without == {"check_cohort", "choose", "report"}


def test_every_step_with_limits_states_them():
    types = [made for made in StepSettings.__subclasses__() if made.__module__.startswith("kgan.")]
    for settings in types:
        assert hasattr(importlib.import_module(settings.module), "limits") == settings.has_limits, settings


def test_a_run_until_some_training_is_checked_too():
    steps = plan(recipes.load("two_step"))
    assert [step.name for step in steps_until(steps, "prepare")] == ["prepare"]
    names = [step.name for step in steps_until(steps, "train-pggan-tumor")]
    assert names == ["prepare", "check-cohort", "train-pggan-tumor"]


def test_no_training_changes_with_what_an_analysis_requests():
    first, second = (
        {step.name: step for step in plan(recipes.load("two_step", overrides=overrides))}
        for overrides in ((), ("tsne.images=20", "tsne.perplexity=5"))
    )
    assert first["train-pggan-tumor"] == second["train-pggan-tumor"]
    assert first["check-cohort"] != second["check-cohort"]
