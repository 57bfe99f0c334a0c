"""The kernel distance between two sets of images, and images in memory, for the benchmarks."""

import math
from dataclasses import dataclass

import numpy as np

from kgan.analyses.fidelity.metrics.kernel_distance import SUBSET, mmd_and_variance
from kgan.features.extraction import extract_features
from kgan.features.feature_set import FeatureSet
from kgan.features.fixed import Features
from kgan.features.image_set import Images, ImageSubset
from kgan.random.streams import rng


@dataclass(frozen=True, eq=False)
class ArrayImages:
    """Images in memory, (n, height, width, channels) uint8."""

    array: np.ndarray

    def __len__(self) -> int:
        return len(self.array)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        height, width, channels = self.array.shape[1:]
        return height, width, channels

    def images(self, indices: np.ndarray) -> np.ndarray:
        return self.array[indices]


def kernel_distance(
    real: Images, patients: np.ndarray, synthetic: Images, features: Features
) -> tuple[float, float]:
    """Return the mean squared MMD of disjoint subsets and its standard error."""
    subsets = max(1, min(len(real), len(synthetic)) // SUBSET)
    orders = [
        rng(0, "kernel_distance/order", side).permutation(len(of))
        for side, of in enumerate((real, synthetic))
    ]
    pairs = []
    for number in range(subsets):
        first, second = (order[number * SUBSET : (number + 1) * SUBSET] for order in orders)
        pairs.append(
            mmd_and_variance(
                FeatureSet.of(extract_features(ImageSubset(real, first), features), patients[first]),
                FeatureSet.of(extract_features(ImageSubset(synthetic, second), features)),
            )
        )
    values, variances = np.array(pairs).T
    return float(values.mean()), math.sqrt(variances.sum()) / subsets
