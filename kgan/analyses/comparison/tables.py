"""Tables of the comparison: the performance of each classifier and of each run, and each difference."""

from pydantic import BaseModel, ConfigDict

from kgan.files.columns import Count, Maybe, Real, Row, Share, Text, YesNo
from kgan.files.tables import Table

#: Rates, which McNemar's test can be taken of.
METRICS = ("accuracy", "sensitivity", "specificity")
AUROC = "auroc"
COMPARED = (*METRICS, AUROC)
#: Conclusions: the second of two classifiers than the first.
BETTER, WORSE, INCONCLUSIVE = "better", "worse", "inconclusive"
FOREST_PLOT = "classification.png"

Limits = tuple[float | None, float | None]


class Performance(Row):
    """A classifier on the test images: means over its runs, 95 % intervals.

    ``control`` is "positive" or "negative" where its setup is a control, of which the right answer is known.
    ``*_low`` and ``*_high`` are Wilson's, slices as units; ``*_patients_low`` and ``*_patients_high`` have
    patients as units. ``tp``, ``fn``, ``tn``, ``fp`` and ``n`` are numbers of images.
    """

    setup: Text
    variant: Text
    control: Text = ""
    accuracy: Maybe[Share]
    accuracy_low: Maybe[Real]
    accuracy_high: Maybe[Real]
    accuracy_patients_low: Maybe[Real]
    accuracy_patients_high: Maybe[Real]
    sensitivity: Maybe[Share]
    sensitivity_low: Maybe[Real]
    sensitivity_high: Maybe[Real]
    sensitivity_patients_low: Maybe[Real]
    sensitivity_patients_high: Maybe[Real]
    specificity: Maybe[Share]
    specificity_low: Maybe[Real]
    specificity_high: Maybe[Real]
    specificity_patients_low: Maybe[Real]
    specificity_patients_high: Maybe[Real]
    auroc: Maybe[Share]
    auroc_patients_low: Maybe[Real]
    auroc_patients_high: Maybe[Real]
    patients: Count
    runs: Count
    tp: Real
    fn: Real
    tn: Real
    fp: Real
    n: Count
    published_accuracy: Maybe[Share]
    published_sensitivity: Maybe[Share]
    published_specificity: Maybe[Share]
    note: Text

    @property
    def name(self) -> str:
        """What the tables call it."""
        return classifier_name(self.setup, self.variant)

    @property
    def majority(self) -> float | None:
        """Share of the test images that are of the more frequent class; ``None`` without images."""
        images = self.tp + self.fn + self.tn + self.fp
        return max(self.tp + self.fn, self.tn + self.fp) / images if images else None

    def value(self, metric: str) -> float | None:
        """Return a metric of `COMPARED`, in [0, 1]; ``None`` where it is undefined."""
        value: float | None = getattr(self, metric)
        return value

    def limits(self, metric: str) -> Limits:
        """Return the interval of a metric of `COMPARED` with patients as units."""
        return getattr(self, f"{metric}_patients_low"), getattr(self, f"{metric}_patients_high")

    def slice_limits(self, metric: str) -> Limits:
        """Return Wilson's interval of a metric of `METRICS`."""
        return getattr(self, f"{metric}_low"), getattr(self, f"{metric}_high")

    def published(self, metric: str) -> float | None:
        """Return what a paper reports of a metric of `METRICS`, in [0, 1]; ``None`` where it does not."""
        value: float | None = getattr(self, f"published_{metric}")
        return value


class Difference(Row):
    """Two classifiers in one metric.

    Args:
        first: name of a classifier.
        second: of another.
        metric: one of `COMPARED`.
        planned: whether the difference is of the family that receives conclusions.
        first_only_right: images that only the first classified correctly, in the first run.
        second_only_right: images that only the second classified correctly.
        n: images of the metric.
        gain: the second's value less the first's.
        gain_low: lower limit, patients as units.
        gain_high: upper limit.
        patients: that contribute.
        p_patients: p-value with patients as units, not adjusted.
        p_patients_holm: the same, adjusted over the planned family.
        conclusion: `BETTER`, `WORSE` or `INCONCLUSIVE`; empty where none is given.
        detectable: the difference that is detected with 80 % power.
        test: the kind of McNemar's test.
        statistic: of that test.
        p: of that test.
        p_holm: the same, adjusted over the published family.
        significant: whether ``p_holm`` is below the threshold.
        note: why there is no test, or why no difference is detectable.
    """

    first: Text
    second: Text
    metric: Text
    planned: YesNo
    first_only_right: Maybe[Count]
    second_only_right: Maybe[Count]
    n: Count
    gain: Maybe[Real]
    gain_low: Maybe[Real]
    gain_high: Maybe[Real]
    patients: Count
    p_patients: Maybe[Real]
    p_patients_holm: Maybe[Real]
    conclusion: Text
    detectable: Maybe[Real]
    test: Text
    statistic: Maybe[Real]
    p: Maybe[Real]
    p_holm: Maybe[Real]
    significant: Maybe[YesNo]
    note: Text

    def turned(self) -> "Difference":
        """Return the same seen from the other side: the first classifier less the second."""
        return self.model_copy(
            update={
                "first": self.second,
                "second": self.first,
                "first_only_right": self.second_only_right,
                "second_only_right": self.first_only_right,
                "gain": _negative(self.gain),
                "gain_low": _negative(self.gain_high),
                "gain_high": _negative(self.gain_low),
                "conclusion": {BETTER: WORSE, WORSE: BETTER}.get(self.conclusion, self.conclusion),
            }
        )


class RunPerformance(Row):
    """One run of a classifier: on which split of the patients, with which seed, both from 1."""

    setup: Text
    variant: Text
    split: Count
    seed: Count
    accuracy: Maybe[Share]
    sensitivity: Maybe[Share]
    specificity: Maybe[Share]
    auroc: Maybe[Share]
    n: Count
    patients: Count
    note: Text


CLASSIFICATION = Table("classification.csv", Performance)
SIGNIFICANCE = Table("significance.csv", Difference)
#: Written where a classifier has several runs.
REPEATS = Table("repeats.csv", RunPerformance)


class ComparisonFacts(BaseModel):
    """What the step's manifest says of the comparison.

    Args:
        classifiers: number of them.
        test_images: of each, by name.
        comparisons: pairs.
        alpha: threshold of significance.
        planned: comparisons that receive a conclusion.
        decided: those of them that are not inconclusive.
        significant: published comparisons that are significant, by metric.
        controls: number of controls with each result.
    """

    model_config = ConfigDict(frozen=True)

    classifiers: int
    test_images: dict[str, int]
    comparisons: int
    alpha: float
    planned: int
    decided: int
    significant: dict[str, int]
    controls: dict[str, int] = {}


def classifier_name(setup: str, variant: str) -> str:
    """Return what the tables call a classifier: the setup, and the variant in brackets."""
    return f"{setup} ({variant})" if variant else setup


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
