"""The tables and sentences of a comparison, made from rows as the step writes them."""

import functools

import pytest
from fabricated.comparison_rows import RESULTS, differences, performance, written

from kgan.analyses.comparison.classification_section import results_table
from kgan.analyses.comparison.comparisons_section import (
    exploratory_table,
    planned_table,
    sentence,
    summary,
)
from kgan.analyses.comparison.results import read_pairs, read_results


@pytest.fixture
def outcome(tmp_path):
    return functools.partial(written, tmp_path)


def plain(text):
    return text.replace("\u00a0", " ")


def test_results_show_intervals_and_published_values(outcome):
    results, _ = outcome()
    table = results_table(results)
    heading, accuracy, _, _, auroc = table.rows[0]
    assert (heading.text, heading.below) == ("real", "")
    assert plain(accuracy.text) == "80.0 [70.0, 90.0]"
    assert plain(accuracy.below) == "slices [75.0, 85.0], paper 86.33"
    assert (auroc.text, auroc.below) == ("0.880", "[0.800, 0.950]")
    assert "Tested on 200 images of 12 patients and 100 images of 12 patients." in table.note
    assert table.rows[1][3].text == "–"
    assert "“+pggan”: no image of the negative class." in table.note


def test_a_variant_is_named_where_there_are_several(outcome):
    results, comparisons = outcome((*RESULTS, performance("real", "pretrained")))
    assert [result.shown for result in results] == ["real (scratch)", "+pggan (scratch)", "real (pretrained)"]
    assert results_table(results).rows[0][0].below == "scratch"
    assert comparisons[0].second.shown == "+pggan (scratch)"


def test_the_planned_comparison_has_a_conclusion_and_what_decides_it(outcome):
    _, comparisons = outcome()
    table = planned_table(comparisons, 0.05)
    ((heading, change, p, conclusion, power),) = table.rows
    assert table.columns[1:] == ["Change in accuracy", "p, adjusted", "Conclusion", "Detectable difference"]
    assert (heading.text, heading.below) == ("+pggan", "against real")
    assert (plain(change.text), plain(change.below)) == ("+10.0 points", "[+2.0, +18.0]")
    assert (plain(p.text), plain(p.below)) == ("p = 0.003", "not adjusted p = 0.001")
    assert conclusion.text == "better" and conclusion.strong
    assert plain(power.text) == "9.0 points"
    assert "Primary metric: accuracy." in table.note and "one run of each classifier" in table.note


def test_the_other_metrics_are_exploratory_and_not_in_bold(outcome):
    _, comparisons = outcome()
    table = exploratory_table(comparisons, 0.05)
    ((heading, accuracy, sensitivity, specificity, auroc),) = table.rows
    assert table.columns == [
        "Exploratory", "Accuracy, points", "Sensitivity, points", "Specificity, points", "AUROC"
    ]  # fmt: skip
    assert plain(accuracy.text) == "+10.0 [+2.0, +18.0]"
    assert plain(accuracy.below) == "p = 0.001; McNemar p < 0.001; 25 : 5"
    assert plain(sensitivity.text) == "+20.0 [−10.0, +50.0]"
    assert specificity.text == "–"
    assert (plain(auroc.text), plain(auroc.below)) == ("−0.012 [−0.030, +0.006]", "p = 0.21")
    assert not any(cell.strong for cell in (accuracy, sensitivity, specificity, auroc))
    assert "none adjusted for the number of pairs and metrics" in table.note


def test_runs_are_stated(outcome):
    results, comparisons = outcome([row.model_copy(update={"runs": 3}) for row in RESULTS])
    assert "Run-to-run variation is counted." in planned_table(comparisons, 0.05).note
    assert "of each classifier’s first run on a split" in exploratory_table(comparisons, 0.05).note
    assert (
        "means of 3 runs of each classifier; the intervals are of the patients alone"
        in results_table(results).note
    )


def test_a_sentence_for_a_planned_comparison(outcome):
    _, (comparison,) = outcome()
    assert plain(sentence(comparison)) == (
        "“+pggan” against “real”: accuracy 80.0 % → 90.0 %: better, +10.0 points [+2.0, +18.0], p = 0.003."
    )
    _, (comparison,) = outcome(conclusion="inconclusive")
    assert plain(sentence(comparison)).endswith(
        "inconclusive with 12 patients, +10.0 points [+2.0, +18.0], p = 0.003; 9.0 points is detected with "
        "80 % power."
    )
    nothing = "no difference can be detected with 12 patients and 124 comparisons"
    _, (comparison,) = outcome(conclusion="inconclusive", detectable=None, note=nothing)
    assert plain(sentence(comparison)).endswith(f"p = 0.003; {nothing}.")


def test_without_an_interval_none_is_shown(outcome):
    results, _ = outcome(
        (RESULTS[0], performance("+pggan", accuracy_patients_low=None, accuracy_patients_high=None))
    )
    assert plain(results_table(results).rows[1][1].text) == "90.0"


def test_nothing_planned_is_no_conclusion(outcome):
    results, comparisons = outcome(planned=False)
    assert planned_table(comparisons, 0.05) is None and sentence(comparisons[0]) == ""
    assert summary(results, comparisons, 0.05)[0] == "No comparison was planned, so none is decided."


@pytest.mark.parametrize("conclusion", ["better", "worse", "inconclusive"])
def test_the_answer_claims_no_more_than_the_tests(outcome, conclusion):
    results, comparisons = outcome(conclusion=conclusion)
    text = plain(" ".join(summary(results, comparisons, 0.05)))
    start = "The planned comparison in accuracy (patients as units, adjusted, 0.05)"
    if conclusion == "inconclusive":
        assert f"{start}: inconclusive. Inconclusive means neither that one setup is better" in text
        assert "A difference of about 9.0 points is detected with 80 % power" in text
    else:
        assert text.startswith(f"{start}: “+pggan” is {conclusion} than “real”.")


def test_several_planned_comparisons_are_counted(outcome):
    back = differences("+pggan (scratch)", "real (scratch)", conclusion="inconclusive")
    results, comparisons = outcome(rows=[differences()[0], back[0]])
    text = summary(results, comparisons, 0.05)[0]
    assert text.startswith(
        "Of 2 planned comparisons in accuracy (patients as units, adjusted, 0.05): “+pggan” is"
    )
    assert "is better than “real”; 1 inconclusive." in text


def test_the_answer_says_where_nothing_can_be_found(outcome):
    nothing = "no difference can be detected with 5 patients and 9 comparisons"
    results, comparisons = outcome(conclusion="inconclusive", detectable=None, note=nothing)
    assert summary(results, comparisons, 0.05)[0].endswith(
        "No difference can be detected with 5 patients and 9 comparisons."
    )


def test_no_tables_no_words(tmp_path):
    assert read_results(tmp_path) == ()
    assert read_pairs(tmp_path) == ()
    assert summary((), (), 0.05) == ()


def test_what_the_larger_class_alone_gives_is_stated(outcome):
    results, comparisons = outcome()
    assert "more frequent class would be correct for 50.0" in summary(results, comparisons, 0.05)[1]
