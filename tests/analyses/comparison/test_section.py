import pytest
from fabricated.comparison_rows import RESULTS, difference, differences, performance

from kgan.analyses.comparison.controls.tables import CONTROLS, ControlDifference, control_result
from kgan.analyses.comparison.section import answers, opening, sections
from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings
from kgan.analyses.comparison.tables import CLASSIFICATION, SIGNIFICANCE
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def run(folder):
    cells = (ComparedCell(setup="real", step="a"),)
    settings = ComparisonSettings(
        seed=0, alpha=0.05, metric="accuracy", planned=(), involving=None, cells=cells
    )
    return Steps([FinishedStep("compare", folder, settings)])


def test_comparisons_classification_and_what_opens_the_page(tmp_path):
    CLASSIFICATION.write(tmp_path, RESULTS)
    SIGNIFICANCE.write(tmp_path, differences())
    labels = {"pggan": "PGGAN"}
    comparisons, classification = sections(run(tmp_path), labels)
    assert (classification.anchor, comparisons.anchor) == ("classification", "comparisons")
    assert [figure.kind for figure in comparisons.figures] == ["matrix"]
    planned, exploratory = comparisons.tables
    assert not planned.heading and exploratory.heading.startswith("All 1 compared pairs")
    assert [figure.kind for figure in classification.figures] == ["forest"] * 3
    assert next(iter(answers(run(tmp_path), labels))).startswith("Highest accuracy: “+PGGAN”")
    (figure,) = opening(run(tmp_path), labels)
    assert figure.title.startswith("Against “real”")


def test_without_a_comparison_there_is_nothing(tmp_path):
    assert not list(sections(Steps(), {})) and not list(answers(Steps(), {}))
    assert opening(Steps(), {}) == opening(run(tmp_path), {}) == []
    assert not list(sections(run(tmp_path), {}))


@pytest.mark.parametrize("conclusion", ["better", "inconclusive"])
def test_the_panel_on_controls_and_failing_ones_before_all_else(tmp_path, conclusion):
    further = performance("further", like="+pggan", control="positive")
    CLASSIFICATION.write(tmp_path, [*RESULTS, further])
    SIGNIFICANCE.write(tmp_path, differences())
    row = difference("accuracy", first="real (scratch)", second=further.name, planned=True, gain=0.1)
    values = {**row.model_dump(), "conclusion": conclusion}
    result = control_result("positive", conclusion)
    CONTROLS.write(tmp_path, [ControlDifference(**values, control="positive", result=result)])
    *_, controls = sections(run(tmp_path), {})
    assert controls.anchor == "controls"
    opening = list(answers(run(tmp_path), {}))
    place = [text.startswith("The positive control") for text in opening].index(True)
    assert place == (len(opening) - 1 if conclusion == "better" else 0)
