"""P-values of a family of tests, adjusted after Holm–Bonferroni.

The smallest of n p-values times n, the next times n - 1, and so on, never falling and at most 1. Written out
because statsmodels runs Python's garbage collector each time: 0.1 to 0.4 s once TensorFlow is loaded.

Reference: S. Holm, Scand. J. Statist. 6, 1979, 65–70.
"""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Return the adjusted p-values, (tests,) float64, in the order given.

    Args:
        p_values: of one family, in [0, 1].
    """
    order = np.argsort(p_values)
    factors = np.arange(len(p_values), 0, -1)
    adjusted = np.maximum.accumulate(np.asarray(p_values, np.float64)[order] * factors)
    return np.minimum(adjusted, 1.0)[np.argsort(order)]
