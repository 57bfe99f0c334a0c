import pytest
from fabricated.comparison_rows import differences, performance

from kgan.analyses.comparison.tables import METRICS, ComparisonFacts, classifier_name


def test_performance_by_metric():
    row = performance("real")
    assert [row.value(metric) for metric in (*METRICS, "auroc")] == [0.8, 0.7, 0.9, 0.88]
    assert row.limits("accuracy") == (0.7, 0.9) and row.limits("auroc") == (0.8, 0.95)
    assert row.slice_limits("accuracy") == (0.75, 0.85)
    assert row.published("accuracy") == 0.8633
    assert row.majority == 0.5 and performance("+pggan").majority == 1
    assert performance("real", tp=0, fn=0, tn=0, fp=0).majority is None


def test_names_of_classifiers():
    assert (classifier_name("real", ""), classifier_name("real", "x")) == ("real", "real (x)")
    assert performance("real").name == "real (scratch)"


def test_facts_are_plain_values():
    facts = ComparisonFacts(
        classifiers=2, test_images={"a": 9}, comparisons=1, alpha=0.05, planned=1, decided=0, significant={}
    )
    assert ComparisonFacts.model_validate_json(facts.model_dump_json()) == facts


@pytest.mark.parametrize(
    ("conclusion", "turned"), [("better", "worse"), ("worse", "better"), ("inconclusive", "inconclusive")]
)
def test_a_difference_seen_from_the_other_side(conclusion, turned):
    row = differences(conclusion=conclusion)[0]
    other = row.turned()
    assert (other.first, other.second, other.conclusion) == (row.second, row.first, turned)
    assert (other.gain, other.gain_low, other.gain_high) == (-0.1, -0.18, -0.02)
    assert (other.first_only_right, other.second_only_right) == (25, 5)
    assert other.turned() == row and other.planned and other.p_patients_holm == row.p_patients_holm
