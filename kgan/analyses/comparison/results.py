"""Results of a run as the comparison wrote them: each classifier, and how each pair differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kgan import registry
from kgan.analyses.comparison.tables import (
    CLASSIFICATION,
    SIGNIFICANCE,
    Difference,
    Performance,
    classifier_name,
)


@dataclass(frozen=True)
class Result:
    """One classifier on the test images.

    Args:
        row: its performance.
        title: of its setup, on the page.
        shown: its own name on the page: the setup's, with the variant where there are several.
    """

    row: Performance
    title: str
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


def read_results(folder: Path, labels: Mapping[str, str] | None = None) -> tuple[Result, ...]:
    """Read the classifiers from the step's folder; a variant is named where there are several.

    Args:
        folder: of the step.
        labels: display names of GANs, curations and refiners; ``None`` for those of the recipe.
    """
    rows = CLASSIFICATION.read(folder)
    several = len({row.variant for row in rows}) > 1
    titles = [registry.setup_name(row.setup, labels or {}) for row in rows]
    return tuple(
        Result(row, title, classifier_name(title, row.variant) if several else title)
        for row, title in zip(rows, titles, strict=True)
    )


def read_pairs(folder: Path, labels: Mapping[str, str] | None = None) -> tuple[ComparedPair, ...]:
    """Read the compared pairs from the step's folder; see `read_results`."""
    results = {result.row.name: result for result in read_results(folder, labels)}
    differences: dict[tuple[str, str], list[Difference]] = {}
    for row in SIGNIFICANCE.read(folder):
        differences.setdefault((row.first, row.second), []).append(row)
    return tuple(
        ComparedPair(results[first], results[second], tuple(rows))
        for (first, second), rows in differences.items()
    )
