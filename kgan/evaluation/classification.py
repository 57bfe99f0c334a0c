"""Accuracy, sensitivity, specificity and AUROC of a classifier, each with two intervals.

Wilson's takes the images as independent, as the papers do. Slices of one patient resemble each other, so the
interval that asks for new patients rather than new slices (`kgan.evaluation.clustered`) is the wider one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from kgan.errors import DataError
from kgan.evaluation.clustered import Interval, auroc_interval, rate_interval
from kgan.evaluation.predictions import Predictions
from kgan.evaluation.rates import CONFIDENCE, Rate, rate


@dataclass(frozen=True)
class Classification:
    """What a prediction table says of a classifier.

    Args:
        accuracy: over all images.
        sensitivity: over the images of the positive class.
        specificity: over the others.
        auroc: area under the ROC curve, in [0, 1]; ``None`` where a class is absent.
        note: what could not be computed and why, in words; empty otherwise.
        by_patient: intervals of "accuracy", "sensitivity", "specificity" and "auroc" with patients as units.
    """

    accuracy: Rate
    sensitivity: Rate
    specificity: Rate
    auroc: float | None
    note: str
    by_patient: Mapping[str, Interval]

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


def classification(table: Predictions, confidence: float = CONFIDENCE, seed: int = 0) -> Classification:
    """Judge a classifier by its predictions.

    Args:
        table: predictions of at least one image.
        confidence: of the intervals, in (0, 1).
        seed: of the resampling of patients.

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
        by_patient=_by_patient(table, confidence, seed),
    )


def _by_patient(table: Predictions, confidence: float, seed: int) -> dict[str, Interval]:
    positive = table.truth == 1
    judged = {"accuracy": np.ones_like(positive), "sensitivity": positive, "specificity": ~positive}
    found = {
        metric: rate_interval(table.right[mine], table.patients[mine], confidence=confidence)
        for metric, mine in judged.items()
    }
    return {**found, "auroc": auroc_interval(table, seed=seed, confidence=confidence)}


def _both(positive: np.ndarray) -> bool:
    return bool(positive.any()) and not positive.all()


def _note(positive: np.ndarray) -> str:
    if _both(positive):
        return ""
    absent, lost = ("negative", "specificity") if positive.all() else ("positive", "sensitivity")
    return f"no image of the {absent} class: {lost} and AUROC are undefined"
