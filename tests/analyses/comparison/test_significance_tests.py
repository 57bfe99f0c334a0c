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


def test_equal_predictions_have_p_1_said_in_words():
    *rates, areas = compare({"a": wrong_in(3), "b": wrong_in(3)}, [("a", "b")])
    assert areas.metric == "auroc" and areas.p is None and areas.test == ""
    for one in rates:
        assert one.p == one.p_holm == 1.0
        assert one.statistic is None and not one.significant
        no_image = one.metric == "specificity"
        assert one.test == ("no image of this class" if no_image else "no discordant image")


def test_each_metric_counts_its_own_images():
    truth = [1, 1, 1, 0, 0, 0, 0]
    first = table(truth, [1, 1, 0, 1, 1, 0, 0])
    second = table(truth, [0, 0, 1, 1, 0, 1, 0])
    got = {one.metric: one for one in compare({"a": first, "b": second}, [("a", "b")])}
    counts = {m: (got[m].first_only_right, got[m].second_only_right, got[m].n) for m in METRICS}
    assert counts == {"accuracy": (3, 2, 7), "sensitivity": (2, 1, 3), "specificity": (1, 1, 4)}


def test_holm_worked_by_hand_over_one_metric():
    # Against a faultless table, k faults give p = 2^(1 - k): 1/128, 1/32, 1/32, times 3, 2, 1, never falling.
    tables = {"all": wrong_in(0), "8": wrong_in(8), "6": wrong_in(6), "six": wrong_in(6)}
    got = compare(tables, [("all", "6"), ("all", "8"), ("all", "six")])
    accuracy = [one for one in got if one.metric == "accuracy"]
    assert [one.p for one in accuracy] == pytest.approx([1 / 32, 1 / 128, 1 / 32])
    assert [one.p_holm for one in accuracy] == pytest.approx([2 / 32, 3 / 128, 2 / 32])
    assert [one.significant for one in accuracy] == [False, True, False]
    assert {one.p_holm for one in got if one.metric == "specificity"} == {1.0}


def test_threshold_is_that_asked_for():
    tables = {"a": wrong_in(0), "b": wrong_in(8)}
    assert compare(tables, [("a", "b")], alpha=0.01)[0].significant
    assert not compare(tables, [("a", "b")], alpha=0.001)[0].significant


def test_images_are_paired_by_name_not_by_place():
    first = table([1, 0, 1], [1, 0, 0], slices=[0, 1, 2])
    second = table([1, 1, 0], [0, 1, 0], slices=[2, 0, 1])
    got = compare({"a": first, "b": second}, [("a", "b")])
    assert [(one.first_only_right, one.second_only_right) for one in got] == [(0, 0)] * 3 + [(None, None)]


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
    right = np.concatenate([np.asarray(one, bool) for one in rights])
    patients = np.repeat([f"P{i}" for i in range(len(rights))], slices)
    return Predictions(
        patients, np.tile(np.arange(slices), len(rights)), np.ones(len(right), int), right * 1.0
    )


def test_one_patients_slices_do_not_make_a_gain():
    # Forty slices, all of one patient of eight: McNemar sees forty witnesses, the conclusion sees one.
    worse = cohort([[0] * 40, *[[1] * 40] * 7], 40)
    better = cohort([[1] * 40] * 8, 40)
    one = compare({"a": worse, "b": better}, [("a", "b")])[0]
    assert one.significant and one.p_holm < 1e-6
    assert (one.conclusion, one.by_patient.p) == ("inconclusive", 1.0)


def test_a_gain_in_every_patient_is_better_and_its_mirror_worse():
    worse, better = cohort([[1, 0] * 5] * 9), cohort([[1] * 10] * 9)
    assert compare({"a": worse, "b": better}, [("a", "b")])[0].conclusion == "better"
    lost = compare({"a": better, "b": worse}, [("a", "b")])[0]
    assert lost.conclusion == "worse"
    assert lost.by_patient.p == pytest.approx(2 / 2**9)
    assert lost.by_patient.gain == pytest.approx(-0.5)


def test_holm_holds_for_patients_too():
    tables = {"a": cohort([[1, 0] * 5] * 7), "b": cohort([[1] * 10] * 7), "c": cohort([[1, 0] * 5] * 7)}
    found = compare(tables, [("a", "b"), ("b", "c"), ("a", "c")])
    accuracy = [one.p_patients_holm for one in found if one.metric == "accuracy"]
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
        found = {one.metric: one for one in compare(tables, [("a", "b")], metric=metric)}
        assert [name for name in COMPARED if found[name].conclusion] == [metric]
        assert found[metric].planned and found[metric].p_patients_holm == found[metric].by_patient.p
        assert found[metric].conclusion == ("inconclusive" if metric == "specificity" else "better")
        others = [one for one in found.values() if one.metric != metric]
        assert {one.p_patients_holm for one in others} == {None} and not any(one.planned for one in others)
        assert all(one.by_patient.p < 0.01 for one in others if one.metric != "specificity")


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
        found = [pairing.test(metric, 0.05, 0).p < 0.05 for metric in METRICS]
        accuracy += found[0]
        any_metric += any(found)
    assert accuracy <= 17 < any_metric  # 5 % of 200 and 2.3 standard errors


def test_planned_pairs_are_the_family_and_the_others_have_no_conclusion():
    worse, better = cohort([[1, 0] * 5] * 7), cohort([[1] * 10] * 7)
    tables = {"base": worse, "x": better, "y": worse, "z": better}
    pairs = [("base", "x"), ("base", "y"), ("base", "z"), ("x", "y"), ("x", "z"), ("y", "z")]
    all_pairs = compare(tables, pairs)
    # Twice 2^-7 by six is 0.094: nothing can be found with six pairs of seven patients.
    assert {one.conclusion for one in all_pairs if one.metric == "accuracy"} == {"inconclusive"}
    assert all_pairs[0].note == "no difference can be detected with 7 patients and 6 comparisons"
    assert all_pairs[0].detectable is None
    few = [
        one
        for one in compare(tables, pairs, planned=[("base", "x"), ("base", "z")])
        if one.metric == "accuracy"
    ]
    assert [(one.first, one.second, one.conclusion) for one in few[:3]] == [
        ("base", "x", "better"), ("base", "z", "better"), ("base", "y", "")
    ]  # fmt: skip
    assert few[0].p_patients_holm == pytest.approx(2 * 2 / 2**7)
    assert len(few) == 6 and few[0].note == "" and few[0].detectable is not None
    # The published family is the same whatever is planned.
    assert {one.p_holm for one in few[:2]} == {all_pairs[0].p_holm}


def test_a_planned_pair_is_compared_in_its_direction_and_once():
    tables = {"a": cohort([[1, 0] * 5] * 9), "b": cohort([[1] * 10] * 9), "c": cohort([[1, 0] * 5] * 9)}
    found = compare(tables, [("a", "b"), ("a", "c")], planned=[("b", "a"), ("c", "b")])
    accuracy = [one for one in found if one.metric == "accuracy"]
    assert [(one.first, one.second, one.conclusion) for one in accuracy] == [
        ("b", "a", "worse"), ("c", "b", "better"), ("a", "c", "")
    ]  # fmt: skip
    # What was planned but is not of the published family has no place in its adjustment.
    assert accuracy[1].p_holm is None and accuracy[1].significant is None and accuracy[1].p is not None
    assert accuracy[0].p_holm == pytest.approx(min(1, 2 * accuracy[0].p))


def test_few_patients_can_find_nothing_and_are_told_so():
    tables = {"a": cohort([[1, 0] * 5] * 5), "b": cohort([[1] * 10] * 5)}
    one = compare(tables, [("a", "b")])[0]
    assert (one.conclusion, one.detectable) == ("inconclusive", None)
    assert one.note == "no difference can be detected with 5 patients and 1 comparison"
