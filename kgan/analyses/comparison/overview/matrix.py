"""All compared pairs at a glance: setups against setups, colour by gain, marks by conclusion."""

import math
from collections.abc import Sequence

from kgan.analyses.comparison.comparisons_section import METRIC_NAMES, change, interval, level, p_text
from kgan.analyses.comparison.results import ComparedPair, Result
from kgan.analyses.comparison.tables import AUROC, BETTER, INCONCLUSIVE, WORSE, Difference
from kgan.report.elements import SHADES, Matrix, MatrixCell
from kgan.report.formatting import SPACE

_MARKS = {BETTER: "▲", WORSE: "▼", INCONCLUSIVE: "○"}


def matrices(results: Sequence[Result], pairs: Sequence[ComparedPair], metric: str) -> list[Matrix]:
    """Make a matrix for each variant of the classifier; none of variants without a compared pair.

    Args:
        results: the classifiers.
        pairs: that were compared; those of two variants are in no matrix.
        metric: the primary one.
    """
    tested = {
        (pair.first.row.name, pair.second.row.name): difference
        for pair in pairs
        for difference in pair.differences
        if difference.metric == metric and difference.gain is not None
    }
    largest = max((abs(difference.gain or 0.0) for difference in tested.values()), default=0.0)
    darkest = level(metric, largest).replace("%", "points")
    figures = []
    variants = dict.fromkeys(result.row.variant for result in results)
    for variant in variants:
        of_variant = [result for result in results if result.row.variant == variant]
        cells = [[_cell(row, column, tested, largest) for column in of_variant] for row in of_variant]
        used = [place for place, row in enumerate(cells) if any(row)]
        if used:
            heading = f"{METRIC_NAMES[metric].capitalize() if metric != AUROC else 'AUROC'}"
            figures.append(
                Matrix(
                    f"{heading}: setup of the row less setup of the column"
                    + (f", {variant}" if len(variants) > 1 else ""),
                    [of_variant[place].title for place in used],
                    [[cells[row][column] for column in used] for row in used],
                    f"Change in {'AUROC' if metric == AUROC else 'percentage points'}. Blue: the setup of "
                    f"the row is higher; orange: lower; darkest: up to {darkest}. Framed: planned "
                    "comparisons, ▲ better, ▼ worse, ○ inconclusive; all others have no conclusion. Grey: "
                    "not compared.",
                )
            )
    return figures


def _cell(
    row: Result, column: Result, tested: dict[tuple[str, str], Difference], largest: float
) -> MatrixCell | None:
    difference = tested.get((column.row.name, row.row.name))
    if difference is None and (other := tested.get((row.row.name, column.row.name))) is not None:
        difference = other.turned()
    if difference is None or difference.gain is None:
        return None
    gain, text = difference.gain, change(difference, unit=False)
    conclusion = difference.conclusion if difference.planned else ""
    short = f"{round(100 * gain):+d}".replace("-", "−").replace("+0", "0")
    if difference.metric == AUROC:
        short = text.replace("0.", ".")
    shade = 0 if not largest else math.ceil(SHADES * abs(gain) / largest - 1e-9)
    tests = f"interval {interval(difference)}, {p_text(difference.p_patients)}"
    words = f"“{row.shown}” less “{column.shown}”: {change(difference)}, {tests}"
    words += f", {conclusion}" if conclusion else ""
    return MatrixCell(
        text, short, shade if gain > 0 else -shade, _MARKS.get(conclusion, ""), words.replace(SPACE, " ")
    )
