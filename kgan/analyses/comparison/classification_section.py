"""Tables of the classification: each classifier beside published values, and each run by itself."""

import statistics
from collections.abc import Mapping, Sequence

from kgan import registry
from kgan.analyses.comparison.results import Result
from kgan.analyses.comparison.tables import AUROC, METRICS, Limits, Performance, RunPerformance
from kgan.report.elements import Forest, ForestRow
from kgan.report.formatting import NOTHING, SPACE, listing, number_of, percent
from kgan.report.html import Cell, Table

#: Split and seed.
_Replicate = tuple[int, int]
_REPLICATES_NOTE = (
    "Each run’s accuracy; below it sensitivity and specificity. SD: standard deviation over the runs. What "
    "differs from column to column is chance: the initial weights and orders of a seed, the patients of a "
    "split."
)


def results_table(results: Sequence[Result]) -> Table:
    """Make the table of all classifiers, published values below the measured ones."""
    columns = ["Setup", *(f"{metric.capitalize()} %" for metric in METRICS), "AUROC"]
    note = (
        f"{_tested(results)} In brackets: 95 % intervals with patients as units. “Slices”: Wilson’s "
        f"interval, for which slices of one patient count as independent, as in the papers. {_runs(results)}"
    )
    if any(result.row.published(metric) is not None for result in results for metric in METRICS):
        note += " “Paper”: the published value, measured on other images and at full scale."
    classifiers: dict[str, list[str]] = {}
    for result in results:
        classifiers.setdefault(result.row.note, []).append(f"“{result.shown}”")
    notes = " ".join(f"{listing(names)}: {text}." for text, names in classifiers.items() if text)
    return Table(columns, [_row(result) for result in results], note=f"{note} {notes}".strip())


def rate_forests(results: Sequence[Result]) -> list[Forest]:
    """Make a figure for each rate: all classifiers with their intervals, published values as strokes."""
    return [_rate_forest(results, metric) for metric in METRICS]


def _rate_forest(results: Sequence[Result], metric: str) -> Forest:
    caption = f"95{SPACE}% intervals, patients as units"
    published = any(result.row.published(metric) is not None for result in results)
    return Forest(
        title=metric.capitalize(),
        columns=("Setup", "%"),
        rows=[_forest_row(result, metric) for result in results],
        caption=f"{caption}; upright strokes are published values." if published else f"{caption}.",
    )


def _forest_row(result: Result, metric: str) -> ForestRow:
    numbers = (result.row.value(metric), *result.row.limits(metric), result.row.published(metric))
    value, low, high, published = (None if number is None else 100 * number for number in numbers)
    text = percent(result.row.value(metric))
    return ForestRow(result.shown, value, low, high, text, reference=published)


def replicates_table(rows: Sequence[RunPerformance], labels: Mapping[str, str]) -> Table:
    """Make the table of all runs, side by side.

    Args:
        rows: of all runs.
        labels: display names of GANs, curations and refiners.
    """
    several = len({row.variant for row in rows}) > 1
    replicates = list(dict.fromkeys((row.split, row.seed) for row in rows))
    runs: dict[tuple[str, str], dict[_Replicate, RunPerformance]] = {}
    for row in rows:
        runs.setdefault((row.setup, row.variant), {})[row.split, row.seed] = row
    lines = [
        [
            Cell(registry.setup_name(setup, labels), variant if several else ""),
            _spread(list(by_replicate.values())),
            *(_run_cell(by_replicate.get(replicate)) for replicate in replicates),
        ]
        for (setup, variant), by_replicate in runs.items()
    ]
    headings = (_heading(replicate, replicates) for replicate in replicates)
    columns = ["Setup", "Accuracy %, mean ± SD", *headings]
    return Table(
        columns, lines, note=_REPLICATES_NOTE, heading=f"Each of the {len(replicates)} runs by itself"
    )


def _row(result: Result) -> list[str | Cell]:
    row = result.row
    control = f"{row.control} control" if row.control else ""
    variant = "" if result.shown == result.title else row.variant
    heading = Cell(result.title, ", ".join(text for text in (variant, control) if text))
    return [heading, *(_rate(row, metric) for metric in METRICS), _auroc(row)]


def _tested(results: Sequence[Result]) -> str:
    """Say on how many images of how many patients, once where it is the same for all."""
    sizes = [(result.row.n, result.row.patients) for result in results]
    texts = [
        f"{number_of(images, 'image')} of {number_of(patients, 'patient')}" for images, patients in sizes
    ]
    return f"Tested on {listing(list(dict.fromkeys(texts)))}."


def _runs(results: Sequence[Result]) -> str:
    most = max(result.row.runs for result in results)
    if most == 1:
        return "One run of each classifier: another seed gives other values."
    return f"Values are means of {most} runs of each classifier; the intervals are of the patients alone."


def _rate(row: Performance, metric: str) -> Cell:
    value, published = row.value(metric), row.published(metric)
    if value is None:
        return Cell(NOTHING)
    below = [f"slices{_bracketed(row.slice_limits(metric))}"]
    if published is not None:
        below.append(f"paper {100 * published:.2f}")
    return Cell(f"{percent(value)}{_bracketed(row.limits(metric))}", ", ".join(below))


def _auroc(row: Performance) -> Cell:
    low, high = row.limits(AUROC)
    if row.auroc is None:
        return Cell(NOTHING)
    return Cell(f"{row.auroc:.3f}", "" if low is None or high is None else f"[{low:.3f}, {high:.3f}]")


def _bracketed(limits: Limits) -> str:
    """Return an interval in brackets, nothing where there is none."""
    low, high = limits
    return "" if low is None or high is None else f" [{percent(low)},{SPACE}{percent(high)}]"


def _heading(replicate: _Replicate, replicates: Sequence[_Replicate]) -> str:
    names = ("split", "seed")
    return ", ".join(
        f"{name} {number}"
        for name, number, numbers in zip(names, replicate, zip(*replicates, strict=True), strict=True)
        if len(set(numbers)) > 1
    )


def _run_cell(row: RunPerformance | None) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return Cell(percent(row.accuracy), f"{percent(row.sensitivity)} / {percent(row.specificity)}")


def _spread(rows: Sequence[RunPerformance]) -> Cell:
    values = [row.accuracy for row in rows if row.accuracy is not None]
    if len(values) < 2:
        return Cell(NOTHING)
    return Cell(f"{percent(statistics.mean(values))} ± {percent(statistics.stdev(values))}")
