import pytest
from fabricated.comparison_rows import RESULTS, difference, differences, performance

from kgan.analyses.comparison.controls.tables import CONTROLS, ControlDifference, control_result
from kgan.analyses.comparison.section import answers, sections
from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings, Published
from kgan.analyses.comparison.tables import CLASSIFICATION, FOREST_PLOT, SIGNIFICANCE
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def run(folder, published=None):
    cells = (ComparedCell(setup="real", step="a", published=published),)
    settings = ComparisonSettings(
        seed=0, alpha=0.05, metric="accuracy", planned=(), involving=None, cells=cells
    )
    return Steps([FinishedStep("compare", folder, settings)])


def test_classification_comparisons_and_the_answer(tmp_path):
    CLASSIFICATION.write(tmp_path, RESULTS)
    SIGNIFICANCE.write(tmp_path, differences())
    classification, comparisons = sections(run(tmp_path), {})
    assert (classification.anchor, comparisons.anchor) == ("classification", "comparisons")
    assert len(classification.tables) == 1 and not classification.figures
    assert len(comparisons.tables) == 2 and len(comparisons.items) == 1
    assert next(iter(answers(run(tmp_path), {}))).startswith("Highest accuracy of 2 classifiers")


@pytest.mark.parametrize("published", [None, Published(accuracy=90.0)], ids=["own", "published"])
def test_the_forest_plot_explains_published_values(tmp_path, published):
    CLASSIFICATION.write(tmp_path, RESULTS)
    (tmp_path / FOREST_PLOT).write_bytes(b"")
    (figure,) = next(iter(sections(run(tmp_path, published), {}))).figures
    assert ("published" in figure.caption) == (published is not None)


def test_without_a_comparison_there_is_nothing(tmp_path):
    assert not list(sections(Steps(), {})) and not list(answers(Steps(), {}))
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
