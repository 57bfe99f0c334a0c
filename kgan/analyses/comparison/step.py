"""Step: judge every classifier by its stored test predictions and test the differences."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.comparison.classifiers import Classifier, classifiers_of, decided_pairs, described_pairs
from kgan.analyses.comparison.controls.derivation import POSITIVE
from kgan.analyses.comparison.controls.families import compare_controls
from kgan.analyses.comparison.controls.tables import CONTROLS, ControlDifference, control_result
from kgan.analyses.comparison.forest_plot import Row, draw_forest
from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings
from kgan.analyses.comparison.significance_tests import Comparison, compare
from kgan.analyses.comparison.tables import (
    AUROC,
    CLASSIFICATION,
    COMPARED,
    FOREST_PLOT,
    INCONCLUSIVE,
    METRICS,
    REPEATS,
    SIGNIFICANCE,
    ComparisonFacts,
    Difference,
    Performance,
    RunPerformance,
)
from kgan.data.store.store import ImageStore
from kgan.pipeline.context import StepContext
from kgan.stats.classification import Classification, classification
from kgan.stats.power import can_be_significant, never_significant
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import Replicates, group_by_split
from kgan.steps.checks.cohort_limits import Limit
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import persons_of, predictions_of


def run(context: StepContext[ComparisonSettings]) -> dict[str, Any]:
    """Write ``classification.csv``, ``significance.csv``, ``classification.png``.

    Where a classifier has several runs also ``repeats.csv``, where a setup is a control ``controls.csv``.
    The values of several runs are means, their comparison takes all of them, patient by patient;
    ``repeats.csv`` has each run by itself.

    Returns:
        dict: `ComparisonFacts`, and the files to publish.

    Raises:
        DataError: a prediction table cannot be used, or two are not of the same images.
        RunError: a classifier derives from a patient whom it was tested on.
    """
    settings = context.settings
    classifiers = classifiers_of(settings.cells)
    tables = {classifier.name: _read(context, classifier) for classifier in classifiers}
    measured = {name: classification(table) for name, table in tables.items()}
    comparisons = compare(
        tables,
        described_pairs(classifiers, settings.involving),
        settings.alpha,
        planned=decided_pairs(settings.planned),
        metric=settings.metric,
    )
    CLASSIFICATION.write(context.out, (_performance(each, measured[each.name]) for each in classifiers))
    SIGNIFICANCE.write(context.out, map(_difference, comparisons))
    draw_forest(
        context.out / FOREST_PLOT,
        [
            Row(each.title, each.variant, measured[each.name], each.published, each.control)
            for each in classifiers
        ],
    )
    written = [CLASSIFICATION.file, SIGNIFICANCE.file]
    controls = list(_controls(tables, settings))
    if controls:
        CONTROLS.write(context.out, controls)
        written.append(CONTROLS.file)
    if any(len(classifier.runs) > 1 for classifier in classifiers):
        REPEATS.write(context.out, _runs(context))
        written.append(REPEATS.file)
    publish = {f"results/{file}": file for file in written} | {f"figures/{FOREST_PLOT}": FOREST_PLOT}
    facts = _facts(tables, comparisons, controls, settings.alpha)
    return {**facts.model_dump(mode="json"), "publish": publish}


def limits(name: str, settings: ComparisonSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    splits = {cell.prepare for cell in settings.cells}
    with ImageStore(prepared / "test.h5") as store:
        persons = persons_of(prepared, store.patients)
        patients = len(splits) * _contributing(settings.metric, persons, store.labels)
    return [
        Limit(name, f"{never_significant(patients, pairs)}: test more patients (data.split) or {way_out}")
        for way_out, pairs in settings.families
        if not can_be_significant(patients, pairs, settings.alpha)
    ]


def _contributing(metric: str, persons: np.ndarray, labels: np.ndarray) -> int:
    """Return how many persons contribute to a metric: to AUROC those of the smaller class."""
    negative, positive = (len(np.unique(persons[labels == label])) for label in (0, 1))
    by_metric = {"sensitivity": positive, "specificity": negative, "auroc": min(negative, positive)}
    return by_metric.get(metric, len(np.unique(persons)))


def deviations(settings: ComparisonSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "mcnemar": "McNemar's test is exact below 25 discordant images, else chi-squared with continuity "
        "correction; Holm–Bonferroni is over the pairs of one metric. The two-step paper says neither.",
        "patients": "Conclusions have patients as units, several scans of one person as one. McNemar's test, "
        "which the two-step paper's rest on, takes slices of one patient for independent; it is shown beside "
        "them.",
        "planned": f"Conclusions are of the planned pairs alone and in {settings.metric} alone, as one "
        "family. The two-step paper decides over all pairs with a refined setup, in three metrics.",
    }


def _read(context: StepContext[ComparisonSettings], classifier: Classifier) -> Replicates:
    """Read all tables of a classifier, none of which may be of a person whom it derives from.

    A positive control derives from further patients too, and no other classifier does.
    """
    tables = []
    for cell in classifier.runs:
        table = _predictions(context, cell)
        prepared = context.inputs[cell.prepare]
        guard = LeakageGuard.of(prepared, table.patients.tolist())
        if cell.control == POSITIVE:
            guard = guard.of_positive_control()
        source_patients(context, [cell.step], guard)
        tables.append((cell.split, table))
    return group_by_split(tables)


def _predictions(context: StepContext[ComparisonSettings], cell: ComparedCell) -> Predictions:
    return predictions_of(context.inputs[cell.step], context.inputs[cell.prepare])


def _performance(classifier: Classifier, measured: Classification) -> Performance:
    values: dict[str, Any] = dict(measured.counts)
    for metric in METRICS:
        rate, by_patient = getattr(measured, metric), measured.by_patient[metric]
        values |= {
            metric: rate.value,
            f"{metric}_low": rate.low,
            f"{metric}_high": rate.high,
            f"{metric}_patients_low": by_patient.low,
            f"{metric}_patients_high": by_patient.high,
            f"published_{metric}": classifier.published.get(metric),
        }
    area = measured.by_patient[AUROC]
    return Performance(
        setup=classifier.setup,
        variant=classifier.variant,
        control=classifier.control,
        auroc=measured.auroc,
        auroc_patients_low=area.low,
        auroc_patients_high=area.high,
        patients=area.patients,
        runs=len(classifier.runs),
        **values,
        note=measured.note,
    )


def _runs(context: StepContext[ComparisonSettings]) -> Iterator[RunPerformance]:
    for classifier in classifiers_of(context.settings.cells):
        for cell in classifier.runs:
            table = _predictions(context, cell)
            measured = classification(table)
            yield RunPerformance(
                setup=cell.setup,
                variant=cell.variant,
                split=cell.split,
                seed=cell.seed,
                **{metric: getattr(measured, metric).value for metric in METRICS},
                auroc=measured.auroc,
                n=len(table),
                patients=len(np.unique(table.units)),
                note=measured.note,
            )


def _difference(comparison: Comparison) -> Difference:
    test = comparison.by_patient
    own = {name: value for name, value in vars(comparison).items() if name in Difference.model_fields}
    return Difference(
        **own,
        gain=test.gain,
        gain_low=test.interval.low,
        gain_high=test.interval.high,
        patients=test.interval.patients,
        p_patients=test.p,
    )


def _controls(tables: Mapping[str, Replicates], settings: ComparisonSettings) -> Iterator[ControlDifference]:
    for kind, comparison in compare_controls(tables, settings.controls, settings.alpha, settings.metric):
        difference = _difference(comparison)
        # A note says that there is no test, or that no difference could be significant.
        testable = not difference.note and difference.gain is not None
        shown = control_result(kind, difference.conclusion, testable) if difference.planned else ""
        yield ControlDifference(**difference.model_dump(), control=kind, result=shown)


def _facts(
    tables: Mapping[str, Replicates],
    comparisons: Sequence[Comparison],
    controls: Sequence[ControlDifference],
    alpha: float,
) -> ComparisonFacts:
    planned = [comparison for comparison in comparisons if comparison.planned]
    return ComparisonFacts(
        classifiers=len(tables),
        test_images={name: len(table.first) for name, table in tables.items()},
        comparisons=len(comparisons) // len(COMPARED),
        alpha=alpha,
        planned=len(planned),
        decided=sum(comparison.conclusion != INCONCLUSIVE for comparison in planned),
        significant={
            metric: sum(bool(pair.significant) for pair in comparisons if pair.metric == metric)
            for metric in METRICS
        },
        controls=dict(Counter(row.result for row in controls if row.result)),
    )
