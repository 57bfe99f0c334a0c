import pytest

from kgan.pages.outcome import read_comparisons, read_results, results_table
from kgan.pages.verdicts import answer, comparisons_table, sentence

RESULTS = """setup,variant,accuracy,accuracy_low,accuracy_high,accuracy_patients_low,accuracy_patients_high,\
sensitivity,sensitivity_low,sensitivity_high,specificity,specificity_low,specificity_high,auroc,\
auroc_patients_low,auroc_patients_high,patients,tp,fn,tn,fp,n,published_accuracy,published_sensitivity,\
published_specificity,note
real,scratch,0.8,0.75,0.85,0.7,0.9,0.7,0.6,0.8,0.9,0.8,0.95,0.88,0.8,0.95,12,70,30,90,10,200,0.8633,0.8888,\
0.8322,
+pggan,scratch,0.9,0.85,0.94,0.8,0.97,0.9,0.8,0.95,,,,,,,12,90,10,0,0,100,,,,no image of the negative class
""".replace("\\\n", "")
DIFFERENCES = """first,second,metric,first_only_right,second_only_right,n,test,statistic,p,p_holm,\
significant,gain,gain_low,gain_high,patients,p_patients,p_patients_holm,detectable,verdict,note
real ({0}),+pggan ({0}),accuracy,5,25,200,exact,5,0.0003,0.0006,yes,0.1,0.02,0.18,12,0.001,0.003,0.09,{1},
real ({0}),+pggan ({0}),sensitivity,2,22,100,exact,2,0.2,0.4,no,0.2,-0.1,0.5,12,0.3,0.6,0.3,cannot be told,
real ({0}),+pggan ({0}),specificity,3,3,100,exact,3,1,1,no,,,,0,1,1,,cannot be told,
"""


@pytest.fixture
def outcome(tmp_path):
    def read(results=RESULTS, verdict="helps", variant="scratch"):
        (tmp_path / "c.csv").write_text(results)
        (tmp_path / "s.csv").write_text(DIFFERENCES.format(variant, verdict))
        found = read_results(tmp_path / "c.csv")
        return found, read_comparisons(tmp_path / "s.csv", found)

    return read


def test_results_show_intervals_and_published_figures(outcome):
    results, _ = outcome()
    table = results_table(results)
    heading, accuracy, _, _, auroc = table.rows[0]
    assert (heading.text, heading.below) == ("real", "")
    assert accuracy.text.replace("\u00a0", " ") == "80.0 [70.0, 90.0]"
    assert accuracy.below.replace("\u00a0", " ") == "slices [75.0, 85.0], paper 86.33"
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


def test_what_helps_stands_out(outcome):
    _, comparisons = outcome()
    table = comparisons_table(comparisons, 0.05)
    ((heading, accuracy, sensitivity, specificity),) = table.rows
    assert (heading.text, heading.below) == ("+pggan", "against real")
    assert accuracy.text.replace("\u00a0", " ") == "+10.0 [+2.0, +18.0]" and accuracy.strong
    assert accuracy.below.replace("\u00a0", " ") == "p = 0.003; McNemar p < 0.001; 25 : 5"
    assert sensitivity.text.startswith("+20.0 [−10.0") and not sensitivity.strong
    assert specificity.text == "–"


def test_same_answers_of_the_first_trainings_hide_no_difference_of_all_of_them(outcome, monkeypatch):
    monkeypatch.setitem(globals(), "DIFFERENCES", DIFFERENCES.replace(",accuracy,5,25,", ",accuracy,0,0,"))
    _, comparisons = outcome(
        RESULTS.replace("patients,tp", "patients,trainings,tp").replace(",12,", ",12,3,")
    )
    assert comparisons[0].first.trainings == 3
    table = comparisons_table(comparisons, 0.05)
    accuracy = table.rows[0][1]
    assert accuracy.strong and "p = 0.003" in accuracy.below.replace("\u00a0", " ")
    assert "of each classifier’s first training" in table.note
    assert "count chance in the trainings too." in table.note


def test_a_sentence_for_a_comparison(outcome):
    _, (comparison,) = outcome()
    said = sentence(comparison).replace("\u00a0", " ")
    assert said.startswith("“+pggan” against “real”: accuracy 80.0 → 90.0 % (helps, p = 0.003); ")
    assert (
        "sensitivity 70.0 → 90.0 % (cannot be told with 12 patients, p = 0.60; 30.0 points could be found); "
        "specificity undefined." in said
    )


@pytest.mark.parametrize("verdict", ["helps", "cannot be told"])
def test_the_answer_claims_no_more_than_the_tests(outcome, verdict):
    results, comparisons = outcome(verdict=verdict)
    said = " ".join(answer(results, comparisons, 0.05)).replace("\u00a0", " ")
    assert "Highest accuracy of 2 classifiers: 90.0 % (95 % interval 80.0 to 97.0), by “+pggan”." in said
    if verdict == "helps":
        assert "accuracy in 1, sensitivity in 0, specificity in 0" in said
    else:
        assert "The difference cannot be told from chance with 12 patients" in said
        assert "a gain in accuracy of about 9.0 points is found four times of five" in said
        assert "does not show that one setup is better than another, nor that they are equal" in said


def test_untested_differences_are_said_to_be_untested(outcome):
    results, _ = outcome()
    assert "were not tested against each other" in " ".join(answer(results, (), 0.05))


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
    assert len(answer(results[:2], (), 0.05)) == 2
