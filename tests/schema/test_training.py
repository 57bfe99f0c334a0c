import pytest
from pydantic import ValidationError

from kgan.schema.training import ClassifierTrain, GanTrain, RefinerTrain


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GanTrain(batch_size=16, epochs=2.5), "2.5 epochs of batches of 16"),
        (GanTrain(batch_size=4, steps=20_000), "20,000 steps of batches of 4"),
        (RefinerTrain(batch_size=10, steps=8_000), "8,000 steps of batches of 10"),
        (ClassifierTrain(batch_size=32, epochs=200, patience=9), "200 epochs of batches of 32"),
    ],
)
def test_says_how_long_the_training_is(options, words):
    assert options.describe() == words


@pytest.mark.parametrize("length", [{}, {"epochs": 1, "steps": 1}], ids=["none", "both"])
def test_a_gans_training_has_one_length(length):
    with pytest.raises(ValidationError, match="either 'epochs' or 'steps'; write null for the other"):
        GanTrain(batch_size=1, **length)


@pytest.mark.parametrize(
    "option",
    [
        {"batch_size": 0},
        {"average": 1.0},
        {"average": 0.0},
        {"r1": -1},
        {"halve_every": 0},
        {"critic_updates": 0},
        {"augment": ["blur"]},
        {"decay": "exponential"},
        {"precision": "float64"},
    ],
)
def test_options_out_of_range_are_refused_by_their_name(option):
    with pytest.raises(ValidationError) as caught:
        GanTrain(**{"batch_size": 4, "steps": 10, **option})
    assert {error["loc"][0] for error in caught.value.errors()} == set(option)


def test_options_that_are_not_written_are_left_to_the_gan():
    options = GanTrain(batch_size=4, steps=10)
    assert (options.critic_updates, options.augment, options.r1, options.decay) == (None,) * 4


def test_a_classifier_needs_some_patience():
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        ClassifierTrain(batch_size=4, epochs=5, patience=0)
