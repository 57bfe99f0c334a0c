"""What the comparison of classifiers requests that a cohort is too small for."""

import pytest
from fabricated.preparation import preparation

from kgan.analyses.comparison import step as comparison
from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings, ControlPair, PlannedPair
from kgan.steps.checks.cohort_limits import Outcome

CELL = ComparedCell(step="a", setup="a", prepare="prepare")
SETTINGS = ComparisonSettings(
    seed=1,
    alpha=0.05,
    metric="accuracy",
    planned=(PlannedPair(first="a", second="b", variant=""),) * 3,
    involving=None,
    cells=(CELL,),
)


def limits(folder, **changes):
    return comparison.limits("it", SETTINGS.model_copy(update=changes), folder)


def test_too_few_test_patients_to_find_a_difference_are_a_limit(tmp_path):
    folder = preparation(tmp_path / "p")
    (limit,) = limits(folder)
    assert limit.outcome is Outcome.REDUCED and "6 patients and 3 comparisons" in limit.text
    assert limits(preparation(tmp_path / "q", patients=20)) == []
    assert limits(folder, planned=()) == []
    # Two splits test twice as many.
    assert limits(folder, cells=(CELL, CELL.model_copy(update={"prepare": "prepare-split2"}))) == []


@pytest.mark.parametrize(
    ("metric", "patients"), [("accuracy", 20), ("specificity", 20), ("auroc", 2), ("sensitivity", 2)]
)
def test_a_metric_rests_on_the_patients_of_its_class(tmp_path, metric, patients):
    """AUROC rests on the patients of the smaller class, a rate on those of its class."""
    stated = limits(preparation(tmp_path / "r", patients=20, test=(20, 2)), metric=metric)
    assert [f"{patients} patients" in limit.text for limit in stated] == ([True] if patients < 20 else [])


def test_too_few_test_patients_to_find_a_positive_control_are_a_limit(tmp_path):
    folder = preparation(tmp_path / "p", patients=5)
    control = {"first": "a", "second": "b", "variant": ""}
    positive, negative = (ControlPair(**control, kind=kind) for kind in ("positive", "negative"))
    (limit,) = limits(folder, planned=(), controls=(positive, negative))
    assert (
        "5 patients and 1 comparison: test more patients (data.split) or leave the positive control out"
        in limit.text
    )
    assert limits(folder, planned=(), controls=(negative,)) == []
