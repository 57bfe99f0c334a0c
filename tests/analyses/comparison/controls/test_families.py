import numpy as np
from fabricated.cohorts import areas

from kgan.analyses.comparison.controls.families import compare_controls
from kgan.analyses.comparison.settings import ControlPair
from kgan.analyses.comparison.significance_tests import compare
from kgan.stats.replicates import as_replicates


def pair(second, kind):
    return ControlPair(first="base", second=second, variant="", kind=kind)


def tables():
    base, better, *same = areas(3, 30, 20, areas=(0.6, 0.95, 0.6, 0.6, 0.6), spread=0.5)
    names = ("base", "further", "noise", "permuted", "other noise")
    return {name: as_replicates(table) for name, table in zip(names, (base, better, *same), strict=True)}


PAIRS = [pair("noise", "negative"), pair("further", "positive"), pair("permuted", "negative")]


def primary(compared):
    return {row.second: (kind, row) for kind, row in compared if row.planned}


def test_each_kind_is_a_family_of_its_own():
    compared = list(compare_controls(tables(), PAIRS, 0.05, "accuracy"))
    assert len(compared) == 3 * 4
    rows = primary(compared)
    assert {name: kind for name, (kind, _) in rows.items()} == {
        "further": "positive", "noise": "negative", "permuted": "negative"
    }  # fmt: skip
    further = rows["further"][1]
    assert further.conclusion == "better" and further.p_patients_holm == further.by_patient.p
    negative = [rows[name][1] for name in ("noise", "permuted")]
    smaller = min(row.by_patient.p for row in negative)
    assert min(row.p_patients_holm for row in negative) == min(1, 2 * smaller)


def test_more_negative_controls_do_not_weaken_the_positive_one():
    few = primary(compare_controls(tables(), PAIRS[1:2], 0.05, "accuracy"))
    many = primary(compare_controls(tables(), [*PAIRS, pair("other noise", "negative")], 0.05, "accuracy"))
    assert few["further"] == many["further"]


def test_controls_are_tested_as_planned_comparisons_are():
    made = tables()
    (planned, *_) = compare(made, [("base", "further")], 0.05, metric="auroc")[3:]
    control = primary(compare_controls(made, PAIRS[1:2], 0.05, "auroc"))["further"][1]
    assert control == planned
    assert not list(compare_controls(made, [], 0.05, "auroc"))
    assert np.isfinite(control.by_patient.gain)
