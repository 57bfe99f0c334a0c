"""The features of a set of images, and the patient of each image."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class FeatureSet:
    """Features of images, in groups that are alike: the slices of a patient.

    Args:
        points: (n, d) float64.
        owners: (n,) int64 from 0 on, the patient of each.
    """

    points: np.ndarray
    owners: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray, owners: np.ndarray | None = None) -> "FeatureSet":
        """Number the owners.

        Args:
            points: (n, d) float64.
            owners: (n,) names or numbers; ``None`` if each image is independent.
        """
        if owners is None:
            return cls(points, np.arange(len(points)))
        return cls(points, np.unique(np.asarray(owners), return_inverse=True)[1])

    def __len__(self) -> int:
        return len(self.points)

    def __getitem__(self, chosen: np.ndarray) -> "FeatureSet":
        """Return some of the images, with the numbers of their owners as they are."""
        return FeatureSet(self.points[chosen], self.owners[chosen])

    @property
    def groups(self) -> int:
        """How many owners there are."""
        return len(np.unique(self.owners))
