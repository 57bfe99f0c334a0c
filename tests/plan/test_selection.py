import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError
from kgan.plan import plan, steps_until


def test_until_keeps_what_is_needed(write):
    steps = plan(recipes.load(write()))
    assert [step.name for step in steps_until(steps, "generate-tiles")] == [
        "prepare", "check-cohort", "train-tiles-non_tumor", "train-tiles-tumor", "generate-tiles"
    ]  # fmt: skip
    with pytest.raises(RecipeError, match="no step called 'generate-tile'; did you mean 'generate-tiles'"):
        steps_until(steps, "generate-tile")


def test_a_preparation_alone_needs_no_check_of_the_cohort(write):
    steps = plan(recipes.load(write()))
    assert [step.name for step in steps_until(steps, "prepare")] == ["prepare"]


def test_of_a_later_step_all_is_kept(write):
    steps = plan(recipes.load(write()))
    assert steps_until(steps, "report") == steps
