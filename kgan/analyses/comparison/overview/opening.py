"""The first screen of the report: which setup is best, how certain that is, and a forest plot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kgan.analyses.comparison.comparisons_section import METRIC_NAMES, change, interval, level, p_text
from kgan.analyses.comparison.controls.section import Control
from kgan.analyses.comparison.controls.tables import FALSE_ALARM, FOUND
from kgan.analyses.comparison.overview.baseline import AgainstBaseline, against_baseline
from kgan.analyses.comparison.results import ComparedPair, Result
from kgan.analyses.comparison.tables import AUROC, INCONCLUSIVE, Difference
from kgan.report.elements import Forest, ForestRow
from kgan.report.formatting import NOTHING, SPACE, listing, number_of

_CAPTION = (
    "Dots: change from the baseline; lines: its {level} interval, patients as units, not adjusted. Bold: a "
    "planned comparison that is not inconclusive, or a control that is better than its base by the test."
)
_NO_INTERVAL = " A dot without a line has no interval (not compared, or too few patients)."
_CONTROLS = (
    " Grey and italic: controls, of which the right answer is known. They are drawn against the baseline; "
    "their results are of the tests against their bases (see Controls)."
)


def best_sentences(
    results: Sequence[Result], pairs: Sequence[ComparedPair], metric: str, alpha: float
) -> Iterator[str]:
    """Yield which setup is best, by how much, how certain that is, and what it rests on.

    Args:
        results: the classifiers; controls among them are passed over.
        pairs: that were compared.
        metric: the primary one.
        alpha: threshold of significance.
    """
    rows = against_baseline(results, pairs, metric)
    measured = [row for row in rows if not row.control and row.result.row.value(metric) is not None]
    if not measured:
        return
    if len({row.result.row.setup for row in rows if not row.control}) == 1:
        values = [f"{_names([row])} {level(metric, row.result.row.value(metric))}" for row in measured]
        yield f"There is one setup to compare. Its {METRIC_NAMES[metric]}: {listing(values)}."
    else:
        highest = max(row.result.row.value(metric) or 0.0 for row in measured)
        yield _best([row for row in measured if row.result.row.value(metric) == highest], rows, metric, alpha)
    yield f"That rests on {_basis(measured[0].result, metric)}."


def forests(
    results: Sequence[Result],
    pairs: Sequence[ComparedPair],
    metric: str,
    alpha: float,
    controls: Sequence[Control] = (),
) -> list[Forest]:
    """Make a forest plot for each variant: all setups against the baseline, controls last; one axis for all.

    Args:
        results: the classifiers.
        pairs: that were compared.
        metric: the primary one.
        alpha: threshold of significance.
        controls: as tested against their bases.
    """
    rows = against_baseline(results, (*pairs, *(control.pair for control in controls)), metric)
    tested = {control.row.second: control for control in controls}
    rows = sorted((row for row in rows if not row.is_baseline), key=lambda row: row.control)
    figures = []
    for variant in dict.fromkeys(result.row.variant for result in results):
        shown = [row for row in rows if row.result.row.variant == variant]
        if shown:
            figures.append(_forest(shown, metric, tested))
    span = [value for figure in figures for value in figure.values]
    caption = _CAPTION.format(level=f"{100 * (1 - alpha):g}{SPACE}%")
    drawn = [row for figure in figures for row in figure.rows if row.value is not None]
    caption += _NO_INTERVAL * any(row.low is None for row in drawn)
    caption += _CONTROLS * any(row.control for row in rows)
    # One caption for all of them.
    captions = [*[""] * (len(figures) - 1), caption]
    return [replace(figure, caption=text, span=span) for figure, text in zip(figures, captions, strict=False)]


def _best(
    equals: Sequence[AgainstBaseline], rows: Sequence[AgainstBaseline], metric: str, alpha: float
) -> str:
    """Say which classifiers are highest; claim nothing of a variant to which none of them belongs.

    Args:
        equals: those with the highest value, controls aside.
        rows: all of them.
        metric: the primary one.
        alpha: threshold of significance.
    """
    first = equals[0]
    highest = first.result.row.value(metric) or 0.0
    aside = any(row.control and (row.result.row.value(metric) or 0.0) >= highest for row in rows)
    start = (
        f"Highest {METRIC_NAMES[metric]}{', controls aside' * aside}: {_names(equals)}, "
        f"{level(metric, highest)}"
    )
    baselines = [row for row in equals if row.is_baseline]
    if baselines:
        several = len({row.result.row.variant for row in rows}) > 1
        of = f" of {listing([row.result.row.variant for row in baselines])}" if several else ""
        return f"{start}: no setup{of} is higher than the baseline, {_names(baselines)}."
    references = [
        f"“{row.baseline.shown}” with {level(metric, row.baseline.row.value(metric))}" for row in equals
    ]
    before = f"against {listing(list(dict.fromkeys(references)))}"
    if len(equals) > 1:
        return f"{start}, {before}: they are equal, so none of them is best."
    if first.difference is None:
        return f"{start}, {before}. The recipe does not compare the two, so there is no test."
    if first.difference.gain is None:
        return f"{start}, {before}. Their difference has no test: {first.difference.note or 'undefined'}."
    return f"{start}: {_certainty(first.difference, before, alpha)}"


def _names(rows: Sequence[AgainstBaseline]) -> str:
    return listing([f"“{row.result.shown}”" for row in rows])


def _certainty(difference: Difference, before: str, alpha: float) -> str:
    limits, share = interval(difference), f"{100 * (1 - alpha):g}{SPACE}%"
    text = f"{change(difference)} {before}"
    text += f", {share} interval {limits} (not adjusted)" if limits else ""
    if not difference.planned:
        return f"{text}, {p_text(difference.p_patients)}. This comparison was not planned: no conclusion."
    return (
        f"{text}, adjusted {p_text(difference.p_patients_holm)} with patients as units: "
        f"{difference.conclusion}."
    )


def _basis(result: Result, metric: str) -> str:
    row = result.row
    runs = f"{row.runs} runs (seeds or splits)" if row.runs > 1 else "one run"
    images = f"{number_of(row.n, 'test image')} of {number_of(row.patients, 'patient')}"
    of_class = {"sensitivity": (row.tp + row.fn, "positive"), "specificity": (row.tn + row.fp, "negative")}
    if metric in of_class:
        number, name = of_class[metric]
        images = f"{number_of(number, 'image')} of the {name} class among {images}"
    return f"{images}, and {runs} of each classifier" + (
        "" if row.runs > 1 else ": another seed gives others"
    )


def _forest(rows: Sequence[AgainstBaseline], metric: str, controls: Mapping[str, Control]) -> Forest:
    baseline = rows[0].baseline
    unit = "AUROC" if metric == AUROC else f"{METRIC_NAMES[metric]}, points"
    before = level(metric, baseline.row.value(metric))
    return Forest(
        title=f"Against “{baseline.shown}” ({before})",
        columns=("Setup", f"Change in {unit}"),
        rows=[_row(row, metric, controls.get(row.result.row.name)) for row in rows],
        zero=0.0,
    )


def _row(row: AgainstBaseline, metric: str, control: Control | None) -> ForestRow:
    scale = 1.0 if metric == AUROC else 100.0
    difference = row.difference
    low, high = (difference.gain_low, difference.gain_high) if difference else (None, None)
    conclusion = difference.conclusion if difference else ""
    strong = conclusion not in ("", INCONCLUSIVE)
    if row.control:
        conclusion = f"{row.result.row.control} control" + (f": {control.row.result}" if control else "")
        strong = control is not None and control.row.result in (FOUND, FALSE_ALARM)
    numbers = NOTHING
    if row.gain is not None:
        numbers = change(Difference.model_construct(metric=metric, gain=row.gain), unit=False)
        numbers += f" {interval(difference)}" if difference and interval(difference) else ""
    return ForestRow(
        label=row.result.title,
        value=None if row.gain is None else scale * row.gain,
        low=None if low is None else scale * low,
        high=None if high is None else scale * high,
        text=numbers,
        below=conclusion,
        strong=strong,
        control=row.control,
    )
