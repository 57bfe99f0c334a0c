import math

import numpy as np
import pytest

from kgan.errors import DataError
from kgan.evaluation.predictions import Predictions
from kgan.evaluation.significance import METRICS, compare, mcnemar_test


def table(truth, right, slices=None):
    """Predictions that are right where ``right`` says so."""
    truth, right = np.array(truth, int), np.array(right, bool)
    scores = np.where(right, truth, 1 - truth).astype(float)
    slices = np.arange(len(truth)) if slices is None else np.array(slices)
    return Predictions(np.array(["P"] * len(truth)), slices, truth, scores)


def wrong_in(count, n=40, positives=40):
    """A table of ``n`` images, the first ``positives`` of them tumour, wrong in the first ``count``."""
    return table(np.arange(n) < positives, np.arange(n) >= count)


def test_exact_test_on_the_textbook_counts():
    # 6 and 16 discordant: twice the binomial tail (1 + 22 + 231 + 1540 + 7315 + 26334 + 74613) / 2^22.
    kind, statistic, p = mcnemar_test(6, 16)
    assert (kind, statistic) == ("exact binomial", 6)
    assert p == pytest.approx(2 * 110056 / 2**22)
    assert round(p, 3) == 0.052


def test_chi_squared_test_on_the_textbook_counts():
    # 121 and 59 discordant: (|121 - 59| - 1)^2 / 180; a chi-squared tail of 1 degree is erfc(sqrt(x / 2)).
    kind, statistic, p = mcnemar_test(121, 59)
    assert kind == "chi-squared, continuity-corrected"
    assert statistic == pytest.approx(61**2 / 180)
    assert p == pytest.approx(math.erfc(math.sqrt(61**2 / 360)))


def test_the_test_changes_at_25_discordant_images():
    assert mcnemar_test(0, 24)[0] == "exact binomial"
    assert mcnemar_test(0, 25)[0] == "chi-squared, continuity-corrected"
    assert mcnemar_test(12, 12)[2] == 1.0


def test_equal_predictions_have_p_1_said_in_words():
    for one in compare({"a": wrong_in(3), "b": wrong_in(3)}, [("a", "b")]):
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
    assert [(one.first_only_right, one.second_only_right) for one in got] == [(0, 0)] * 3


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
    # Forty slices, all of one patient of eight: McNemar sees forty witnesses, the verdict sees one.
    worse = cohort([[0] * 40, *[[1] * 40] * 7], 40)
    better = cohort([[1] * 40] * 8, 40)
    one = compare({"a": worse, "b": better}, [("a", "b")])[0]
    assert one.significant and one.p_holm < 1e-6
    assert (one.verdict, one.by_patient.p) == ("cannot be told", 1.0)


def test_a_gain_in_every_patient_helps_and_its_mirror_harms():
    worse, better = cohort([[1, 0] * 5] * 9), cohort([[1] * 10] * 9)
    assert compare({"a": worse, "b": better}, [("a", "b")])[0].verdict == "helps"
    lost = compare({"a": better, "b": worse}, [("a", "b")])[0]
    assert lost.verdict == "harms"
    assert lost.by_patient.p == pytest.approx(2 / 2**9)
    assert lost.by_patient.gain == pytest.approx(-0.5)


def test_holm_holds_for_patients_too():
    tables = {"a": cohort([[1, 0] * 5] * 7), "b": cohort([[1] * 10] * 7), "c": cohort([[1, 0] * 5] * 7)}
    found = compare(tables, [("a", "b"), ("b", "c"), ("a", "c")])
    accuracy = [one.p_patients_holm for one in found if one.metric == "accuracy"]
    p = 2 / 2**7
    assert accuracy == pytest.approx([3 * p, 3 * p, 1.0])
