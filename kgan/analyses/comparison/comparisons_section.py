"""Which setup is better or worse, and where the data are inconclusive: tables and sentences."""

from collections.abc import Sequence

from kgan.analyses.comparison.results import ComparedPair, Result
from kgan.analyses.comparison.tables import AUROC, COMPARED, INCONCLUSIVE, METRICS, Difference
from kgan.report.formatting import NOTHING, SPACE, p_value, percent, points
from kgan.report.html import Cell, Table

#: Metrics in words.
METRIC_NAMES = {**{metric: metric for metric in METRICS}, AUROC: "AUROC"}


def planned_table(pairs: Sequence[ComparedPair], alpha: float) -> Table | None:
    """Make the table of the planned comparisons, which are decided; ``None`` where none was planned."""
    decided = _planned(pairs)
    if not decided:
        return None
    rows = [
        [
            Cell(pair.second.shown, f"against {pair.first.shown}"),
            Cell(change(difference), interval(difference)),
            Cell(p_text(difference.p_patients_holm), f"not adjusted {p_text(difference.p_patients)}"),
            Cell(difference.conclusion, strong=difference.conclusion != INCONCLUSIVE),
            Cell(_size(difference.metric, difference.detectable), difference.note),
        ]
        for pair, difference in decided
    ]
    metric = METRIC_NAMES[decided[0][1].metric]
    columns = [
        "Planned comparison",
        f"Change in {metric}",
        "p, adjusted",
        "Conclusion",
        "Detectable difference",
    ]
    times = max(result.row.runs for pair, _ in decided for result in (pair.first, pair.second))
    runs = (
        "Run-to-run variation is counted."
        if times > 1
        else "There is one run of each classifier, and the tests do not cover run-to-run variation: a "
        "difference may be one of runs, not of setups (repeats.seeds)."
    )
    return Table(
        columns,
        rows,
        note=f"Primary metric: {metric}. Tests have patients as units; Holm–Bonferroni over these "
        f"{len(decided)} comparisons at {alpha:g}. In brackets: {100 * (1 - alpha):g} % interval, not "
        "adjusted. Last column: the true difference that such a cohort detects with 80 % power after "
        f"adjustment (by simulation); smaller ones are mostly missed. {runs} The tests keep their level "
        "where patients gain and lose alike; where few patients lose much and none of them is in the test, a "
        "gain may be detected that is none (see the guide).",
    )


def exploratory_table(pairs: Sequence[ComparedPair], alpha: float) -> Table:
    """Make the table of all pairs in all metrics, described without a conclusion."""
    rows = []
    for pair in pairs:
        differences = {difference.metric: difference for difference in pair.differences}
        heading = Cell(pair.second.shown, f"against {pair.first.shown}")
        rows.append([heading, *(_described(differences.get(metric)) for metric in COMPARED)])
    columns = ["Exploratory", *(f"{METRIC_NAMES[metric]}, points" for metric in METRICS), "AUROC"]
    columns[1:] = [f"{column[0].upper()}{column[1:]}" for column in columns[1:]]
    several = any(result.row.runs > 1 for pair in pairs for result in (pair.first, pair.second))
    of_first = (
        " McNemar’s test and the counts are of each classifier’s first run on a split." if several else ""
    )
    return Table(
        columns,
        rows,
        heading=f"All {len(pairs)} compared pairs in {len(COMPARED)} metrics: exploratory, no conclusions",
        note=f"Change, {100 * (1 - alpha):g} % interval and p-value with patients as units, none adjusted "
        "for the number of pairs and metrics: among many some are small by chance, so they give ideas, not "
        "findings. Below: McNemar’s p-value, adjusted over all pairs of the metric, as published; it takes "
        "slices of one patient for independent and so rejects too often. Then the images that only the setup "
        f"named first classified correctly, and only the other.{of_first} Sensitivity and specificity hold "
        "at one threshold, 0.5, and move against each other with it. Pairs not in the table were not "
        "compared (compare.involving in the recipe).",
    )


def sentence(pair: ComparedPair) -> str:
    """State the result of a planned comparison in one sentence; empty for another."""
    difference = pair.planned
    if difference is None:
        return ""
    start = f"“{pair.second.shown}” against “{pair.first.shown}”: {METRIC_NAMES[difference.metric]} "
    if difference.gain is None:
        return f"{start}undefined ({difference.note})."
    before, after = (
        level(difference.metric, result.row.value(difference.metric)) for result in (pair.first, pair.second)
    )
    return f"{start}{before} → {after}: {_judgement(difference)}."


def summary(results: Sequence[Result], pairs: Sequence[ComparedPair], alpha: float) -> tuple[str, ...]:
    """Say in a few sentences whether the setups differ, claiming no more than the tests do."""
    majority = next((result.row.majority for result in results if result.row.majority is not None), None)
    if majority is None:
        return ()
    share = f"{percent(majority)}{SPACE}%"
    chance = f"Always predicting the more frequent class would be correct for {share} of the images."
    decided = _planned(pairs)
    return (
        _tally(decided, alpha) if decided else "No comparison was planned, so none is decided.",
        chance,
    )


def _planned(pairs: Sequence[ComparedPair]) -> list[tuple[ComparedPair, Difference]]:
    return [(pair, difference) for pair in pairs if (difference := pair.planned) is not None]


def _tally(decided: Sequence[tuple[ComparedPair, Difference]], alpha: float) -> str:
    metric, number = METRIC_NAMES[decided[0][1].metric], len(decided)
    start = (
        f"Of {number} planned comparisons in {metric}"
        if number > 1
        else f"The planned comparison in {metric}"
    )
    parts = [
        f"“{pair.second.shown}” is {difference.conclusion} than “{pair.first.shown}”"
        for pair, difference in decided
        if difference.conclusion != INCONCLUSIVE
    ]
    left = number - len(parts)
    if left:
        parts.append("inconclusive" if number == 1 else f"{'all' if left == number else left} inconclusive")
    text = f"{start} (patients as units, adjusted, {alpha:g}): {'; '.join(parts)}."
    if not left:
        return text
    nothing = "Inconclusive means neither that one setup is better than another nor that they are equal."
    return f"{text} {nothing}{_power(decided)}"


def _power(decided: Sequence[tuple[ComparedPair, Difference]]) -> str:
    """Say what difference the cohort detects."""
    notes = {difference.note for _, difference in decided if difference.note}
    sizes = sorted(difference.detectable for _, difference in decided if difference.detectable is not None)
    if not sizes:
        return "".join(f" {note[0].upper()}{note[1:]}." for note in sorted(notes))
    size = _size(decided[0][1].metric, sizes[len(sizes) // 2])
    return f" A difference of about {size} is detected with 80 % power; smaller ones are mostly missed."


def _described(difference: Difference | None) -> Cell:
    if difference is None or difference.gain is None:
        return Cell(NOTHING)
    limits = interval(difference)
    text = f"{change(difference, unit=False)} {limits}".strip()
    below = [p_text(difference.p_patients)]
    if difference.p_holm is not None:
        below.append(f"McNemar {p_text(difference.p_holm)}")
    if difference.metric != AUROC:
        below.append(f"{difference.second_only_right}{SPACE}:{SPACE}{difference.first_only_right}")
    return Cell(text, "; ".join(below))


def _judgement(difference: Difference) -> str:
    limits = interval(difference)
    gain = f"{change(difference)} {limits}".strip()
    if difference.conclusion != INCONCLUSIVE:
        return f"{difference.conclusion}, {gain}, {p_text(difference.p_patients_holm)}"
    text = f"inconclusive with {_patients(difference)}, {gain}, {p_text(difference.p_patients_holm)}"
    if difference.note:
        return f"{text}; {difference.note}"
    if difference.detectable is None:
        return text
    return f"{text}; {_size(difference.metric, difference.detectable)} is detected with 80{SPACE}% power"


def _patients(difference: Difference) -> str:
    return "one patient" if difference.patients == 1 else f"{difference.patients} patients"


def p_text(value: float | None) -> str:
    """Return a p-value with its sign: ``p = 0.03``."""
    text = p_value(value)
    return f"p{SPACE}{text}" if text.startswith("<") else f"p{SPACE}={SPACE}{text}"


def level(metric: str, value: float | None) -> str:
    """Return a value of a metric: ``81.2 %``, ``0.812`` of AUROC."""
    if value is None:
        return NOTHING
    return f"{value:.3f}" if metric == AUROC else f"{percent(value)}{SPACE}%"


def _size(metric: str, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.3f}" if metric == AUROC else f"{percent(value)}{SPACE}points"


def change(difference: Difference, unit: bool = True) -> str:
    """Return a difference with its sign: ``+1.2 points``, ``+0.012`` of AUROC."""
    if difference.metric == AUROC:
        return _signed(difference.gain)
    return (
        f"{points(difference.gain)}{SPACE}points"
        if unit and difference.gain is not None
        else points(difference.gain)
    )


def interval(difference: Difference) -> str:
    """Return the interval of a difference in brackets; empty where there is none."""
    low, high = difference.gain_low, difference.gain_high
    if low is None or high is None:
        return ""
    ends = [_signed(end) if difference.metric == AUROC else points(end) for end in (low, high)]
    return f"[{ends[0]},{SPACE}{ends[1]}]"


def _signed(value: float | None) -> str:
    return NOTHING if value is None else f"{value:+.3f}".replace("-", "−")
