import pytest
from fabricated.comparison_rows import RESULTS, differences, performance

from kgan.analyses.comparison.controls.section import Control
from kgan.analyses.comparison.controls.tables import ControlDifference, control_result
from kgan.analyses.comparison.overview.opening import best_sentences, forests
from kgan.analyses.comparison.results import ComparedPair, read_pairs, read_results
from kgan.analyses.comparison.tables import CLASSIFICATION, SIGNIFICANCE


@pytest.fixture
def outcome(tmp_path):
    def read(results=RESULTS, rows=None, **values):
        CLASSIFICATION.write(tmp_path, results)
        SIGNIFICANCE.write(tmp_path, differences(**values) if rows is None else rows)
        return read_results(tmp_path, {"pggan": "PGGAN"}), read_pairs(tmp_path, {"pggan": "PGGAN"})

    return read


def text(results, pairs, metric="accuracy", alpha=0.05):
    return " ".join(best_sentences(results, pairs, metric, alpha)).replace("\u00a0", " ")


def test_the_best_setup_its_gain_its_certainty_and_what_it_rests_on(outcome):
    assert text(*outcome()) == (
        "Highest accuracy: “+PGGAN”, 90.0 %: +10.0 points against “real” with 80.0 %, 95 % interval "
        "[+2.0, +18.0] (not adjusted), adjusted p = 0.003 with patients as units: better. That rests on 200 "
        "test images of 12 patients, and one run of each classifier: another seed gives others."
    )
    assert "units: inconclusive." in text(*outcome(conclusion="inconclusive"))
    assert "90 % interval" in text(*outcome(), alpha=0.1)


def test_what_was_not_planned_has_no_conclusion(outcome):
    assert "p = 0.001. This comparison was not planned: no conclusion." in text(*outcome(planned=False))
    assert "The recipe does not compare the two" in text(*outcome(rows=()))


def test_a_baseline_may_be_best(outcome):
    results, pairs = outcome((RESULTS[0], performance("+pggan", accuracy=0.7)))
    assert "“real”, 80.0 %: no setup is higher than the baseline, “real”." in text(results, pairs)
    results, pairs = outcome((RESULTS[0], performance("mix", like="real"), RESULTS[1]), rows=())
    assert "“real” and “mix”, 80.0 %: no setup is higher" in text(results[:2], ())


def test_a_baseline_is_best_of_its_own_variant_alone(outcome):
    more = performance("real", "pretrained", accuracy=0.95), performance("+pggan", "pretrained", accuracy=0.9)
    results, pairs = outcome((*RESULTS, *more))
    sentence = "no setup of pretrained is higher than the baseline, “real (pretrained)”."
    assert sentence in text(results, pairs), "that of scratch is lower than +PGGAN"


def test_equal_setups_share_no_test(outcome):
    results, pairs = outcome((*RESULTS, performance("mix", like="+pggan")))
    sentence = "“+PGGAN” and “mix”, 90.0 %, against “real” with 80.0 %: they are equal, so none"
    assert sentence in text(results, pairs) and "p =" not in text(results, pairs)


def test_a_difference_without_a_value_has_no_test(outcome):
    undefined = {"gain": None, "gain_low": None, "gain_high": None, "note": "one patient"}
    results, pairs = outcome(rows=[row.model_copy(update=undefined) for row in differences()])
    assert "with 80.0 %. Their difference has no test: one patient." in text(results, pairs)
    (figure,) = forests(results, pairs, "accuracy", 0.05)
    assert figure.rows[0].text == "+10.0" and figure.rows[0].value == pytest.approx(10)


def test_one_setup_is_compared_with_nothing(outcome):
    results, pairs = outcome(RESULTS[:1], rows=())
    start = "There is one setup to compare. Its accuracy: “real” 80.0 %. That rests on"
    assert text(results, pairs).startswith(start)


@pytest.mark.parametrize(
    ("metric", "images"),
    [
        ("sensitivity", "100 images of the positive class among 200 test images of 12 patients"),
        ("specificity", "100 images of the negative class among 200 test images of 12 patients"),
        ("auroc", "rests on 200 test images of 12 patients"),
    ],
)
def test_the_basis_is_that_of_the_metric(outcome, metric, images):
    assert images in text(*outcome(), metric=metric)


def test_runs_are_counted(outcome):
    results, pairs = outcome([row.model_copy(update={"runs": 3}) for row in RESULTS])
    assert "and 3 runs (seeds or splits) of each classifier." in text(results, pairs)


def test_nothing_measured_gives_nothing(outcome):
    assert text((), ()) == "" and forests((), (), "accuracy", 0.05) == []
    results, pairs = outcome([performance(name, accuracy=None) for name in ("real", "+pggan")], rows=())
    assert text(results, pairs) == ""


def test_the_figure_has_a_line_for_each_setup_but_the_baseline(outcome):
    (figure,) = forests(*outcome(), "accuracy", 0.05)
    (row,) = figure.rows
    assert (row.label, row.value, row.low, row.high) == ("+PGGAN", 10.0, 2.0, 18.0)
    assert row.strong and row.below == "better" and not row.control
    assert figure.title.replace("\u00a0", " ") == "Against “real” (80.0 %)" and figure.zero == 0.0
    assert "95" in figure.caption and "A dot without a line" not in figure.caption


def test_a_setup_that_is_not_compared_has_a_dot_alone(outcome):
    (figure,) = forests(*outcome(rows=()), "accuracy", 0.05)
    assert figure.rows[0].low is None and figure.rows[0].text == "+10.0"
    assert "A dot without a line" in figure.caption


def test_areas_are_shown_as_such(outcome):
    results, pairs = outcome((RESULTS[0], performance("+pggan", auroc=0.868)))
    (figure,) = forests(results, pairs, "auroc", 0.05)
    assert figure.rows[0].value == -0.012 and figure.rows[0].text.startswith("−0.012")
    assert figure.columns[1] == "Change in AUROC"


def test_one_caption_for_the_figures_of_all_variants(outcome):
    more = performance("real", "pretrained"), performance("+pggan", "pretrained")
    first, second = forests(*outcome((*RESULTS, *more)), "accuracy", 0.05)
    assert not first.caption and second.caption
    assert "real (pretrained)" in second.title


def test_controls_stand_last_and_are_never_the_best(outcome):
    further = performance("further", like="+pggan", accuracy=0.99, control="positive")
    results, pairs = outcome((RESULTS[0], further, RESULTS[1]))
    assert text(results, pairs).startswith("Highest accuracy, controls aside: “+PGGAN”")
    (figure,) = forests(results, pairs, "accuracy", 0.05)
    assert [(row.label, row.control) for row in figure.rows] == [("+PGGAN", False), ("further", True)]
    assert figure.rows[1].below == "positive control" and "controls" in figure.caption


@pytest.mark.parametrize(
    ("kind", "conclusion", "below", "strong"),
    [
        ("positive", "better", "positive control: found", True),
        ("positive", "inconclusive", "positive control: not found", False),
        ("negative", "better", "negative control: false alarm", True),
        ("negative", "worse", "negative control: nothing found", False),
    ],
)
def test_controls_have_the_results_of_their_own_tests(outcome, kind, conclusion, below, strong):
    further = performance("further", like="+pggan", accuracy=0.99, control=kind)
    results, pairs = outcome((*RESULTS, further))
    rows = differences("+pggan (scratch)", "further (scratch)", conclusion=conclusion)
    difference = ControlDifference(
        **rows[0].model_dump(), control=kind, result=control_result(kind, conclusion)
    )
    control = Control(difference, ComparedPair(results[1], results[2], (difference,)))
    (figure,) = forests(results, pairs, "accuracy", 0.05, [control])
    row = figure.rows[1]
    assert (row.below, row.strong, row.control) == (below, strong, True)
    assert row.low is None, "its interval is against its base, which is not the baseline"
    assert "results are of the tests against their bases" in figure.caption
    assert "A dot without a line has no interval" in figure.caption


def test_figures_of_variants_have_one_axis_and_one_caption_for_all(outcome):
    more = performance("real", "pretrained", accuracy=0.5), performance("+pggan", "pretrained")
    first, second = forests(*outcome((*RESULTS, *more)), "accuracy", 0.05)
    assert first.ticks == second.ticks and first.ticks[-1] >= 40
    assert "A dot without a line" in second.caption, "the second was not compared"
    swapped = forests(*outcome((*more, *RESULTS)), "accuracy", 0.05)
    assert "A dot without a line" in swapped[1].caption, "nor was the first here"
