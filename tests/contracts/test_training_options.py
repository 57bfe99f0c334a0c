import pytest
from pydantic import ValidationError

from kgan.contracts.training_options import TrainingOptions
from kgan.errors import RecipeError


@pytest.mark.parametrize(
    "option",
    [
        {"critic_updates": 0},
        {"critic_updates": 1.5},
        {"generator_updates": True},
        {"average": 1.0},
        {"average": 0.0},
        {"average": "x"},
        {"average": float("nan")},
        {"r1": -1.0},
        {"r1": float("inf")},
        {"steps": 0},
        {"augment": "cutout"},
        {"augment": ("brightnes",)},
        {"halve_every": 0},
        {"decay": "linaer"},
    ],
)
def test_refuses_what_no_training_can_do(option):
    with pytest.raises(ValidationError) as caught:
        TrainingOptions(**option)
    assert {error["loc"][0] for error in caught.value.errors()} == set(option)


def test_a_recipe_gives_augmentations_as_a_list():
    assert TrainingOptions(augment=["cutout", "contrast"]).augment == ("cutout", "contrast")


def test_a_constant_rate_is_left_to_the_plugin():
    assert not TrainingOptions().changes_rates
    assert TrainingOptions(halve_every=3).changes_rates


def test_a_decay_needs_the_length_of_the_training_by_its_start():
    with pytest.raises(
        RecipeError, match="steps None with decay 'linear'; expected the length of the training"
    ):
        TrainingOptions(decay="linear").check_length()
    TrainingOptions(decay="linear", steps=5).check_length()
    TrainingOptions().check_length()
