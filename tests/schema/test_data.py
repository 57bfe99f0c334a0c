import pytest
from pydantic import ValidationError

from kgan.schema.data import ALL_SLICES, Classic, Labels, Slices, Split, ViewSettings


@pytest.mark.parametrize(
    "shares", [(154, 44, 22), (0.7, 0.2, 0.1), (5, 0, 0)], ids=["patients", "fractions", "training"]
)
def test_a_split_is_of_patients_or_of_fractions(shares):
    train, validation, test = shares
    split = Split(train=train, validation=validation, test=test)
    assert (split.train, split.validation, split.test) == shares


@pytest.mark.parametrize("shares", [(5, 0.2, 0.1), (0.7, 0.2, 0.2), (0.5, 0.2, 0.2)])
def test_a_split_of_both_or_of_more_or_less_than_all_is_refused(shares):
    train, validation, test = shares
    with pytest.raises(ValidationError, match="three numbers of patients, or three fractions with sum 1"):
        Split(train=train, validation=validation, test=test)


def test_a_training_split_without_patients_is_refused():
    with pytest.raises(ValidationError, match="a number of patients, 1 or more"):
        Split(train=0, validation=2, test=2)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        (Slices, {"first": -1, "last": 3}),
        (Slices, {"step": 0, "first": 0, "last": 3}),
        (Labels, {"min_tumor_area": -0.5}),
        (Labels, {"margin": -1}),
        (Labels, {"incomplete": 0}),
        (Labels, {"min_tumor_area": float("inf")}),
        (Classic, {"rotation": 181}),
        (Classic, {"zoom": 1}),
        (Classic, {"fill": 256}),
    ],
)
def test_values_out_of_range_are_refused_by_their_name(part, values):
    with pytest.raises(ValidationError) as caught:
        part(**values)
    assert {error["loc"] for error in caught.value.errors()} == {(next(iter(values)),)}


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (ViewSettings(), ""),
        (ViewSettings(sequences=("t1c", "flair")), " on t1c, flair"),
        (ViewSettings(sequences=("t1c", "flair"), concat=True), " on each of t1c, flair"),
        (ViewSettings(concat=True), " on each sequence"),
    ],
    ids=["all", "channels", "each", "each of all"],
)
def test_a_view_says_what_is_seen(view, words):
    assert view.describe() == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"first": 30, "last": 130}, "slices 30 to 130"),
        ({"first": 30, "last": 130, "step": 4}, "slices 30 to 130, one in 4"),
        ({"first": 0, "last": ALL_SLICES}, "all slices"),
        ({"first": 9, "last": ALL_SLICES, "step": 2}, "slices from 9 on, one in 2"),
    ],
)
def test_slices_in_words(values, words):
    assert Slices(**values).words("slices") == words
