"""A proportion of correct predictions and its interval, predictions being independent."""

from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Proportion:
    """A proportion of correct predictions with its interval; all values are ``None`` if there is no image.

    Args:
        value: right / n, in [0, 1].
        low: lower end of the Wilson interval.
        high: upper end of the Wilson interval.
        right: images classified correctly; the mean of several runs.
        n: images classified.
    """

    value: float | None
    low: float | None
    high: float | None
    right: float
    n: int


def proportion(right: float, n: int, confidence: float = CONFIDENCE) -> Proportion:
    """Return a proportion and its Wilson interval.

    Args:
        right: images classified correctly, 0 to n, or their mean over several runs.
        n: images classified.
        confidence: of the interval, in (0, 1).

    Reference: E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209–212.
    """
    if n == 0:
        return Proportion(None, None, None, 0, 0)
    low, high = proportion_confint(right, n, alpha=1 - confidence, method="wilson")
    low, high = (round(float(bound), 12) for bound in (low, high))  # 0 of n gives 3e-17 otherwise
    return Proportion(float(right / n), low, high, float(right), int(n))
