import pytest

from kgan.analyses.comparison.comparisons_section import answer, exploratory_table, planned_table, sentence
from kgan.analyses.comparison.results_section import read_comparisons, read_results, results_table

RESULTS = """setup,variant,accuracy,accuracy_low,accuracy_high,accuracy_patients_low,accuracy_patients_high,\
sensitivity,sensitivity_low,sensitivity_high,specificity,specificity_low,specificity_high,auroc,\
auroc_patients_low,auroc_patients_high,patients,tp,fn,tn,fp,n,published_accuracy,published_sensitivity,\
published_specificity,note
real,scratch,0.8,0.75,0.85,0.7,0.9,0.7,0.6,0.8,0.9,0.8,0.95,0.88,0.8,0.95,12,70,30,90,10,200,0.8633,0.8888,\
0.8322,
+pggan,scratch,0.9,0.85,0.94,0.8,0.97,0.9,0.8,0.95,,,,,,,12,90,10,0,0,100,,,,no image of the negative class
""".replace("\\\n", "")
COLUMNS = (
    "first,second,metric,planned,first_only_right,second_only_right,n,gain,gain_low,gain_high,patients,"
    "p_patients,p_patients_holm,verdict,detectable,test,statistic,p,p_holm,significant,note\n"
)
DIFFERENCES = """real ({0}),+pggan ({0}),accuracy,yes,5,25,200,0.1,0.02,0.18,12,0.001,0.003,{1},{2},exact,5,\
0.0003,0.0006,yes,{3}
real ({0}),+pggan ({0}),sensitivity,no,2,22,100,0.2,-0.1,0.5,12,0.3,,,,exact,2,0.2,0.4,no,
real ({0}),+pggan ({0}),specificity,no,3,3,100,,,,0,1,,,,exact,3,1,1,no,no image of this class
real ({0}),+pggan ({0}),auroc,no,,,200,-0.012,-0.03,0.006,12,0.21,,,,,,,,,
""".replace("\\\n", "")


@pytest.fixture
def outcome(tmp_path):
    def read(results=RESULTS, verdict="better", variant="scratch", size="0.09", note="", rows=DIFFERENCES):
        (tmp_path / "c.csv").write_text(results)
        (tmp_path / "s.csv").write_text(COLUMNS + rows.format(variant, verdict, size, note))
        found = read_results(tmp_path / "c.csv")
        return found, read_comparisons(tmp_path / "s.csv", found)

    return read


def plain(text):
    return text.replace("\u00a0", " ")


def test_results_show_intervals_and_published_figures(outcome):
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
    lines = RESULTS.splitlines()
    more = "\n".join([*lines, lines[1].replace("scratch", "pretrained")]) + "\n"
    results, comparisons = outcome(more)
    assert [result.shown for result in results] == ["real (scratch)", "+pggan (scratch)", "real (pretrained)"]
    assert results_table(results).rows[0][0].below == "scratch"
    assert comparisons[0].second.shown == "+pggan (scratch)"


def test_the_planned_comparison_has_a_verdict_and_what_decides_it(outcome):
    _, comparisons = outcome()
    table = planned_table(comparisons, 0.05)
    ((heading, change, p, verdict, power),) = table.rows
    assert table.columns[1:] == ["Change in accuracy", "p, adjusted", "Verdict", "Found four times of five"]
    assert (heading.text, heading.below) == ("+pggan", "against real")
    assert (plain(change.text), plain(change.below)) == ("+10.0 points", "[+2.0, +18.0]")
    assert (plain(p.text), plain(p.below)) == ("p = 0.003", "not adjusted p = 0.001")
    assert verdict.text == "better" and verdict.strong
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


def test_runs_are_told(outcome):
    results = RESULTS.replace("patients,tp", "patients,trainings,tp").replace(",12,", ",12,3,")
    found, comparisons = outcome(results)
    assert comparisons[0].first.trainings == 3
    assert "Chance from run to run is counted." in planned_table(comparisons, 0.05).note
    assert "of each classifier’s first run on a split" in exploratory_table(comparisons, 0.05).note
    assert (
        "means of 3 runs of each classifier; the intervals are of the patients alone"
        in results_table(found).note
    )


def test_a_sentence_for_a_planned_comparison(outcome):
    _, (comparison,) = outcome()
    assert plain(sentence(comparison)) == (
        "“+pggan” against “real”: accuracy 80.0 % → 90.0 %: better, +10.0 points [+2.0, +18.0], p = 0.003."
    )
    _, (comparison,) = outcome(verdict="inconclusive")
    assert plain(sentence(comparison)).endswith(
        "inconclusive with 12 patients, +10.0 points [+2.0, +18.0], p = 0.003; 9.0 points would be found "
        "four times of five."
    )
    nothing = "no difference can be found with 12 patients and 124 comparisons"
    _, (comparison,) = outcome(verdict="inconclusive", size="", note=nothing)
    assert plain(sentence(comparison)).endswith(f"p = 0.003; {nothing}.")


def test_without_an_interval_none_is_shown(outcome):
    results, comparisons = outcome(results=RESULTS.replace(",0.8,0.97,0.9,", ",,,0.9,"))
    assert plain(results_table(results).rows[1][1].text) == "90.0"
    said = plain(" ".join(answer(results, comparisons, 0.05)))
    assert "90.0 % (too few test patients for an interval), by “+pggan”." in said


def test_nothing_planned_is_no_verdict(outcome):
    results, comparisons = outcome(rows=DIFFERENCES.replace(",yes,5,", ",no,5,"))
    assert planned_table(comparisons, 0.05) is None and sentence(comparisons[0]) == ""
    assert answer(results, comparisons, 0.05)[-1] == "No comparison was planned, so none is decided."


@pytest.mark.parametrize("verdict", ["better", "worse", "inconclusive"])
def test_the_answer_claims_no_more_than_the_tests(outcome, verdict):
    results, comparisons = outcome(verdict=verdict)
    said = plain(" ".join(answer(results, comparisons, 0.05)))
    assert "Highest accuracy of 2 classifiers: 90.0 % (95 % interval 80.0 to 97.0), by “+pggan”." in said
    start = "The planned comparison in accuracy (patients as units, adjusted, 0.05)"
    if verdict == "inconclusive":
        assert f"{start}: inconclusive. Inconclusive means neither that one setup is better" in said
        assert "A difference of about 9.0 points would be found four times of five" in said
    else:
        assert said.endswith(f"{start}: “+pggan” is {verdict} than “real”.")


def test_several_planned_comparisons_are_counted(outcome):
    row, *_ = DIFFERENCES.splitlines()
    back = row.replace("real ({0}),+pggan ({0})", "+pggan ({0}),real ({0})")
    results, comparisons = outcome(rows=f"{row}\n{back.replace('{1}', 'inconclusive')}\n")
    said = answer(results, comparisons, 0.05)[-1]
    assert said.startswith(
        "Of 2 planned comparisons in accuracy (patients as units, adjusted, 0.05): “+pggan” is"
    )
    assert "is better than “real”; 1 inconclusive." in said


def test_the_answer_says_where_nothing_can_be_found(outcome):
    nothing = "no difference can be found with 5 patients and 9 comparisons"
    results, comparisons = outcome(verdict="inconclusive", size="", note=nothing)
    assert answer(results, comparisons, 0.05)[-1].endswith(
        "No difference can be found with 5 patients and 9 comparisons."
    )


def test_no_tables_no_words(tmp_path):
    assert read_results(tmp_path / "none.csv") == ()
    assert read_comparisons(tmp_path / "none.csv", ()) == ()
    assert answer((), (), 0.05) == ()


def test_equals_share_the_first_place(outcome):
    first, second = RESULTS.splitlines()[1:]
    results, _ = outcome("\n".join([RESULTS.splitlines()[0], first, first.replace("real", "mix"), second]))
    assert "by “+pggan”." in answer(results, (), 0.05)[0]
    assert "by “real” and “mix”." in answer(results[:2], (), 0.05)[0]
    assert "more frequent class" in answer(results[:2], (), 0.05)[1]
