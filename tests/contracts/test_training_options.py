import numpy as np
import pytest
import tensorflow as tf
from pydantic import ValidationError

from kgan.contracts.training_options import TrainingOptions
from kgan.errors import RecipeError
from kgan.nn.learning_rates import rate_share


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


def shares(options, steps):
    chosen = {"halve_every": options.halve_every, "decay": options.decay, "steps": options.steps}
    return [float(rate_share(tf.constant(step, tf.int64), **chosen)) for step in steps]


def test_rates_are_halved_again_and_again():
    assert shares(TrainingOptions(halve_every=20), [0, 19, 20, 39, 40, 60]) == [1, 1, 0.5, 0.5, 0.25, 0.125]


def test_rates_fall_to_zero_with_the_training():
    np.testing.assert_allclose(
        shares(TrainingOptions(decay="linear", steps=10), [0, 5, 9, 10, 12]), [1, 0.5, 0.1, 0, 0], atol=1e-6
    )
    np.testing.assert_allclose(
        shares(TrainingOptions(decay="cosine", steps=12), [0, 3, 6, 12]),
        [1, 0.5 + 0.5**1.5, 0.5, 0],
        atol=1e-6,
    )


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
