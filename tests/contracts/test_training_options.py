import numpy as np
import pytest
import tensorflow as tf

from kgan.contracts.training_options import TrainingOptions
from kgan.errors import RecipeError
from kgan.nn.learning_rates import rate_share


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"critic_updates": 0}, "critic_updates 0; expected int >= 1"),
        ({"critic_updates": 1.5}, "critic_updates 1.5; expected int >= 1"),
        ({"generator_updates": True}, "generator_updates True; expected int >= 1"),
        ({"average": 1.0}, "average 1.0; expected 0 < float < 1"),
        ({"average": 0.0}, "average 0.0; expected 0 < float < 1"),
        ({"average": "x"}, "average 'x'; expected 0 < float < 1"),
        ({"average": float("nan")}, "average nan"),
        ({"r1": -1.0}, "r1 -1.0; expected float >= 0"),
        ({"r1": float("inf")}, "r1 inf; expected float >= 0"),
        ({"steps": 0, "decay": "linear"}, "steps 0; expected int >= 1"),
        ({"augment": "cutout"}, "augment 'cutout'; expected a list of operations"),
        ({"halve_every": 0}, "halve_every 0"),
        ({"decay": "linaer"}, "decay 'linaer'; expected constant or linear or cosine"),
        (
            {"augment": ("brightnes",)},
            "augment 'brightnes'; expected brightness, .*did you mean 'brightness'",
        ),
    ],
)
def test_refuses_what_no_training_can_do(figures, told):
    with pytest.raises(RecipeError, match=told):
        TrainingOptions(**figures)


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
    with pytest.raises(RecipeError, match="steps None; expected the length of the training"):
        TrainingOptions(decay="linear").check_length()
    TrainingOptions(decay="linear", steps=5).check_length()
    TrainingOptions().check_length()
