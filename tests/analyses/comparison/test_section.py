import pytest
from fabricated.comparison_rows import RESULTS, differences

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
