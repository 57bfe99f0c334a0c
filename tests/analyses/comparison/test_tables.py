from fabricated.comparison_rows import performance

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
