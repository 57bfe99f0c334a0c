import pytest

from kgan import registry
from kgan.plan import precision
from kgan.plan.precision import precision_lines
from kgan.recipe import load

AUTO = [f"{place}.train.precision=auto" for place in ("gans.pggan", "refiners.munit", "classifier")]


@pytest.fixture
def shown(monkeypatch):
    """PGGAN and the classifier were compared in bfloat16, MUNIT was not."""
    for kind, name, is_shown in (
        ("gans", "pggan", True),
        ("gans", "munit", False),
        ("classifiers", "resnet50", True),
    ):
        monkeypatch.setattr(registry.config_class(kind, name), "shown_in_bfloat16", is_shown)


@pytest.mark.usefixtures("shown")
def test_each_training_is_named_by_what_it_gets(monkeypatch):
    monkeypatch.setattr(precision, "is_native_here", lambda has_gpus: not has_gpus)
    recipe = load("two_step", overrides=AUTO)
    not_shown = "this network was not shown to be as good in bfloat16"
    assert precision_lines(recipe, 0) == [
        "precision here: bfloat16 (auto: native on this machine) for pggan, classifiers",
        f"precision here: float32 (auto: {not_shown}) for munit",
    ]
    assert precision_lines(recipe, 2) == [
        "precision here: float32 (auto: this machine has no native bfloat16) for pggan, classifiers",
        f"precision here: float32 (auto: {not_shown}) for munit",
    ]


def test_there_is_no_line_where_no_training_asks(monkeypatch):
    monkeypatch.setattr(precision, "is_native_here", None)
    assert precision_lines(load("two_step", overrides=["gans.pggan.train.precision=bfloat16"]), 0) == []
