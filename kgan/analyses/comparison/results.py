"""Results of a run as the comparison wrote them: each classifier, and how each pair differs."""

from dataclasses import dataclass
from pathlib import Path

from kgan.analyses.comparison.tables import CLASSIFICATION, SIGNIFICANCE, Difference, Performance


@dataclass(frozen=True)
class Result:
    """One classifier on the test images.

    Args:
        row: its performance.
        shown: its name on the page.
    """

    row: Performance
    shown: str


@dataclass(frozen=True)
class ComparedPair:
    """Two classifiers: what changes from the first to the second, in each metric."""

    first: Result
    second: Result
    differences: tuple[Difference, ...]

    @property
    def planned(self) -> Difference | None:
        """The difference that receives a conclusion, if any does."""
        return next((difference for difference in self.differences if difference.planned), None)


def read_results(folder: Path) -> tuple[Result, ...]:
    """Read the classifiers from the step's folder; a variant is named where there are several."""
    rows = CLASSIFICATION.read(folder)
    several = len({row.variant for row in rows}) > 1
    return tuple(Result(row, row.name if several else row.setup) for row in rows)


def read_pairs(folder: Path) -> tuple[ComparedPair, ...]:
    """Read the compared pairs from the step's folder."""
    results = {result.row.name: result for result in read_results(folder)}
    differences: dict[tuple[str, str], list[Difference]] = {}
    for row in SIGNIFICANCE.read(folder):
        differences.setdefault((row.first, row.second), []).append(row)
    return tuple(
        ComparedPair(results[first], results[second], tuple(rows))
        for (first, second), rows in differences.items()
    )
