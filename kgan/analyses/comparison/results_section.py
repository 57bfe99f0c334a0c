"""What a run found, as the compare step wrote it: how good each classifier is, how each pair differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgan.analyses.comparison.significance_tests import AUROC, METRICS
from kgan.files.columns import Maybe, NumericRow, Text, YesNo
from kgan.pipeline.run_folder import read_table
from kgan.report.formatting import NOTHING, SPACE, listing, number_of, percent
from kgan.report.html import Cell, Table

Limits = tuple[float | None, float | None]


class Rates(NumericRow):
    """One line of ``classification.csv``: a classifier; the other columns are rates, limits and counts."""

    setup: Text
    variant: Text = ""
    note: Text = ""


class Tested(NumericRow):
    """One line of ``significance.csv``: a pair in a metric; the other columns are numbers."""

    first: Text
    second: Text
    metric: Text
    planned: YesNo
    verdict: Text
    test: Text
    significant: Maybe[YesNo]
    note: Text = ""


@dataclass(frozen=True, eq=False)
class Result:
    """One classifier on the test images.

    Args:
        setup: what it was trained on.
        variant: how; may be empty.
        values: share by metric, and AUROC, ``None`` where it is undefined.
        limits: (low, high) of the 95 % interval by metric, with patients as units.
        slice_limits: the same of Wilson's interval, with slices as units.
        patients: in the test.
        published: share by metric where a paper gives one.
        n: test images.
        note: what could not be computed.
        shown: its name on the page.
        majority: share of the test images that are of the more frequent class.
        trainings: whose mean the figures are.
    """

    setup: str
    variant: str
    values: Mapping[str, float | None]
    limits: Mapping[str, Limits]
    slice_limits: Mapping[str, Limits] = field(default_factory=dict)
    patients: int = 0
    published: Mapping[str, float | None] = field(default_factory=dict)
    n: int = 0
    note: str = ""
    shown: str = ""
    majority: float | None = None
    trainings: int = 1


@dataclass(frozen=True)
class Difference:
    """Two classifiers in one metric; ``None`` stands for what there is none of.

    Args:
        metric: one of `kgan.analyses.comparison.significance_tests.COMPARED`.
        gain: the second's value less the first's.
        limits: (low, high) of the gain, with patients as units.
        patients: who bear on it.
        p_patients: p-value with patients as units, not adjusted.
        planned: whether the difference is of the family that is decided.
        p_patients_holm: p-value with patients as units, adjusted over that family.
        verdict: "better", "worse" or "inconclusive", by that; empty where none is decided.
        detectable: gain that is found in four of five such cohorts.
        first_only: images that only the first judged rightly.
        second_only: images that only the second judged rightly.
        p: p-value of McNemar's test, adjusted after Holm over the published family.
        note: why there is no test, or why it can find nothing.
    """

    metric: str
    gain: float | None
    limits: Limits = (None, None)
    patients: int = 0
    p_patients: float | None = None
    planned: bool = False
    p_patients_holm: float | None = None
    verdict: str = ""
    detectable: float | None = None
    first_only: int = 0
    second_only: int = 0
    p: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two classifiers: what changes from the first to the second."""

    first: Result
    second: Result
    differences: tuple[Difference, ...]

    @property
    def planned(self) -> Difference | None:
        """The difference that is decided, if any is."""
        return next((one for one in self.differences if one.planned), None)


def read_results(path: Path) -> tuple[Result, ...]:
    """Read ``classification.csv`` of the compare step; a variant is named where there are several."""
    rows = read_table(path, Rates)
    several = len({row.variant for row in rows}) > 1
    return tuple(_result(row, several) for row in rows)


def read_comparisons(path: Path, results: Sequence[Result]) -> tuple[Comparison, ...]:
    """Read ``significance.csv`` of the compare step."""
    known = {_key(result): result for result in results}
    pairs: dict[tuple[Result, Result], list[Difference]] = {}
    for row in read_table(path, Tested):
        if row.first in known and row.second in known:
            pair = known[row.first], known[row.second]
            pairs.setdefault(pair, []).append(_difference(row))
    return tuple(Comparison(*pair, tuple(found)) for pair, found in pairs.items())


def results_table(results: Sequence[Result]) -> Table:
    """Make the table of all classifiers, published figures below the measured ones."""
    rows: list[list[str | Cell]] = []
    for result in results:
        heading = Cell(result.setup, "" if result.shown == result.setup else result.variant)
        cells = [_rate(result, metric) for metric in METRICS]
        auroc = _auroc(result)
        rows.append([heading, *cells, auroc])
    columns = ["Setup", *(f"{metric.capitalize()} %" for metric in METRICS), "AUROC"]
    note = (
        f"{_tested(results)} In brackets: 95 % intervals with patients as units. “Slices”: Wilson’s "
        f"interval, for which slices of one patient count as independent, as in the papers. {_times(results)}"
    )
    if any(value is not None for result in results for value in result.published.values()):
        note += " “Paper”: the published figure, measured on other images and at full scale."
    said: dict[str, list[str]] = {}
    for result in results:
        said.setdefault(result.note, []).append(f"“{result.shown}”")
    notes = " ".join(f"{listing(who)}: {text}." for text, who in said.items() if text)
    return Table(columns, rows, note=f"{note} {notes}".strip())


def _times(results: Sequence[Result]) -> str:
    most = max(result.trainings for result in results)
    if most == 1:
        return "One run of each classifier: another seed gives other values."
    return f"Values are means of {most} runs of each classifier; the intervals are of the patients alone."


def _key(result: Result) -> str:
    """Return what the compare step calls a classifier."""
    return f"{result.setup} ({result.variant})" if result.variant else result.setup


def _result(row: Rates, several: bool) -> Result:
    variant, figures = row.variant, row.figures
    return Result(
        setup=row.setup,
        variant=variant,
        shown=f"{row.setup} ({variant})" if several and variant else row.setup,
        values={metric: figures.get(metric) for metric in (*METRICS, AUROC)},
        limits={metric: _limits(figures, f"{metric}_patients") for metric in (*METRICS, AUROC)},
        slice_limits={metric: _limits(figures, metric) for metric in METRICS},
        patients=int(figures.get("patients", 0)),
        published={metric: figures.get(f"published_{metric}") for metric in METRICS},
        n=int(figures.get("n", 0)),
        note=row.note,
        majority=_majority(figures),
        trainings=int(figures.get("trainings", 1)),
    )


def _majority(figures: Mapping[str, float]) -> float | None:
    counts = [figures.get(name) for name in ("tp", "fn", "tn", "fp")]
    if any(value is None for value in counts) or not sum(value or 0 for value in counts):
        return None
    tp, fn, tn, fp = (value or 0 for value in counts)
    return max(tp + fn, tn + fp) / (tp + fn + tn + fp)


def _difference(row: Tested) -> Difference:
    figures = row.figures
    return Difference(
        metric=row.metric,
        gain=figures.get("gain"),
        limits=_limits(figures, "gain"),
        patients=int(figures.get("patients", 0)),
        p_patients=figures.get("p_patients"),
        planned=row.planned,
        p_patients_holm=figures.get("p_patients_holm"),
        verdict=row.verdict,
        detectable=figures.get("detectable"),
        first_only=int(figures.get("first_only_right", 0)),
        second_only=int(figures.get("second_only_right", 0)),
        p=figures.get("p_holm"),
        note=row.note,
    )


def _limits(figures: Mapping[str, float], figure: str) -> Limits:
    return figures.get(f"{figure}_low"), figures.get(f"{figure}_high")


def _rate(result: Result, metric: str) -> Cell:
    value = result.values[metric]
    if value is None:
        return Cell(NOTHING)
    below = [f"slices{_bracketed(result.slice_limits.get(metric, (None, None)))}"]
    published = result.published.get(metric)
    if published is not None:
        below.append(f"paper {100 * published:.2f}")
    return Cell(f"{percent(value)}{_bracketed(result.limits[metric])}", ", ".join(below))


def _tested(results: Sequence[Result]) -> str:
    """Say on how many images of how many patients, once where it is the same for all."""
    said = [f"{number_of(one.n, 'image')} of {number_of(one.patients, 'patient')}" for one in results]
    return f"Tested on {listing(list(dict.fromkeys(said)))}."


def _auroc(result: Result) -> Cell:
    value, (low, high) = result.values[AUROC], result.limits[AUROC]
    if value is None:
        return Cell(NOTHING)
    return Cell(f"{value:.3f}", "" if low is None or high is None else f"[{low:.3f}, {high:.3f}]")


def _bracketed(limits: Limits) -> str:
    """Return an interval in brackets, nothing where there is none."""
    low, high = limits
    return "" if low is None or high is None else f" [{percent(low)},{SPACE}{percent(high)}]"
