"""The classifiers that are compared: setups in variants, each of one run or several."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from kgan.analyses.comparison.settings import ComparedCell, PlannedPair
from kgan.analyses.comparison.significance_tests import Pair
from kgan.analyses.comparison.tables import METRICS, classifier_name


@dataclass(frozen=True)
class Classifier:
    """A setup in one variant.

    Args:
        setup: name of the data-augmentation setup.
        variant: how it was trained, e.g. ``"pretrained"``; may be empty.
        runs: one or more, of several seeds and splits.
    """

    setup: str
    variant: str
    runs: tuple[ComparedCell, ...]

    @property
    def name(self) -> str:
        """What the tables call it."""
        return classifier_name(self.setup, self.variant)

    @property
    def control(self) -> str:
        """The kind of control; empty where it is none."""
        return self.runs[0].control

    @property
    def title(self) -> str:
        """What figures call the setup."""
        return self.runs[0].title or self.setup

    @property
    def published(self) -> dict[str, float]:
        """Rates in [0, 1] by metric, where a paper gives them."""
        published = self.runs[0].published
        percentages = {metric: getattr(published, metric, None) for metric in METRICS}
        return {metric: value / 100 for metric, value in percentages.items() if value is not None}


def classifiers_of(cells: Sequence[ComparedCell]) -> list[Classifier]:
    """Return the classifiers in the order of their first runs."""
    runs: dict[tuple[str, str], list[ComparedCell]] = {}
    for cell in cells:
        runs.setdefault((cell.setup, cell.variant), []).append(cell)
    return [Classifier(*key, tuple(cells)) for key, cells in runs.items()]


def described_pairs(classifiers: Sequence[Classifier], involving: Sequence[str] | None) -> list[Pair]:
    """Return all pairs without a control, or those with one of some setups at least.

    Args:
        classifiers: of which pairs are made.
        involving: names of setups; ``None`` for all.
    """
    return [
        (first.name, second.name)
        for first, second in itertools.combinations([each for each in classifiers if not each.control], 2)
        if involving is None or first.setup in involving or second.setup in involving
    ]


def decided_pairs(planned: Sequence[PlannedPair]) -> list[Pair]:
    """Return the planned pairs by the names of their classifiers."""
    return [
        (classifier_name(pair.first, pair.variant), classifier_name(pair.second, pair.variant))
        for pair in planned
    ]
