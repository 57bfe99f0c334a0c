"""The table of classifiers that were trained more than once: each run by itself."""

import statistics
from collections.abc import Sequence

from kgan.analyses.comparison.tables import RunPerformance
from kgan.report.formatting import NOTHING, percent
from kgan.report.html import Cell, Table

#: Split and seed.
_Replicate = tuple[int, int]
_NOTE = (
    "Each run’s accuracy; below it sensitivity and specificity. SD: standard deviation over the runs. What "
    "differs from column to column is chance: the initial weights and orders of a seed, the patients of a "
    "split."
)


def replicates_table(rows: Sequence[RunPerformance]) -> Table:
    """Make the table of all runs, side by side."""
    several = len({row.variant for row in rows}) > 1
    replicates = list(dict.fromkeys((row.split, row.seed) for row in rows))
    runs: dict[tuple[str, str], dict[_Replicate, RunPerformance]] = {}
    for row in rows:
        runs.setdefault((row.setup, row.variant), {})[row.split, row.seed] = row
    lines = [
        [
            Cell(setup, variant if several else ""),
            _spread(list(by_replicate.values())),
            *(_run(by_replicate.get(replicate)) for replicate in replicates),
        ]
        for (setup, variant), by_replicate in runs.items()
    ]
    headings = (_heading(replicate, replicates) for replicate in replicates)
    return Table(["Setup", "Accuracy %, mean ± SD", *headings], lines, note=_NOTE)


def _heading(replicate: _Replicate, replicates: Sequence[_Replicate]) -> str:
    names = ("split", "seed")
    return ", ".join(
        f"{name} {number}"
        for name, number, numbers in zip(names, replicate, zip(*replicates, strict=True), strict=True)
        if len(set(numbers)) > 1
    )


def _run(row: RunPerformance | None) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return Cell(percent(row.accuracy), f"{percent(row.sensitivity)} / {percent(row.specificity)}")


def _spread(rows: Sequence[RunPerformance]) -> Cell:
    values = [row.accuracy for row in rows if row.accuracy is not None]
    if len(values) < 2:
        return Cell(NOTHING)
    return Cell(f"{percent(statistics.mean(values))} ± {percent(statistics.stdev(values))}")
