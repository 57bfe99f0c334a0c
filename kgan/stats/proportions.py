"""A share of right answers and its interval, each answer an independent witness."""

from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Proportion:
    """A share of right answers with its interval; every figure is ``None`` where there is no image to judge.

    Args:
        value: right / n, in [0, 1].
        low: lower end of the Wilson interval.
        high: upper end of the Wilson interval.
        right: images judged rightly; of several trainings their mean.
        n: images judged.
    """

    value: float | None
    low: float | None
    high: float | None
    right: float
    n: int


def proportion(right: float, n: int, confidence: float = CONFIDENCE) -> Proportion:
    """Return a share and its Wilson interval.

    Args:
        right: images judged rightly, 0 to n, or their mean over several trainings.
        n: images judged.
        confidence: of the interval, in (0, 1).

    Reference: E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209–212.
    """
    if n == 0:
        return Proportion(None, None, None, 0, 0)
    low, high = proportion_confint(right, n, alpha=1 - confidence, method="wilson")
    low, high = (round(float(bound), 12) for bound in (low, high))  # 0 of n gives 3e-17 otherwise
    return Proportion(float(right / n), low, high, float(right), int(n))
