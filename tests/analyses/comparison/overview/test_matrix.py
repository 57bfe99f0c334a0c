import functools

import pytest
from fabricated.comparison_rows import RESULTS, performance, written

from kgan.analyses.comparison.overview.matrix import matrices
from kgan.report.elements import SHADES


@pytest.fixture
def outcome(tmp_path):
    return functools.partial(written, tmp_path)


@pytest.mark.parametrize(
    ("conclusion", "marks"),
    [("better", "▼▲"), ("worse", "▲▼"), ("inconclusive", "○○")],
)
def test_gains_and_conclusions_are_seen_from_both_sides(outcome, conclusion, marks):
    (figure,) = matrices(*outcome(conclusion=conclusion), "accuracy")
    assert list(figure.names) == ["real", "+pggan"]
    (empty, above), (below, _) = figure.cells
    assert empty is None
    assert (above.text, above.shade, above.mark) == ("−10.0", -SHADES, marks[0])
    assert (below.text, below.short, below.shade, below.mark) == ("+10.0", "+10", SHADES, marks[1])
    assert below.words.startswith("“+pggan” less “real”: +10.0 points, interval [+2.0, +18.0]")
    assert above.words.startswith("“real” less “+pggan”: −10.0 points, interval [−18.0, −2.0]")
    assert below.words.endswith(conclusion) and "darkest: up to 10.0" in figure.caption


def test_what_is_not_planned_has_no_mark(outcome):
    (figure,) = matrices(*outcome(planned=False), "accuracy")
    assert figure.cells[1][0].mark == ""


def test_each_variant_has_a_matrix_and_setups_without_a_pair_are_left_out(outcome):
    more = performance("alone", like="real"), performance("real", "pretrained")
    (figure,) = matrices(*outcome((*RESULTS, *more)), "accuracy")
    assert list(figure.names) == ["real", "+pggan"] and "scratch" in figure.title
    assert matrices(*outcome(rows=()), "accuracy") == []


def test_areas_keep_their_digits(outcome):
    (figure,) = matrices(*outcome(), "auroc")
    assert (figure.cells[1][0].text, figure.cells[1][0].short) == ("−0.012", "−.012")
    assert "darkest: up to 0.012." in figure.caption
