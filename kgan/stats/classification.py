"""Accuracy, sensitivity, specificity and AUROC of a classifier, each with two intervals.

Wilson's takes the images as independent, as the papers do. Slices of one patient resemble each other, so the
interval that asks for new patients rather than new slices (`kgan.stats.clustered`) is the wider one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kgan.errors import DataError
from kgan.stats.auroc import auroc_interval, mean_auroc
from kgan.stats.clustered import Interval, proportion_interval
from kgan.stats.predictions import Predictions
from kgan.stats.proportions import CONFIDENCE, Proportion, proportion
from kgan.stats.replicates import Replicates, as_replicates


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

    accuracy: Proportion
    sensitivity: Proportion
    specificity: Proportion
    auroc: float | None
    note: str
    by_patient: Mapping[str, Interval]

    @property
    def counts(self) -> dict[str, float]:
        """The confusion table: tp, fn, tn, fp and n; means over several runs."""
        positive, negative = self.sensitivity, self.specificity
        return {
            "tp": positive.right,
            "fn": positive.n - positive.right,
            "tn": negative.right,
            "fp": negative.n - negative.right,
            "n": self.accuracy.n,
        }


def classification(predictions: Predictions | Replicates, confidence: float = CONFIDENCE) -> Classification:
    """Judge a classifier by its predictions.

    Args:
        predictions: of at least one image; of several runs the values are means.
        confidence: of the intervals, in (0, 1).

    Raises:
        DataError: the table is empty.
    """
    replicates = as_replicates(predictions)
    table, right = replicates.first, replicates.right
    if not len(table):
        raise DataError("a prediction table holds no image; expected at least one")
    positive = table.truth == 1
    return Classification(
        accuracy=proportion(right.sum(), len(table), confidence),
        sensitivity=proportion(right[positive].sum(), int(positive.sum()), confidence),
        specificity=proportion(right[~positive].sum(), int((~positive).sum()), confidence),
        auroc=mean_auroc(replicates),
        note=_note(replicates),
        by_patient=_by_patient(replicates, confidence),
    )


def _by_patient(replicates: Replicates, confidence: float) -> dict[str, Interval]:
    table, right = replicates.first, replicates.right
    positive = table.truth == 1
    judged = {"accuracy": np.ones_like(positive), "sensitivity": positive, "specificity": ~positive}
    limits = {
        metric: proportion_interval(right[chosen], table.units[chosen], confidence=confidence)
        for metric, chosen in judged.items()
    }
    return {**limits, "auroc": auroc_interval(replicates, confidence=confidence)}


def _both(positive: np.ndarray) -> bool:
    return bool(positive.any()) and not positive.all()


def _note(replicates: Replicates) -> str:
    positive = replicates.first.truth == 1
    if not _both(positive):
        absent, lost = ("negative", "specificity") if positive.all() else ("positive", "sensitivity")
        return f"no image of the {absent} class: {lost} and AUROC are undefined"
    tables = replicates.tables
    notes = []
    if not all(_both(table.truth == 1) for table in tables):
        notes.append("a split tests images of one class alone: AUROC is undefined")
    alike = [table for table in tables if len(set(table.predicted.tolist())) == 1]
    predictions = {"positive" if table.predicted[0] else "negative" for table in alike}
    if len(alike) == len(tables) and len(predictions) == 1:
        notes.append(
            f"calls every image {predictions.pop()}, so that its accuracy is no more than the share of "
            "that class"
        )
    elif alike:
        notes.append(
            f"{len(alike)} of {len(tables)} runs call every image {' or '.join(sorted(predictions))}"
        )
    return "; ".join(notes)
