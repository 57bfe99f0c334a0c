import numpy as np
import pytest

from kgan.analyses.comparison.classifier_pairs import Pairing
from kgan.analyses.comparison.significance_tests import compare
from kgan.analyses.comparison.tables import COMPARED, METRICS
from kgan.errors import DataError
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import as_replicates


def table(truth, right, slices=None):
    """Predictions that are right where ``right`` says so."""
    truth, right = np.array(truth, int), np.array(right, bool)
    scores = np.where(right, truth, 1 - truth).astype(float)
    slices = np.arange(len(truth)) if slices is None else np.array(slices)
    return Predictions(np.array(["P"] * len(truth)), slices, truth, scores)


def wrong_in(count, n=40, positives=40):
    """A table of ``n`` images, the first ``positives`` of them tumour, wrong in the first ``count``."""
    return table(np.arange(n) < positives, np.arange(n) >= count)


def test_equal_predictions_have_p_1_stated_in_words():
    *rates, areas = compare({"a": wrong_in(3), "b": wrong_in(3)}, [("a", "b")])
    assert areas.metric == "auroc" and areas.p is None and areas.test == ""
    for rate in rates:
        assert rate.p == rate.p_holm == 1.0
        assert rate.statistic is None and not rate.significant
        no_image = rate.metric == "specificity"
        assert rate.test == ("no image of this class" if no_image else "no discordant image")


def test_each_metric_counts_its_own_images():
    truth = [1, 1, 1, 0, 0, 0, 0]
    first = table(truth, [1, 1, 0, 1, 1, 0, 0])
    second = table(truth, [0, 0, 1, 1, 0, 1, 0])
    got = {comparison.metric: comparison for comparison in compare({"a": first, "b": second}, [("a", "b")])}
    counts = {m: (got[m].first_only_right, got[m].second_only_right, got[m].n) for m in METRICS}
    assert counts == {"accuracy": (3, 2, 7), "sensitivity": (2, 1, 3), "specificity": (1, 1, 4)}


def test_holm_worked_by_hand_over_one_metric():
    # Against a faultless table, k faults give p = 2^(1 - k): 1/128, 1/32, 1/32, times 3, 2, 1, never falling.
    tables = {"all": wrong_in(0), "8": wrong_in(8), "6": wrong_in(6), "six": wrong_in(6)}
    got = compare(tables, [("all", "6"), ("all", "8"), ("all", "six")])
    accuracy = [row for row in got if row.metric == "accuracy"]
    assert [row.p for row in accuracy] == pytest.approx([1 / 32, 1 / 128, 1 / 32])
    assert [row.p_holm for row in accuracy] == pytest.approx([2 / 32, 3 / 128, 2 / 32])
    assert [row.significant for row in accuracy] == [False, True, False]
    assert {row.p_holm for row in got if row.metric == "specificity"} == {1.0}


def test_threshold_is_the_given_one():
    tables = {"a": wrong_in(0), "b": wrong_in(8)}
    assert compare(tables, [("a", "b")], alpha=0.01)[0].significant
    assert not compare(tables, [("a", "b")], alpha=0.001)[0].significant


def test_images_are_paired_by_name_not_by_place():
    first = table([1, 0, 1], [1, 0, 0], slices=[0, 1, 2])
    second = table([1, 1, 0], [0, 1, 0], slices=[2, 0, 1])
    got = compare({"a": first, "b": second}, [("a", "b")])
    assert [(row.first_only_right, row.second_only_right) for row in got] == [(0, 0)] * 3 + [(None, None)]


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (table([1, 0], [1, 1], slices=[0, 1]), "patient 'P' slice 2 is in the first alone"),
        (table([1, 0, 1, 1], [1, 1, 1, 1]), "patient 'P' slice 3 is in the second alone"),
        (
            table([1, 1, 1], [1, 1, 1]),
            "the truth of patient 'P' slice 1 is 0 in the first",
        ),
    ],
    ids=["fewer", "more", "truth"],
)
def test_other_test_images_are_refused(second, says):
    with pytest.raises(DataError, match=f"'a' and 'b' were not tested on the same images: {says}"):
        compare({"a": table([1, 0, 1], [1, 1, 1]), "b": second}, [("a", "b")])


def test_no_pair_is_no_comparison():
    assert compare({"a": wrong_in(1)}, []) == ()


def cohort(rights, slices=10):
    """One patient for each list of rights, all tumour."""
    right = np.concatenate([np.asarray(answers, bool) for answers in rights])
    patients = np.repeat([f"P{i}" for i in range(len(rights))], slices)
    return Predictions(
        patients, np.tile(np.arange(slices), len(rights)), np.ones(len(right), int), right * 1.0
    )


def test_one_patients_slices_do_not_make_a_gain():
    # Forty slices, all of one patient of eight: McNemar sees forty witnesses, the conclusion sees one.
    worse = cohort([[0] * 40, *[[1] * 40] * 7], 40)
    better = cohort([[1] * 40] * 8, 40)
    comparison = compare({"a": worse, "b": better}, [("a", "b")])[0]
    assert comparison.significant and comparison.p_holm < 1e-6
    assert (comparison.conclusion, comparison.by_patient.p) == ("inconclusive", 1.0)


def test_a_gain_in_every_patient_is_better_and_its_mirror_worse():
    worse, better = cohort([[1, 0] * 5] * 9), cohort([[1] * 10] * 9)
    assert compare({"a": worse, "b": better}, [("a", "b")])[0].conclusion == "better"
    lost = compare({"a": better, "b": worse}, [("a", "b")])[0]
    assert lost.conclusion == "worse"
    assert lost.by_patient.p == pytest.approx(2 / 2**9)
    assert lost.by_patient.gain == pytest.approx(-0.5)


def test_holm_holds_for_patients_too():
    tables = {"a": cohort([[1, 0] * 5] * 7), "b": cohort([[1] * 10] * 7), "c": cohort([[1, 0] * 5] * 7)}
    comparisons = compare(tables, [("a", "b"), ("b", "c"), ("a", "c")])
    accuracy = [row.p_patients_holm for row in comparisons if row.metric == "accuracy"]
    p = 2 / 2**7
    assert accuracy == pytest.approx([3 * p, 3 * p, 1.0])


def test_the_primary_metric_alone_is_decided():
    # Every patient gains in sensitivity, and so in accuracy: one conclusion, in the primary metric.
    truth = np.tile([0, 1], 45)
    patients = np.repeat([f"P{number}" for number in range(9)], 10)
    slices = np.tile(np.arange(10), 9)
    first = Predictions(patients, slices, truth, np.where(truth == 1, np.tile([0.9] * 5 + [0.1] * 5, 9), 0.1))
    tables = {"a": first, "b": Predictions(patients, slices, truth, np.where(truth == 1, 0.9, 0.1))}
    for metric in COMPARED:
        by_metric = {row.metric: row for row in compare(tables, [("a", "b")], metric=metric)}
        assert [name for name in COMPARED if by_metric[name].conclusion] == [metric]
        primary = by_metric[metric]
        assert primary.planned and primary.p_patients_holm == primary.by_patient.p
        assert primary.conclusion == ("inconclusive" if metric == "specificity" else "better")
        others = [row for row in by_metric.values() if row.metric != metric]
        assert {row.p_patients_holm for row in others} == {None} and not any(row.planned for row in others)
        assert all(row.by_patient.p < 0.01 for row in others if row.metric != "specificity")


def test_three_metrics_with_a_family_each_would_raise_more_false_alarms():
    draws, accuracy, any_metric = np.random.default_rng(0), 0, 0
    owner, truth = np.repeat(np.arange(12), 20), np.tile([0, 1], 120)
    for _ in range(200):
        chance = np.clip(draws.normal(0.75, 0.15, (2, 12, 2)), 0, 1)[:, owner, truth]
        sides = [
            as_replicates(
                Predictions(owner.astype(str), np.arange(240), truth, np.where(right, truth, 1 - truth) * 1.0)
            )
            for right in draws.random((2, 240)) < chance
        ]
        pairing = Pairing.of(*sides, "both")
        significant = [pairing.test(metric, 0.05, 0).p < 0.05 for metric in METRICS]
        accuracy += significant[0]
        any_metric += any(significant)
    assert accuracy <= 17 < any_metric  # 5 % of 200 and 2.3 standard errors


def test_planned_pairs_are_the_family_and_the_others_have_no_conclusion():
    worse, better = cohort([[1, 0] * 5] * 7), cohort([[1] * 10] * 7)
    tables = {"base": worse, "x": better, "y": worse, "z": better}
    pairs = [("base", "x"), ("base", "y"), ("base", "z"), ("x", "y"), ("x", "z"), ("y", "z")]
    all_pairs = compare(tables, pairs)
    # Twice 2^-7 by six is 0.094: nothing can be found with six pairs of seven patients.
    assert {row.conclusion for row in all_pairs if row.metric == "accuracy"} == {"inconclusive"}
    assert all_pairs[0].note == "no difference can be detected with 7 patients and 6 comparisons"
    assert all_pairs[0].detectable is None
    few = [
        row
        for row in compare(tables, pairs, planned=[("base", "x"), ("base", "z")])
        if row.metric == "accuracy"
    ]
    assert [(row.first, row.second, row.conclusion) for row in few[:3]] == [
        ("base", "x", "better"), ("base", "z", "better"), ("base", "y", "")
    ]  # fmt: skip
    assert few[0].p_patients_holm == pytest.approx(2 * 2 / 2**7)
    assert len(few) == 6 and few[0].note == "" and few[0].detectable is not None
    # The published family is the same whatever is planned.
    assert {row.p_holm for row in few[:2]} == {all_pairs[0].p_holm}


def test_a_planned_pair_is_compared_in_its_direction_and_once():
    tables = {"a": cohort([[1, 0] * 5] * 9), "b": cohort([[1] * 10] * 9), "c": cohort([[1, 0] * 5] * 9)}
    comparisons = compare(tables, [("a", "b"), ("a", "c")], planned=[("b", "a"), ("c", "b")])
    accuracy = [row for row in comparisons if row.metric == "accuracy"]
    assert [(row.first, row.second, row.conclusion) for row in accuracy] == [
        ("b", "a", "worse"), ("c", "b", "better"), ("a", "c", "")
    ]  # fmt: skip
    # What was planned but is not of the published family has no place in its adjustment.
    assert accuracy[1].p_holm is None and accuracy[1].significant is None and accuracy[1].p is not None
    assert accuracy[0].p_holm == pytest.approx(min(1, 2 * accuracy[0].p))


def test_few_patients_can_find_nothing_and_report_it():
    tables = {"a": cohort([[1, 0] * 5] * 5), "b": cohort([[1] * 10] * 5)}
    comparison = compare(tables, [("a", "b")])[0]
    assert (comparison.conclusion, comparison.detectable) == ("inconclusive", None)
    assert comparison.note == "no difference can be detected with 5 patients and 1 comparison"
