"""Which setup helps, which harms, and where nobody can tell: a table, and sentences that claim no more."""

from collections.abc import Sequence

from kgan.pages.html import Cell, Table
from kgan.pages.outcome import CANNOT_BE_TOLD, HARMS, HELPS, METRICS, Comparison, Difference, Result
from kgan.pages.words import NOTHING, SPACE, listing, p_value, percent, points


def comparisons_table(comparisons: Sequence[Comparison], alpha: float) -> Table:
    """Make the table of all comparisons, in bold what helps or harms."""
    rows = []
    for comparison in comparisons:
        found = {one.metric: one for one in comparison.differences}
        cells = [_gain(found.get(metric)) for metric in METRICS]
        rows.append([Cell(comparison.second.shown, f"against {comparison.first.shown}"), *cells])
    columns = ["Comparison", *(f"{metric.capitalize()}, points" for metric in METRICS)]
    several = any(one.trainings > 1 for pair in comparisons for one in (pair.first, pair.second))
    trained = (
        "Tests and intervals by patients count chance in the trainings too."
        if several
        else "Each classifier was trained once, and tests and intervals take it as it came out: a difference "
        "may be one of trainings, not of setups. repeats.seeds tells the two apart."
    )
    of_first = " McNemar’s test and these counts are of each classifier’s first training on a split."
    return Table(
        columns,
        rows,
        note=f"Bold: a gain or a loss at {alpha:g} after Holm–Bonferroni over the {len(comparisons)} "
        "comparisons of each metric, with patients as units (wild cluster bootstrap); in brackets the "
        f"{100 * (1 - alpha):g} % interval of the difference, which is not corrected for their number. "
        "Below: the p-value by patients; McNemar’s, which takes slices of one patient for independent and so "
        "finds too much; and the images that only "
        f"the setup named first judged rightly, and only the other.{of_first if several else ''} Sensitivity "
        "and specificity hold at one threshold, 0.5, and move against each other with it. Pairs not in the "
        f"table were not tested (compare.involving in the recipe). {trained}",
    )


def sentence(comparison: Comparison) -> str:
    """Say in one sentence whether the second classifier is better than the first, and how sure that is."""
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
    told = "is told from chance" if found.verdict != CANNOT_BE_TOLD else "cannot be told from chance"
    return f" The difference {told} with {_patients(found)} (Holm-corrected {_p(found.p_patients)})."


def _tally(comparisons: Sequence[Comparison], alpha: float) -> str:
    told = [one.metric for pair in comparisons for one in pair.differences if one.verdict != CANNOT_BE_TOLD]
    counts = {metric: told.count(metric) for metric in METRICS}
    pairs = f"{len(comparisons)} pairs of classifiers" if len(comparisons) > 1 else "the one pair compared"
    if not told:
        return (
            f"With patients as units, no difference among {pairs} is significant at {alpha:g} after "
            "correction for their number: this run does not show that one setup is better than another, nor "
            f"that they are equal.{_too_small(comparisons)}"
        )
    numbers = ", ".join(f"{metric} in {counts[metric]}" for metric in METRICS)
    return f"Of {pairs}, different at {alpha:g} after correction, with patients as units: {numbers}."


def _too_small(comparisons: Sequence[Comparison]) -> str:
    """Say what gain the cohort could have shown."""
    found = [
        one.detectable
        for pair in comparisons
        for one in pair.differences
        if one.metric == "accuracy" and one.detectable is not None
    ]
    if not found:
        return ""
    middle = sorted(found)[len(found) // 2]
    return (
        f" In such a cohort a gain in accuracy of about {percent(middle)} points is found four times of "
        "five, before correction; smaller ones are mostly missed."
    )


def _gain(difference: Difference | None) -> Cell:
    if difference is None or difference.gain is None:
        return Cell(NOTHING)
    low, high = difference.limits
    limits = "" if low is None else f" [{points(low)},{SPACE}{points(high)}]"
    if not difference.first_only and not difference.second_only and low is None:
        return Cell(f"{points(difference.gain)}{limits}", "the same answers: nothing to test")
    counts = f"{difference.second_only}{SPACE}:{SPACE}{difference.first_only}"
    below = f"{_p(difference.p_patients)}; McNemar {_p(difference.p)}; {counts}"
    return Cell(f"{points(difference.gain)}{limits}", below, strong=difference.verdict != CANNOT_BE_TOLD)


def _part(difference: Difference, first: Result, second: Result) -> str:
    metric = difference.metric
    if difference.gain is None:
        return f"{metric} undefined"
    before, after = percent(first.values[metric]), percent(second.values[metric])
    return f"{metric} {before} → {after}{SPACE}% ({_judgement(difference)})"


def _judgement(difference: Difference) -> str:
    words = {HELPS: "helps", HARMS: "harms"}.get(difference.verdict)
    p = _p(difference.p_patients)
    if words:
        return f"{words}, {p}"
    small = (
        "" if difference.detectable is None else f"; {percent(difference.detectable)} points could be found"
    )
    return f"cannot be told with {_patients(difference)}, {p}{small}"


def _patients(difference: Difference) -> str:
    return "one patient" if difference.patients == 1 else f"{difference.patients} patients"


def _p(value: float | None) -> str:
    text = p_value(value)
    return f"p{SPACE}{text}" if text.startswith("<") else f"p{SPACE}={SPACE}{text}"


def _with_limits(result: Result, metric: str) -> str:
    low, high = result.limits[metric]
    value = f"{percent(result.values[metric])}{SPACE}%"
    return f"{value} (95{SPACE}% interval {percent(low)} to {percent(high)})"
