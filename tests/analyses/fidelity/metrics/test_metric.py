from kgan.analyses.fidelity.metrics.all_metrics import FAMILIES, METRICS
from kgan.analyses.fidelity.metrics.metric import GROUPS, TestedMetric


def test_every_metric_has_a_name_a_heading_and_a_table_of_its_own():
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    assert len({metric.title for metric in METRICS}) == len(METRICS)
    assert {metric.group for metric in METRICS} == set(GROUPS)
    assert all(metric.meaning and metric.low < metric.high for metric in METRICS)


def test_a_tested_metric_is_a_family_of_one():
    tested = [family for family in FAMILIES if isinstance(family, TestedMetric)]
    assert tested and all(family.metrics == (family.metric,) for family in tested)
