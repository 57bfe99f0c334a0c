from pathlib import Path

import pytest
from fabricated.steps import settings_of_kind

from kgan.errors import RunError
from kgan.pipeline.context import StepContext


def context(*inputs, seed=7):
    settings = settings_of_kind("any", {"seed": seed})
    return StepContext("train-a", settings, {name: Path(name) for name in inputs}, Path("out"))


@pytest.mark.parametrize(
    ("inputs", "prepared"),
    [(("prepare", "generate-a"), "prepare"), (("generate-a", "prepare-split2"), "prepare-split2")],
)
def test_the_preparation_is_among_the_inputs(inputs, prepared):
    assert context(*inputs).prepared == Path(prepared)


def test_a_step_without_a_preparation_says_so():
    with pytest.raises(RunError, match="train-a: has no prepared images among its inputs"):
        _ = context("generate-a", "prepared").prepared


def test_the_seed_is_one_of_the_settings():
    assert context(seed=11).seed == 11
