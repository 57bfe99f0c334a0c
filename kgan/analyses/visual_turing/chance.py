"""Answers of a Visual Turing Test compared with guessing, whatever the mix of images and of answers.

Accuracy is no measure of that: who calls every image real is right of 80 % where 80 % are real. *Balanced
accuracy*, the mean of the shares of each truth's images that were called so, is 50 % for any guess that does
not depend on the image (1/k of k classes). Its interval joins the Wilson intervals of these shares (Zou and
Donner).

The tests are exact and conditional: how many images are of each truth, and how often each answer was given,
is taken as it is; what is tested is whether they go together. For two answers that is Fisher's test. Where
the same answer was given throughout, only one table has these margins, and p is 1. That a rater is *no
better* than chance is shown by two one-sided tests on the odds ratio: it lies between 1/ω and ω, where
ω = ((½ + m) / (½ - m))² is the odds ratio of an unbiased rater whose balanced accuracy is ½ + m. A biased
rater of that odds ratio is nearer to chance, so an odds ratio within these limits means a balanced accuracy
within ½ ± m.

Reference: R. A. Fisher, The Design of Experiments, 1935, chapter 2; D. J. Schuirmann, J. Pharmacokinet.
Biopharm. 15, 1987, 657–680 (two one-sided tests); S. Wellek, Testing Statistical Hypotheses of Equivalence
and Noninferiority, 2010, section 6.6 (odds ratios); G. Y. Zou, A. Donner, Stat. Med. 27, 2008, 1693–1702.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from kgan.random.streams import rng
from kgan.stats.proportions import proportion

EQUIVALENT, CLOSE, BETTER, WORSE, OPEN = (
    "no better than chance",
    "close to chance",
    "better than chance",
    "worse than chance",
    "inconclusive",
)
ALPHA = 0.05
#: Points of balanced accuracy around 50 % that count as chance.
MARGIN = 0.1
#: Tables drawn where there are more than two answers.
_DRAWS = 10_000


@dataclass(frozen=True)
class Chance:
    """One question's answers compared with guessing; ``None`` where a truth has no answered image.

    Args:
        guess: balanced accuracy of guessing, 1 over the number of answers.
        balanced: balanced accuracy, in [0, 1].
        low: lower limit of its 95 % interval.
        high: upper limit.
        margin: half the width of what counts as chance, a share.
        p_equivalent: of the two one-sided tests together; ``None`` of more than two answers too.
        p_different: two-sided, that answers do not depend on the truth.
        conclusion: one of `EQUIVALENT`, `CLOSE`, `BETTER`, `WORSE`, `OPEN`.
    """

    guess: float
    balanced: float | None
    low: float | None
    high: float | None
    margin: float
    p_equivalent: float | None
    p_different: float | None
    conclusion: str


def against_chance(counts: ArrayLike, margin: float = MARGIN, alpha: float = ALPHA, seed: int = 0) -> Chance:
    """Test answers for guessing, and for being no better than it.

    Args:
        counts: (k, k) int, images of the row's truth that the column's answer was given to.
        margin: half the width of what counts as chance, in (0, 0.5).
        alpha: threshold of significance.
        seed: of the tables that are drawn where k is above 2.
    """
    crossed = np.asarray(counts, np.int64)
    guess = 1 / len(crossed)
    if not crossed.sum(axis=1).all():
        return Chance(guess, None, None, None, margin, None, None, OPEN)
    shares = [proportion(row[at], row.sum()) for at, row in enumerate(crossed)]
    balanced = _balanced(crossed)
    below = [(share.value or 0.0) - (share.low or 0.0) for share in shares]
    above = [(share.high or 0.0) - (share.value or 0.0) for share in shares]
    two = len(crossed) == 2
    equivalent = _equivalence(crossed, margin) if two else None
    different = float(stats.fisher_exact(crossed).pvalue) if two else _permuted(crossed, seed)
    return Chance(
        guess,
        balanced,
        max(0.0, balanced - math.hypot(*below) * guess),
        min(1.0, balanced + math.hypot(*above) * guess),
        margin,
        equivalent,
        different,
        _conclusion(balanced > guess, equivalent, different, alpha),
    )


def _conclusion(above: bool, equivalent: float | None, different: float, alpha: float) -> str:
    if equivalent is not None and equivalent < alpha:
        return EQUIVALENT if different >= alpha else CLOSE
    if different >= alpha:
        return OPEN
    return BETTER if above else WORSE


def _balanced(counts: np.ndarray) -> float:
    return float(np.mean(np.diagonal(counts, axis1=-2, axis2=-1) / counts.sum(axis=-1)))


def _equivalence(counts: np.ndarray, margin: float) -> float:
    """Return the larger p-value of the tests that the odds ratio is below ω, and above 1/ω."""
    hits, total = int(counts[0, 0]), int(counts.sum())
    margins = total, int(counts[0].sum()), int(counts[:, 0].sum())
    odds = ((0.5 + margin) / (0.5 - margin)) ** 2
    below = float(stats.nchypergeom_fisher.cdf(hits, *margins, odds))
    above = float(stats.nchypergeom_fisher.sf(hits - 1, *margins, 1 / odds))
    return min(1.0, max(below, above))


def _permuted(counts: np.ndarray, seed: int) -> float:
    """Return the two-sided p-value of the balanced accuracy among tables of the same margins."""
    drawn = stats.random_table(counts.sum(axis=1), counts.sum(axis=0)).rvs(
        _DRAWS, random_state=rng(seed, "turing/chance")
    )
    hits = np.diagonal(drawn, axis1=1, axis2=2) / counts.sum(axis=1)
    values, own = hits.mean(axis=1), _balanced(counts)
    slack = 1e-9  # tables of equal balanced accuracy differ by rounding
    tails = [(values >= own - slack).sum(), (values <= own + slack).sum()]
    return min(1.0, 2 * (1 + int(min(tails))) / (1 + _DRAWS))
