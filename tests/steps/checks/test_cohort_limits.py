from fabricated.preparation import preparation

from kgan.errors import DataError
from kgan.steps.checks.cohort_limits import (
    Limit,
    Outcome,
    analysis_limits,
    batch_text,
    fewest,
    of_class,
    reductions,
)


def test_an_analysis_is_reduced_or_left_out():
    assert analysis_limits("tsne", lambda: ["30 images instead of 300"]) == [
        Limit("tsne", "30 images instead of 300")
    ]

    def too_few():
        raise DataError("t-SNE: 9 images; expected 10")

    limits = analysis_limits("tsne", too_few)
    assert limits == [Limit("tsne", "t-SNE: 9 images; expected 10", Outcome.LEFT_OUT)]
    assert reductions([*limits, Limit("tsne", "fewer")]) == ["fewer"]


def test_the_class_with_the_fewest_images(tmp_path):
    folder = preparation(tmp_path / "p", train=(40, 30), test=(2, 9))
    assert fewest(folder, ("non_tumor", "tumor")) == (30, "tumor")
    assert fewest(folder, ("non_tumor", "tumor"), "test") == (2, "non_tumor")
    assert fewest(folder, ()) == (70, "")
    assert (of_class("tumor"), of_class("")) == (" of class tumor", "")


def test_a_batch_of_as_many_images_as_there_are_is_no_limit():
    assert batch_text(8, 8) == []
    assert batch_text(7, 8) == [
        "a batch of 8 (batch_size) contains images several times, as only 7 are available"
    ]
