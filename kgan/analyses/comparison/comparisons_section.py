"""Which setup is better or worse, and where the data are inconclusive: tables and sentences."""

from collections.abc import Sequence

from kgan.analyses.comparison.results_section import Comparison, Difference, Result
from kgan.analyses.comparison.significance_tests import AUROC, COMPARED, INCONCLUSIVE, METRICS
from kgan.report.formatting import NOTHING, SPACE, listing, p_value, percent, points
from kgan.report.html import Cell, Table

_NAMES = {**{metric: metric for metric in METRICS}, AUROC: "AUROC"}


def planned_table(comparisons: Sequence[Comparison], alpha: float) -> Table | None:
    """Make the table of the planned comparisons, which are decided; ``None`` where none was planned."""
    decided = _planned(comparisons)
    if not decided:
        return None
    rows = [
        [
            Cell(pair.second.shown, f"against {pair.first.shown}"),
            Cell(_change(one), _interval(one)),
            Cell(_p(one.p_patients_holm), f"not adjusted {_p(one.p_patients)}"),
            Cell(one.verdict, strong=one.verdict != INCONCLUSIVE),
            Cell(_size(one.metric, one.detectable), one.note),
        ]
        for pair, one in decided
    ]
    metric = _NAMES[decided[0][1].metric]
    columns = [
        "Planned comparison",
        f"Change in {metric}",
        "p, adjusted",
        "Verdict",
        "Found four times of five",
    ]
    times = max(result.trainings for pair, _ in decided for result in (pair.first, pair.second))
    runs = (
        "Chance from run to run is counted."
        if times > 1
        else "There is one run of each classifier, and tests take it as it came out: a difference may be one "
        "of runs, not of setups (repeats.seeds)."
    )
    return Table(
        columns,
        rows,
        note=f"Primary metric: {metric}. Tests have patients as units; Holm–Bonferroni over these "
        f"{len(decided)} comparisons at {alpha:g}. In brackets: {100 * (1 - alpha):g} % interval, not "
        "adjusted. Last column: the true difference that such a cohort shows, after adjustment, four times "
        f"of five (by simulation); smaller ones are mostly missed. {runs} The level of the tests holds where "
        "patients gain and lose alike; where few patients lose much and none of them is in the test, a gain "
        "may be found that is none (see the guide).",
    )


def exploratory_table(comparisons: Sequence[Comparison], alpha: float) -> Table:
    """Make the table of all pairs in all metrics, described without a verdict."""
    rows = []
    for pair in comparisons:
        found = {one.metric: one for one in pair.differences}
        heading = Cell(pair.second.shown, f"against {pair.first.shown}")
        rows.append([heading, *(_described(found.get(metric)) for metric in COMPARED)])
    columns = ["Exploratory", *(f"{_NAMES[metric]}, points" for metric in METRICS), "AUROC"]
    columns[1:] = [f"{column[0].upper()}{column[1:]}" for column in columns[1:]]
    several = any(one.trainings > 1 for pair in comparisons for one in (pair.first, pair.second))
    of_first = (
        " McNemar’s test and the counts are of each classifier’s first run on a split." if several else ""
    )
    return Table(
        columns,
        rows,
        note=f"Change, {100 * (1 - alpha):g} % interval and p-value with patients as units, none adjusted "
        "for the number of pairs and metrics: among many some are small by chance, so they give ideas, not "
        "findings. Below: McNemar’s p-value, adjusted over all pairs of the metric, as published; it takes "
        "slices of one patient for independent and so finds too much. Then the images that only the setup "
        f"named first judged rightly, and only the other.{of_first} Sensitivity and specificity hold at one "
        "threshold, 0.5, and move against each other with it. Pairs not in the table were not compared "
        "(compare.involving in the recipe).",
    )


def sentence(pair: Comparison) -> str:
    """Say in one sentence how a planned comparison came out; empty for another."""
    one = pair.planned
    if one is None:
        return ""
    start = f"“{pair.second.shown}” against “{pair.first.shown}”: {_NAMES[one.metric]} "
    if one.gain is None:
        return f"{start}undefined ({one.note})."
    before, after = (_level(one.metric, result.values[one.metric]) for result in (pair.first, pair.second))
    return f"{start}{before} → {after}: {_judgement(one)}."


def answer(results: Sequence[Result], comparisons: Sequence[Comparison], alpha: float) -> tuple[str, ...]:
    """Answer in a few sentences whether the setups differ, claiming no more than the tests do."""
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
    decided = _planned(comparisons)
    return (
        *sentences,
        _tally(decided, alpha) if decided else "No comparison was planned, so none is decided.",
    )


def _planned(comparisons: Sequence[Comparison]) -> list[tuple[Comparison, Difference]]:
    return [(pair, one) for pair in comparisons if (one := pair.planned) is not None]


def _tally(decided: Sequence[tuple[Comparison, Difference]], alpha: float) -> str:
    metric, many = _NAMES[decided[0][1].metric], len(decided)
    start = (
        f"Of {many} planned comparisons in {metric}" if many > 1 else f"The planned comparison in {metric}"
    )
    parts = [
        f"“{pair.second.shown}” is {one.verdict} than “{pair.first.shown}”"
        for pair, one in decided
        if one.verdict != INCONCLUSIVE
    ]
    left = many - len(parts)
    if left:
        parts.append("inconclusive" if many == 1 else f"{'all' if left == many else left} inconclusive")
    said = f"{start} (patients as units, adjusted, {alpha:g}): {'; '.join(parts)}."
    if not left:
        return said
    nothing = "Inconclusive means neither that one setup is better than another nor that they are equal."
    return f"{said} {nothing}{_power(decided)}"


def _power(decided: Sequence[tuple[Comparison, Difference]]) -> str:
    """Say what difference the cohort could have shown."""
    notes = {one.note for _, one in decided if one.note}
    sizes = sorted(one.detectable for _, one in decided if one.detectable is not None)
    if not sizes:
        return "".join(f" {note[0].upper()}{note[1:]}." for note in sorted(notes))
    size = _size(decided[0][1].metric, sizes[len(sizes) // 2])
    return f" A difference of about {size} would be found four times of five; smaller ones are mostly missed."


def _described(one: Difference | None) -> Cell:
    if one is None or one.gain is None:
        return Cell(NOTHING)
    limits = _interval(one)
    text = f"{_change(one, unit=False)} {limits}".strip()
    below = [_p(one.p_patients)]
    if one.p is not None:
        below.append(f"McNemar {_p(one.p)}")
    if one.metric != AUROC:
        below.append(f"{one.second_only}{SPACE}:{SPACE}{one.first_only}")
    return Cell(text, "; ".join(below))


def _judgement(one: Difference) -> str:
    limits = _interval(one)
    change = f"{_change(one)} {limits}".strip()
    if one.verdict != INCONCLUSIVE:
        return f"{one.verdict}, {change}, {_p(one.p_patients_holm)}"
    said = f"inconclusive with {_patients(one)}, {change}, {_p(one.p_patients_holm)}"
    if one.note:
        return f"{said}; {one.note}"
    if one.detectable is None:
        return said
    return f"{said}; {_size(one.metric, one.detectable)} would be found four times of five"


def _patients(one: Difference) -> str:
    return "one patient" if one.patients == 1 else f"{one.patients} patients"


def _p(value: float | None) -> str:
    text = p_value(value)
    return f"p{SPACE}{text}" if text.startswith("<") else f"p{SPACE}={SPACE}{text}"


def _level(metric: str, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.3f}" if metric == AUROC else f"{percent(value)}{SPACE}%"


def _size(metric: str, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.3f}" if metric == AUROC else f"{percent(value)}{SPACE}points"


def _change(one: Difference, unit: bool = True) -> str:
    if one.metric == AUROC:
        return _signed(one.gain)
    return f"{points(one.gain)}{SPACE}points" if unit and one.gain is not None else points(one.gain)


def _interval(one: Difference) -> str:
    low, high = one.limits
    if low is None or high is None:
        return ""
    ends = [_signed(end) if one.metric == AUROC else points(end) for end in (low, high)]
    return f"[{ends[0]},{SPACE}{ends[1]}]"


def _signed(value: float | None) -> str:
    return NOTHING if value is None else f"{value:+.3f}".replace("-", "−")


def _with_limits(result: Result, metric: str) -> str:
    low, high = result.limits[metric]
    value = f"{percent(result.values[metric])}{SPACE}%"
    if low is None or high is None:
        return f"{value} (too few test patients for an interval)"
    return f"{value} (95{SPACE}% interval {percent(low)} to {percent(high)})"
