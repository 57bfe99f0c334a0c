"""Cohen's kappa of two people's answers, with an interval where there is one."""

from dataclasses import dataclass

import numpy as np
from statsmodels.stats.inter_rater import cohens_kappa

# Standard errors below are rounding errors: those of a table that leaves no room for chance.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance.

    Args:
        value: 1 for always, 0 for no more than by chance.
        low: lower limit of its 95 % interval; ``None`` where the standard error vanishes, which says
            nothing about the precision: both agree throughout, or one gave the same answer to everything.
        high: upper limit.
    """

    value: float
    low: float | None
    high: float | None


def cohen_kappa(table: np.ndarray) -> Kappa:
    """Return Cohen's kappa.

    Args:
        table: (k, k) int, how often the one gave the answer of the row and the other that of the column; not
            all in one cell of the diagonal, where kappa is undefined.

    Reference:
        Cohen, A Coefficient of Agreement for Nominal Scales, 1960; the standard error is that of Fleiss,
        Cohen and Everitt, 1969.
    """
    with np.errstate(invalid="ignore"):  # a variance of -1e-18
        result = cohens_kappa(table)
    value = float(result.kappa)
    if not result.std_kappa > _ROUNDING:
        return Kappa(value, None, None)
    return Kappa(value, max(float(result.kappa_low), -1.0), min(float(result.kappa_upp), 1.0))
