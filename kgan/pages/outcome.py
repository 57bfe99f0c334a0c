"""What a run found: how good each classifier is, which differences are significant, and sentences on both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgan.pages.found import read_table
from kgan.pages.html import Cell, Table
from kgan.pages.words import NOTHING, SPACE, count, listing, number, p_value, percent, points

METRICS = ("accuracy", "sensitivity", "specificity")


@dataclass(frozen=True, eq=False)
class Result:
    """One classifier on the test images.

    Args:
        setup: what it was trained on.
        variant: how; may be empty.
        values: share by metric, ``None`` where it is undefined.
        limits: (low, high) of the 95 % Wilson interval by metric.
        published: share by metric where a paper gives one.
        auroc: area under the ROC curve.
        n: test images.
        note: what could not be computed.
        shown: its name on the page.
        majority: share of the test images that are of the more frequent class.
    """

    setup: str
    variant: str
    values: Mapping[str, float | None]
    limits: Mapping[str, tuple[float | None, float | None]]
    published: Mapping[str, float | None] = field(default_factory=dict)
    auroc: float | None = None
    n: int = 0
    note: str = ""
    shown: str = ""
    majority: float | None = None


@dataclass(frozen=True)
class Difference:
    """Two classifiers in one metric.

    Args:
        metric: one of `METRICS`.
        gain: share of the second less that of the first; ``None`` where either is undefined.
        first_only: images that only the first judged rightly.
        second_only: images that only the second judged rightly.
        p: p-value adjusted after Holm.
        significant: whether it is below the threshold.
    """

    metric: str
    gain: float | None
    first_only: int
    second_only: int
    p: float | None
    significant: bool


@dataclass(frozen=True)
class Comparison:
    """Two classifiers: what changes from the first to the second."""

    first: Result
    second: Result
    differences: tuple[Difference, ...]

    @property
    def significant(self) -> bool:
        """Whether any of the differences is."""
        return any(one.significant for one in self.differences)


def read_results(path: Path) -> tuple[Result, ...]:
    """Read ``classification.csv`` of the compare step; a variant is named where there are several."""
    rows = read_table(path)
    several = len({row.get("variant") for row in rows}) > 1
    return tuple(_result(row, several) for row in rows)


def read_comparisons(path: Path, results: Sequence[Result]) -> tuple[Comparison, ...]:
    """Read ``significance.csv`` of the compare step; the gains are taken from the results."""
    known = {_key(result): result for result in results}
    pairs: dict[tuple[Result, Result], list[Difference]] = {}
    for row in read_table(path):
        if row["first"] in known and row["second"] in known:
            pair = known[row["first"]], known[row["second"]]
            pairs.setdefault(pair, []).append(_difference(row, *pair))
    return tuple(Comparison(*pair, tuple(found)) for pair, found in pairs.items())


def results_table(results: Sequence[Result]) -> Table:
    """Make the table of all classifiers, published figures below the measured ones."""
    rows: list[list[str | Cell]] = []
    for result in results:
        heading = Cell(result.setup, "" if result.shown == result.setup else result.variant)
        cells = [_rate(result, metric) for metric in METRICS]
        auroc = NOTHING if result.auroc is None else f"{result.auroc:.3f}"
        rows.append([heading, *cells, auroc, count(result.n)])
    columns = ["Setup", *(f"{metric.capitalize()} %" for metric in METRICS), "AUROC", "Test images"]
    note = (
        "In brackets: 95 % Wilson intervals, for which slices of one patient count as independent; with "
        "patients as units they would be wider. Each classifier was trained once: another seed gives others."
    )
    if any(value is not None for result in results for value in result.published.values()):
        note += " “Paper”: the published figure, measured on other images and at full scale."
    notes = " ".join(dict.fromkeys(f"{result.shown}: {result.note}." for result in results if result.note))
    return Table(columns, rows, note=f"{note} {notes}".strip())


def comparisons_table(comparisons: Sequence[Comparison], alpha: float) -> Table:
    """Make the table of all comparisons, the significant differences in bold."""
    rows = []
    for comparison in comparisons:
        found = {one.metric: one for one in comparison.differences}
        cells = [_gain(found.get(metric)) for metric in METRICS]
        rows.append([Cell(comparison.second.shown, f"against {comparison.first.shown}"), *cells])
    columns = ["Comparison", *(f"{metric.capitalize()}, points" for metric in METRICS)]
    return Table(
        columns,
        rows,
        note=f"Bold: significant at {alpha:g} after Holm–Bonferroni over the {len(comparisons)} comparisons "
        "of each metric (McNemar’s test on the same test images). Pairs of counts: images that only the "
        "setup named first judged rightly, and those that only the other did. Sensitivity and specificity "
        "hold at one threshold, 0.5, and move against each other with it. Pairs not in the table were not "
        "tested (compare.involving in the recipe).",
    )


def sentence(comparison: Comparison) -> str:
    """Say in one sentence what changes from the first classifier to the second."""
    first, second = comparison.first, comparison.second
    parts = [_part(one, first, second) for one in comparison.differences]
    return f"“{second.shown}” against “{first.shown}”: {'; '.join(parts)}."


def answer(results: Sequence[Result], comparisons: Sequence[Comparison], alpha: float) -> tuple[str, ...]:
    """Answer in a few sentences whether the augmented setups differ, claiming no more than the tests do."""
    judged = [result for result in results if result.values.get("accuracy") is not None]
    if not judged:
        return ()
    best = max(judged, key=lambda result: result.values["accuracy"] or 0.0)
    alike = [result for result in judged if result.values["accuracy"] == best.values["accuracy"]]
    highest, names = _with_limits(best, "accuracy"), listing([f"“{result.shown}”" for result in alike])
    sentences = [f"Highest accuracy of {len(results)} classifiers: {highest}, by {names}."]
    if best.majority is not None:
        share = f"{percent(best.majority)}{SPACE}%"
        sentences.append(f"Always giving the more frequent class would be right for {share} of the images.")
    base = next((result for result in judged if result.variant == best.variant), judged[0])
    if base not in alike:
        tested = _tested(best, base, comparisons)
        sentences.append(f"“{base.shown}”: {_with_limits(base, 'accuracy')}.{tested}")
    if comparisons:
        sentences.append(_tally(comparisons, alpha))
    return tuple(sentences)


def _tested(best: Result, base: Result, comparisons: Sequence[Comparison]) -> str:
    pair = next((one for one in comparisons if {one.first, one.second} == {best, base}), None)
    found = next((one for one in pair.differences if one.metric == "accuracy"), None) if pair else None
    if found is None:
        return " The two were not tested against each other."
    verdict = "is significant" if found.significant else "is not significant"
    return f" The difference {verdict} (Holm-corrected {_p(found.p)})."


def _tally(comparisons: Sequence[Comparison], alpha: float) -> str:
    found = [one.metric for pair in comparisons for one in pair.differences if one.significant]
    counts = {metric: found.count(metric) for metric in METRICS}
    pairs = f"{len(comparisons)} pairs of classifiers" if len(comparisons) > 1 else "the one pair compared"
    if not any(counts.values()):
        return (
            f"No difference among {pairs} is significant at {alpha:g} after correction for their number: "
            "this run does not show that one setup is better than another, nor that they are equal."
        )
    numbers = ", ".join(f"{metric} in {counts[metric]}" for metric in METRICS)
    return f"Of {pairs}, significantly different at {alpha:g} after correction: {numbers}."


def _key(result: Result) -> str:
    """Return what the compare step calls a classifier."""
    return f"{result.setup} ({result.variant})" if result.variant else result.setup


def _result(row: Mapping[str, str], several: bool) -> Result:
    variant = row.get("variant", "")
    return Result(
        setup=row["setup"],
        variant=variant,
        shown=f"{row['setup']} ({variant})" if several and variant else row["setup"],
        values={metric: number(row.get(metric)) for metric in METRICS},
        limits={
            metric: (number(row.get(f"{metric}_low")), number(row.get(f"{metric}_high")))
            for metric in METRICS
        },
        published={metric: number(row.get(f"published_{metric}")) for metric in METRICS},
        auroc=number(row.get("auroc")),
        n=int(number(row.get("n")) or 0),
        note=row.get("note", ""),
        majority=_majority(row),
    )


def _majority(row: Mapping[str, str]) -> float | None:
    counts = [number(row.get(name)) for name in ("tp", "fn", "tn", "fp")]
    if any(value is None for value in counts) or not sum(value or 0 for value in counts):
        return None
    tp, fn, tn, fp = (value or 0 for value in counts)
    return max(tp + fn, tn + fp) / (tp + fn + tn + fp)


def _difference(row: Mapping[str, str], first: Result, second: Result) -> Difference:
    metric = row["metric"]
    before, after = first.values[metric], second.values[metric]
    return Difference(
        metric=metric,
        gain=None if before is None or after is None else after - before,
        first_only=int(number(row.get("first_only_right")) or 0),
        second_only=int(number(row.get("second_only_right")) or 0),
        p=number(row.get("p_holm")),
        significant=row.get("significant") == "yes",
    )


def _rate(result: Result, metric: str) -> Cell:
    low, high = result.limits[metric]
    value = result.values[metric]
    if value is None:
        return Cell(NOTHING)
    published = result.published.get(metric)
    paper = "" if published is None else f"paper {100 * published:.2f}"
    return Cell(f"{percent(value)} [{percent(low)}, {percent(high)}]", paper)


def _gain(difference: Difference | None) -> Cell:
    if difference is None:
        return Cell(NOTHING)
    counts = f"{difference.second_only}{SPACE}:{SPACE}{difference.first_only}"
    return Cell(points(difference.gain), f"{counts}, {_p(difference.p)}", strong=difference.significant)


def _p(value: float | None) -> str:
    text = p_value(value)
    return f"p{SPACE}{text}" if text.startswith("<") else f"p{SPACE}={SPACE}{text}"


def _part(difference: Difference, first: Result, second: Result) -> str:
    if difference.gain is None:
        return f"{difference.metric} undefined"
    before, after = percent(first.values[difference.metric]), percent(second.values[difference.metric])
    judgement = "significant" if difference.significant else "not significant"
    return f"{difference.metric} {before} → {after}{SPACE}% ({judgement}, {_p(difference.p)})"


def _with_limits(result: Result, metric: str) -> str:
    low, high = result.limits[metric]
    value = f"{percent(result.values[metric])}{SPACE}%"
    return f"{value} (95{SPACE}% interval {percent(low)} to {percent(high)})"
