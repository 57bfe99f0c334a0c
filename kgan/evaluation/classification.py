"""Accuracy, sensitivity and specificity of a classifier, each with its Wilson interval.

The images count as independent, as in the papers. Slices of one patient resemble each other, so an interval
that asked for new patients rather than new slices would be wider.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from kgan.errors import DataError
from kgan.evaluation.predictions import Predictions

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """A share of right answers with its interval; every figure is ``None`` where there is no image to judge.

    Args:
        value: right / n, in [0, 1].
        low: lower end of the Wilson interval.
        high: upper end of the Wilson interval.
        right: images judged rightly.
        n: images judged.
    """

    value: float | None
    low: float | None
    high: float | None
    right: int
    n: int


@dataclass(frozen=True)
class Classification:
    """What a prediction table says of a classifier.

    Args:
        accuracy: over all images.
        sensitivity: over the images of the positive class.
        specificity: over the others.
        auroc: area under the ROC curve, in [0, 1]; ``None`` where a class is absent.
        note: what could not be computed and why, in words; empty otherwise.
    """

    accuracy: Rate
    sensitivity: Rate
    specificity: Rate
    auroc: float | None
    note: str

    @property
    def counts(self) -> dict[str, int]:
        """The confusion table: tp, fn, tn, fp and n."""
        positive, negative = self.sensitivity, self.specificity
        return {
            "tp": positive.right,
            "fn": positive.n - positive.right,
            "tn": negative.right,
            "fp": negative.n - negative.right,
            "n": self.accuracy.n,
        }


def rate(right: int, n: int, confidence: float = CONFIDENCE) -> Rate:
    """Return a share and its Wilson interval.

    Args:
        right: images judged rightly, 0 ... n.
        n: images judged.
        confidence: of the interval, in (0, 1).

    Reference: E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209–212.
    """
    if n == 0:
        return Rate(None, None, None, 0, 0)
    low, high = proportion_confint(right, n, alpha=1 - confidence, method="wilson")
    low, high = (round(float(bound), 12) for bound in (low, high))  # 0 of n gives 3e-17 otherwise
    return Rate(right / n, low, high, int(right), int(n))


def classification(table: Predictions, confidence: float = CONFIDENCE) -> Classification:
    """Judge a classifier by its predictions.

    Args:
        table: predictions of at least one image.
        confidence: of the intervals, in (0, 1).

    Raises:
        DataError: the table is empty.
    """
    if not len(table):
        raise DataError("a prediction table holds no image; expected at least one")
    positive = table.truth == 1
    right = table.right
    return Classification(
        accuracy=rate(int(right.sum()), len(table), confidence),
        sensitivity=rate(int(right[positive].sum()), int(positive.sum()), confidence),
        specificity=rate(int(right[~positive].sum()), int((~positive).sum()), confidence),
        auroc=float(roc_auc_score(positive, table.scores)) if _both(positive) else None,
        note=_note(positive),
    )


def _both(positive: np.ndarray) -> bool:
    return bool(positive.any()) and not positive.all()


def _note(positive: np.ndarray) -> str:
    if _both(positive):
        return ""
    absent, lost = ("negative", "specificity") if positive.all() else ("positive", "sensitivity")
    return f"no image of the {absent} class: {lost} and AUROC are undefined"
