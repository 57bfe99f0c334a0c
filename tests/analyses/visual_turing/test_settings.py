import pytest
from pydantic import ValidationError

from kgan.analyses.visual_turing.settings import PublishedTuring, Turing


def test_the_papers_numbers_stand_where_nothing_else_is_given():
    part = Turing()
    assert (part.real, part.synthetic, part.sources, part.real_from) == (50, 50, None, None)


def test_a_paper_may_report_classes_too():
    published = PublishedTuring(
        accuracy=79.5,
        real=(73, 27),
        synthetic=(14, 86),
        class_accuracy=87.5,
        positive=(77, 23),
        negative=(2, 98),
    )
    assert Turing(published={"pggan": published}).published["pggan"].negative == (2, 98)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"real_from": ["tests"]}, "null, or a list of splits"),
        ({"real_from": []}, "null, or a list of splits"),
        ({"real": 0}, "greater than or equal to 1"),
        ({"margin": 0.5}, "less than 0.5"),
        ({"repeat": 3}, "Extra inputs"),
    ],
)
def test_what_is_not_meant_is_refused(given, says):
    with pytest.raises(ValidationError, match=says):
        Turing(**given)


def test_splits_are_each_named_once():
    assert Turing(real_from=["test", "validation", "test"]).real_from == ("test", "validation")
