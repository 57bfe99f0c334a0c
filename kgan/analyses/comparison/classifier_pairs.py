"""Two classifiers side by side on the same images: what is tested of them in each metric."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kgan.analyses.comparison.tables import AUROC
from kgan.stats.auroc import AreaDifference, area_difference
from kgan.stats.clustered import Interval
from kgan.stats.paired import Chance, PairedTest, paired_test
from kgan.stats.power import detectable_area, detectable_difference
from kgan.stats.replicates import Replicates, row_positions


@dataclass(frozen=True, eq=False)
class Pairing:
    """A second classifier beside a first.

    Args:
        first: predictions of one.
        second: predictions of the other.
        order: (n,) int64, where in the second each image of the first stands.
    """

    first: Replicates
    second: Replicates
    order: np.ndarray

    @classmethod
    def of(cls, first: Replicates, second: Replicates, names: str) -> "Pairing":
        """Pair two classifiers.

        Args:
            first: predictions of one.
            second: predictions of the other.
            names: of both, for messages.

        Raises:
            DataError: they are not of the same images, or disagree about a truth.
        """
        return cls(first, second, row_positions(first.first, second.first, names))

    def images(self, metric: str) -> np.ndarray:
        """Return which images a metric is of, (n,) bool."""
        positive = self.first.first.truth == 1
        return {"sensitivity": positive, "specificity": ~positive}.get(metric, np.ones_like(positive))

    def discordant(self, metric: str) -> tuple[int, int]:
        """Return how many images only the first, and only the second, got right in their first runs."""
        chosen = self.images(metric)
        right, other = self.first.first.right[chosen], self.second.first.right[self.order][chosen]
        return int((right & ~other).sum()), int((other & ~right).sum())

    def test(self, metric: str, alpha: float, seed: int) -> PairedTest:
        """Test the difference in a metric with patients as units.

        Args:
            metric: one of `kgan.analyses.comparison.tables.COMPARED`.
            alpha: threshold of significance, for the interval.
            seed: of the flips.
        """
        if metric == AUROC:
            areas = self._areas
            patients = len(np.unique(self.first.first.units))
            note = "fewer than two patients of a class"
            return areas.test(alpha) if areas else PairedTest(None, Interval(None, None, patients), 1.0, note)
        chosen = self.images(metric)
        runs, splits = self._chance(metric)
        difference, patients = self._difference[chosen], self.first.first.units[chosen]
        return paired_test(difference, patients, seed=seed, alpha=alpha, runs=runs, splits=splits)

    def detectable(self, metric: str, alpha: float, seed: int) -> float | None:
        """Return the true difference that is detected with 80 % power; ``None`` where none is.

        Args:
            metric: one of `kgan.analyses.comparison.tables.COMPARED`.
            alpha: threshold of this comparison, in (0, 1).
            seed: of the simulation.
        """
        if metric == AUROC:
            areas = self._areas
            if areas is None or not areas.error.error:
                return None
            chances = {"runs": areas.runs, "splits": areas.splits}
            return detectable_area(areas.areas, areas.error, alpha, seed=seed, **chances)
        chosen = self.images(metric)
        runs, splits = self._chance(metric)
        difference, patients = self._difference[chosen], self.first.first.units[chosen]
        return detectable_difference(difference, patients, alpha, seed=seed, runs=runs, splits=splits)

    @cached_property
    def _difference(self) -> np.ndarray:
        return self.second.right[self.order] - self.first.right

    @cached_property
    def _areas(self) -> AreaDifference | None:
        return area_difference(self.first, self.second)

    def _chance(self, metric: str) -> tuple[Chance | None, Chance | None]:
        """Return the chance from run to run, of one split, or from split to split."""
        chosen, split_of = self.images(metric), self.first.split_of
        if not chosen.any():
            return None, None
        if len(self.first.splits) == 1:
            runs, others = self.first.runs[0][:, chosen], self.second.runs[0][:, self.order][:, chosen]
            rates = runs.mean(axis=1).tolist(), others.mean(axis=1).tolist()
            return Chance.of_runs(*rates), None
        by_split = [self._difference[chosen & (split_of == split)] for split in range(len(self.first.splits))]
        gains = [(float(images.mean()), len(images)) for images in by_split if len(images)]
        return None, Chance.of_splits([gain for gain, _ in gains], [images for _, images in gains])
