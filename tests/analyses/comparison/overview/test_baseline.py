import pytest
from fabricated.comparison_rows import RESULTS, differences, performance

from kgan.analyses.comparison.overview.baseline import against_baseline, baseline_setup
from kgan.analyses.comparison.results import read_pairs, read_results
from kgan.analyses.comparison.tables import CLASSIFICATION, SIGNIFICANCE


@pytest.fixture
def outcome(tmp_path):
    def read(results, rows):
        CLASSIFICATION.write(tmp_path, results)
        SIGNIFICANCE.write(tmp_path, rows)
        return read_results(tmp_path), read_pairs(tmp_path)

    return read


def test_the_baseline_is_what_most_plans_refer_to(outcome):
    results, pairs = outcome(RESULTS, differences())
    assert baseline_setup(results, pairs) == "real"
    results, pairs = outcome(RESULTS, differences("+pggan (scratch)", "real (scratch)"))
    assert baseline_setup(results, pairs) == "+pggan"
    assert baseline_setup(results, ()) == "real"
    results, _ = outcome((performance("further", like="real", control="positive"), *RESULTS), ())
    assert baseline_setup(results, ()) == "real", "no control is a baseline"


def test_a_pair_the_other_way_round_is_turned(outcome):
    results, pairs = outcome(RESULTS, differences("+pggan (scratch)", "real (scratch)", planned=False))
    row = against_baseline(results, pairs, "accuracy")[1]
    assert (row.gain, row.difference.gain_low, row.difference.gain_high) == (-0.1, -0.18, -0.02)
    assert not row.difference.planned and row.difference.conclusion == ""


def test_a_planned_pair_the_other_way_round_keeps_its_test_and_is_judged_from_this_side(outcome):
    more = performance("other", like="real"), performance("mix", like="real")
    rows = [
        *differences(),
        *differences(second="other (scratch)"),
        *differences("mix (scratch)", "real (scratch)", conclusion="worse"),
    ]
    results, pairs = outcome((*RESULTS, *more), rows)
    row = against_baseline(results, pairs, "accuracy")[3]
    assert (row.result.title, row.baseline.title) == ("mix", "real")
    assert row.difference.planned and row.difference.p_patients_holm == 0.003
    assert (row.difference.conclusion, row.gain) == ("better", -0.1)


def test_each_variant_has_a_baseline_of_its_own_and_pairs_are_not_needed(outcome):
    more = performance("real", "pretrained", accuracy=0.6), performance("+pggan", "pretrained")
    results, pairs = outcome((*RESULTS, *more), differences())
    rows = against_baseline(results, pairs, "accuracy")
    assert [row.is_baseline for row in rows] == [True, False, True, False]
    assert rows[1].difference.conclusion == "better" and rows[3].difference is None
    assert rows[3].gain == pytest.approx(0.3)
