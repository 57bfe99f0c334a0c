from kgan.analyses.comparison.classifiers import classifiers_of, decided_pairs, described_pairs
from kgan.analyses.comparison.settings import ComparedCell, PlannedPair, Published

CELLS = (
    ComparedCell(
        setup="real", variant="scratch", step="a", published=Published(accuracy=91.5, specificity=80.0)
    ),
    ComparedCell(setup="mix", variant="scratch", step="b"),
    ComparedCell(setup="real", variant="scratch", step="c", seed=2),
    ComparedCell(setup="mix", step="d"),
)


def test_cells_of_a_setup_and_variant_are_runs_of_one_classifier():
    classifiers = classifiers_of(CELLS)
    assert [classifier.name for classifier in classifiers] == ["real (scratch)", "mix (scratch)", "mix"]
    assert [cell.step for cell in classifiers[0].runs] == ["a", "c"]
    assert classifiers[0].published == {"accuracy": 0.915, "specificity": 0.8}
    assert classifiers[1].published == {}


def test_pairs():
    classifiers = classifiers_of(CELLS)
    assert len(described_pairs(classifiers, None)) == 3
    assert described_pairs(classifiers, ("real",)) == [
        ("real (scratch)", "mix (scratch)"), ("real (scratch)", "mix")
    ]  # fmt: skip
    assert described_pairs(classifiers, ()) == []
    planned = [PlannedPair(first="real", second="mix", variant="scratch")]
    assert decided_pairs(planned) == [("real (scratch)", "mix (scratch)")]
