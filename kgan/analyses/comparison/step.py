"""Step: judge every classifier by its stored test predictions and test the differences."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.comparison.forest_plot import Row, draw_forest
from kgan.analyses.comparison.significance_tests import (
    COMPARED,
    INCONCLUSIVE,
    METRICS,
    Comparison,
    Pair,
    compare,
)
from kgan.data.store.store import ImageStore
from kgan.errors import RecipeError, did_you_mean
from kgan.files.tables import write_records
from kgan.pipeline.context import StepContext
from kgan.stats.classification import Classification, classification
from kgan.stats.power import can_be_significant, never_significant
from kgan.stats.replicates import Replicates, group_by_split
from kgan.steps.checks.cohort_limits import Limit
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import persons_of, predictions_of

ENDS = ("", "_low", "_high", "_patients_low", "_patients_high")
CLASSIFICATION = (
    "setup",
    "variant",
    *(metric + end for metric in METRICS for end in ENDS),
    *("auroc", "auroc_patients_low", "auroc_patients_high", "patients", "trainings"),
    *("tp", "fn", "tn", "fp", "n"),
    *(f"published_{metric}" for metric in METRICS),
    "note",
)
SIGNIFICANCE = (
    *("first", "second", "metric", "planned", "first_only_right", "second_only_right", "n"),
    *("gain", "gain_low", "gain_high", "patients", "p_patients", "p_patients_holm", "verdict", "detectable"),
    *("test", "statistic", "p", "p_holm", "significant"),
    "note",
)
REPEATS = ("setup", "variant", "split", "seed", *METRICS, "auroc", "n", "patients", "note")


@dataclass(frozen=True)
class Cell:
    """One classifier: a DA setup in one variant, trained once or several times.

    Args:
        setup: name of the DA setup.
        variant: how it was trained, e.g. ``"pretrained"``; may be empty.
        trainings: of each the split of the patients, the number of its seed, the step that prepared the
            split, and the classify step whose folder holds ``predictions.csv``.
        published: rates in [0, 1] by metric, where a paper gives them.
    """

    setup: str
    variant: str = ""
    trainings: Sequence[tuple[int, int, str, str]] = ()
    published: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the tables call it: the setup, and the variant in brackets."""
        return f"{self.setup} ({self.variant})" if self.variant else self.setup


def run(context: StepContext) -> dict[str, Any]:
    """Write ``classification.csv``, ``significance.csv``, ``classification.png``, perhaps ``repeats.csv``.

    The figures of several trainings are means, their comparison takes all of them, patient by patient;
    ``repeats.csv`` has each training by itself.

    Settings:
        cells: a list of {step, setup, variant, published, prepare, split, seed}; ``published`` maps metrics
            to percentages and may be left out, as may ``variant``; those of one setup and variant are
            runs of one classifier, on a split of the patients and with a seed, 1 each unless given.
        alpha: threshold of significance; 0.05 unless given.
        metric: the primary one, accuracy unless given.
        planned: a list of {first, second, variant}: setups that are compared as planned, in the primary
            metric, the second with the first; all that are compared unless given.
        pairs: pairs of positions in ``cells`` that are compared besides; or
        involving: names of setups; every pair with at least one of them is compared. Without ``pairs`` and
            ``involving`` every pair is.

    Returns:
        dict: facts for the manifest, and the files to publish.

    Raises:
        RecipeError: ``planned``, ``pairs`` or ``involving`` names what is not there.
        DataError: a prediction table cannot be used, or two are not of the same images.
        RunError: a classifier derives from a patient whom it was tested on.
    """
    cells = _cells(context.settings["cells"])
    tables = {cell.name: _read(context, cell) for cell in cells}
    measured = {name: classification(table) for name, table in tables.items()}
    alpha = float(context.settings.get("alpha", 0.05))
    comparisons = compare(
        tables,
        _pairs(cells, context.settings),
        alpha,
        planned=_planned(cells, context.settings.get("planned")),
        metric=context.settings.get("metric", "accuracy"),
    )
    _write_classification(context.out / "classification.csv", cells, measured)
    _write_significance(context.out / "significance.csv", comparisons)
    several = any(len(cell.trainings) > 1 for cell in cells)
    if several:
        _write_repeats(context, cells)
    rows = [Row(cell.setup, cell.variant, measured[cell.name], cell.published) for cell in cells]
    draw_forest(context.out / "classification.png", rows)
    facts = _facts(tables, comparisons, alpha)
    if several:
        facts["publish"]["results/repeats.csv"] = "repeats.csv"
    return facts


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    planned, splits = settings.get("planned"), {cell.get("prepare") for cell in settings["cells"]}
    with ImageStore(prepared / "test.h5") as store:
        persons = persons_of(prepared, store.patients)
        patients = len(splits) * _bearing(settings.get("metric", "accuracy"), persons, store.labels)
    if not planned or can_be_significant(patients, len(planned), settings.get("alpha", 0.05)):
        return []
    way_out = "test more patients (data.split) or plan fewer (compare.planned)"
    return [Limit(name, f"{never_significant(patients, len(planned))}: {way_out}")]


def _bearing(metric: str, persons: np.ndarray, labels: np.ndarray) -> int:
    """Return how many persons bear on a metric: on AUROC those of the smaller class."""
    negative, positive = (len(np.unique(persons[labels == label])) for label in (0, 1))
    by_metric = {"sensitivity": positive, "specificity": negative, "auroc": min(negative, positive)}
    return by_metric.get(metric, len(np.unique(persons)))


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    metric = settings.get("metric", "accuracy")
    return {
        "mcnemar": "McNemar's test is exact below 25 discordant images, else chi-squared with continuity "
        "correction; Holm–Bonferroni is over the pairs of one metric. The two-step paper says neither.",
        "patients": "Verdicts have patients as units, several scans of one person as one. McNemar's test, "
        "which the two-step paper's rest on, takes slices of one patient for independent; it is shown beside "
        "them.",
        "planned": f"Verdicts are of the planned pairs alone and in {metric} alone, as one family. The "
        "two-step paper decides over all pairs with a refined setup, in three metrics.",
    }


def _cells(settings: Sequence[Mapping[str, Any]]) -> list[Cell]:
    found: dict[tuple[str, str], Cell] = {}
    for about in settings:
        published = {metric: value / 100 for metric, value in (about.get("published") or {}).items()}
        key = about["setup"], about.get("variant") or ""
        prepared = about.get("prepare", "prepare")
        training = about.get("split", 1), about.get("seed", 1), prepared, about["step"]
        known = found.get(key, Cell(*key, published=published))
        found[key] = replace(known, trainings=(*known.trainings, training))
    return list(found.values())


def _read(context: StepContext, cell: Cell) -> Replicates:
    """Read all tables of a classifier, none of which may be of a person whom it derives from."""
    found = []
    for split, _, prepared, step in cell.trainings:
        table = predictions_of(context.inputs[step], context.inputs[prepared])
        source_patients(context, [step], LeakageGuard.of(context.inputs[prepared], table.patients.tolist()))
        found.append((split, table))
    return group_by_split(found)


def _pairs(cells: Sequence[Cell], settings: Mapping[str, Any]) -> list[Pair]:
    if settings.get("pairs") is not None:
        return [_numbered(cells, pair) for pair in settings["pairs"]]
    setups = {cell.setup for cell in cells}
    involving = setups if settings.get("involving") is None else settings["involving"]
    for setup in involving:
        _classified(setup, setups)
    everyone = itertools.combinations(cells, 2)
    return [(a.name, b.name) for a, b in everyone if a.setup in involving or b.setup in involving]


def _planned(cells: Sequence[Cell], asked: Sequence[Mapping[str, str]] | None) -> list[Pair] | None:
    if asked is None:
        return None
    names = {(cell.setup, cell.variant): cell.name for cell in cells}
    for pair in asked:
        for side in ("first", "second"):
            _classified(pair[side], {cell.setup for cell in cells if cell.variant == pair["variant"]})
    return [(names[one["first"], one["variant"]], names[one["second"], one["variant"]]) for one in asked]


def _classified(setup: str, setups: Collection[str]) -> None:
    if setup not in setups:
        raise RecipeError(
            f"compare: no setup {setup!r} was classified{did_you_mean(setup, setups)}; "
            f"there are {', '.join(sorted(setups))}"
        )


def _numbered(cells: Sequence[Cell], pair: Sequence[int]) -> Pair:
    if len(pair) != 2 or pair[0] == pair[1] or not all(0 <= place < len(cells) for place in pair):
        raise RecipeError(
            f"compare: pair {list(pair)} does not name two different cells, "
            f"expected numbers from 0 to {len(cells) - 1}"
        )
    return cells[pair[0]].name, cells[pair[1]].name


def _write_classification(path: Path, cells: Sequence[Cell], measured: Mapping[str, Classification]) -> None:
    lines = []
    for cell in cells:
        figures = measured[cell.name]
        line: dict[str, Any] = {"setup": cell.setup, "variant": cell.variant, **figures.counts}
        for metric in METRICS:
            rate, among = getattr(figures, metric), figures.by_patient[metric]
            line |= zip(
                (metric + end for end in ENDS),
                (rate.value, rate.low, rate.high, among.low, among.high),
                strict=True,
            )
            line[f"published_{metric}"] = cell.published.get(metric)
        among = figures.by_patient["auroc"]
        line |= {"auroc": figures.auroc, "auroc_patients_low": among.low, "auroc_patients_high": among.high}
        lines.append(
            line | {"patients": among.patients, "trainings": len(cell.trainings), "note": figures.note}
        )
    write_records(path, CLASSIFICATION, lines)


def _write_repeats(context: StepContext, cells: Sequence[Cell]) -> None:
    lines = []
    for cell in cells:
        for split, seed, prepared, step in cell.trainings:
            table = predictions_of(context.inputs[step], context.inputs[prepared])
            found = classification(table)
            about = {"setup": cell.setup, "variant": cell.variant, "split": split, "seed": seed}
            rates = {metric: getattr(found, metric).value for metric in METRICS}
            patients = len(np.unique(table.units))
            sizes = {"n": len(table), "patients": patients, "note": found.note}
            lines.append(about | rates | {"auroc": found.auroc} | sizes)
    write_records(context.out / "repeats.csv", REPEATS, lines)


def _write_significance(path: Path, comparisons: Sequence[Comparison]) -> None:
    lines = []
    for one in comparisons:
        test = one.by_patient
        limits = {"gain_low": test.interval.low, "gain_high": test.interval.high}
        patients = {"patients": test.interval.patients, "p_patients": test.p}
        lines.append({**vars(one), "gain": test.gain, **limits, **patients})
    write_records(path, SIGNIFICANCE, lines)


def _facts(
    tables: Mapping[str, Replicates], comparisons: Sequence[Comparison], alpha: float
) -> dict[str, Any]:
    decided = [one for one in comparisons if one.planned]
    return {
        "classifiers": len(tables),
        "test_images": {name: len(table.first) for name, table in tables.items()},
        "comparisons": len(comparisons) // len(COMPARED),
        "alpha": alpha,
        "planned": len(decided),
        "decided": sum(one.verdict != INCONCLUSIVE for one in decided),
        "significant": {
            metric: sum(bool(one.significant) for one in comparisons if one.metric == metric)
            for metric in METRICS
        },
        "publish": {
            "results/classification.csv": "classification.csv",
            "results/significance.csv": "significance.csv",
            "figures/classification.png": "classification.png",
        },
    }
