"""The report's panel on the controls: an effect that must be found, and additions that must not help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgan.analyses.comparison.comparisons_section import sentence
from kgan.analyses.comparison.controls.derivation import POSITIVE
from kgan.analyses.comparison.controls.tables import (
    CONTROLS,
    FALSE_ALARM,
    FOUND,
    NOT_FOUND,
    NOT_TESTABLE,
    NOTHING_FOUND,
    ControlDifference,
)
from kgan.analyses.comparison.results import ComparedPair, read_results
from kgan.analyses.comparison.tables import AUROC, WORSE
from kgan.report.formatting import NOTHING, SPACE, listing, p_value, percent, points
from kgan.report.html import Cell, Section, Table

_LEADS = {
    FOUND: "Found.",
    NOT_FOUND: "Missed.",
    NOTHING_FOUND: "No gain, as expected.",
    FALSE_ALARM: "A gain where none is expected.",
    NOT_TESTABLE: "Too few patients to test it.",
}
_MISSED = (
    "The positive control is missed: {} no better by the test, though further real patients were added. "
    "A smaller effect is then likely missed too: inconclusive results of this report say nothing; those "
    "that are not inconclusive stand by their tests. Test more patients, add more further ones, or train "
    "more runs."
)
_PARTLY_MISSED = (
    "A positive control is missed: {} no better by the test, though further real patients were added. "
    "Inconclusive results on such classifiers say nothing."
)
_FALSE = (
    "A negative control fails: {} better by the test, though the labels that were added say nothing of their "
    "images. Chance, or noise in labels that acts as regularisation, can be taken for a gain in this report."
)


@dataclass(frozen=True)
class Control:
    """A control against its base, in the primary metric.

    Args:
        row: the difference and what it shows.
        pair: base and control.
    """

    row: ControlDifference
    pair: ComparedPair

    @property
    def name(self) -> str:
        """The control and its base, in quotes."""
        return f"“{self.pair.second.shown}” (against “{self.pair.first.shown}”)"


def read_controls(folder: Path, labels: Mapping[str, str] | None = None) -> tuple[Control, ...]:
    """Read the controls from the step's folder; none where the recipe has none.

    Args:
        folder: of the step.
        labels: display names of GANs, curations and refiners; ``None`` for those of the recipe.
    """
    if not (folder / CONTROLS.file).is_file():
        return ()
    results = {result.row.name: result for result in read_results(folder, labels)}
    return tuple(
        Control(row, ComparedPair(results[row.first], results[row.second], (row,)))
        for row in CONTROLS.read(folder)
        if row.result
    )


def controls_section(controls: Sequence[Control], alpha: float) -> Section:
    """Make the panel.

    Args:
        controls: one or more.
        alpha: threshold of significance.
    """
    return Section(
        "controls",
        "Controls",
        [
            "Of these setups the right answer is known. Images of further patients are expected to help. "
            "Noise with random labels, and real images with permuted labels, are not: nothing about the "
            "classes can be learnt from them.",
            *controls_summary(controls),
        ],
        tables=[_table(controls, alpha)],
        items=[f"{_LEADS[control.row.result]} {sentence(control.pair)}" for control in controls],
    )


def controls_fail(controls: Sequence[Control]) -> bool:
    """Return whether no positive control is found of some, or a negative one raises an alarm."""
    is_blind = _with(controls, NOT_FOUND) and not _with(controls, FOUND)
    return bool(is_blind or _with(controls, FALSE_ALARM))


def controls_summary(controls: Sequence[Control]) -> Iterator[str]:
    """Say in a sentence or two what of the controls was found; a miss is not followed by reassurance."""
    untested = _with(controls, NOT_TESTABLE)
    positive = [
        control for control in controls if control.row.control == POSITIVE and control not in untested
    ]
    missed = _with(controls, NOT_FOUND)
    false = _with(controls, FALSE_ALARM)
    if missed:
        yield (_MISSED if len(missed) == len(positive) else _PARTLY_MISSED).format(_are(missed))
    elif positive:
        yield f"The positive control is found: {_are(positive)} better, as expected of further real patients."
    elif controls:
        yield (
            "There is no positive control (a setup with further_real), so nothing shows which effects this "
            "experiment finds."
        )
    if untested:
        yield f"Too few patients are tested to say anything of {_names(untested)}."
    if false:
        yield _FALSE.format(_are(false))
    elif (nothing := _with(controls, NOTHING_FOUND)) and not missed:
        yield f"No gain is found where none is expected: {_are(nothing)} no better."


def _with(controls: Sequence[Control], result: str) -> list[Control]:
    return [control for control in controls if control.row.result == result]


def _names(controls: Sequence[Control]) -> str:
    return listing([control.name for control in controls])


def _are(controls: Sequence[Control]) -> str:
    return f"{_names(controls)} {'are' if len(controls) > 1 else 'is'}"


def _table(controls: Sequence[Control], alpha: float) -> Table:
    metric = controls[0].row.metric
    change = "Change in AUROC" if metric == AUROC else f"Change in {metric}, points"
    rows: list[list[str | Cell]] = [
        [
            Cell(control.pair.second.shown, f"against {control.pair.first.shown}"),
            Cell("better" if control.row.control == POSITIVE else "not better", control.row.control),
            Cell(_change(control.row, control.row.gain), _interval(control.row)),
            Cell(p_value(control.row.p_patients_holm), f"not adjusted {p_value(control.row.p_patients)}"),
            Cell(control.row.result, _harm(control), strong=control.row.result in (NOT_FOUND, FALSE_ALARM)),
            _size(control.row),
        ]
        for control in controls
    ]
    return Table(
        ["Control", "Expected", change, "p, adjusted", "Result", "Detectable difference"],
        rows,
        note=f"Tests have patients as units, as those of the planned comparisons, at {alpha:g}. Positive "
        "controls are a Holm–Bonferroni family of their own, and so are negative ones: they cost the planned "
        "comparisons no power. The base has all sources of the control but the one that makes it a control. "
        "That no gain is found in a negative control says little where a positive one is missed.",
    )


def _harm(control: Control) -> str:
    return "it makes the classifier worse" if control.row.conclusion == WORSE else ""


def _change(row: ControlDifference, value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:+.3f}".replace("-", "−") if row.metric == AUROC else points(value)


def _interval(row: ControlDifference) -> str:
    if row.gain_low is None or row.gain_high is None:
        return ""
    return f"[{_change(row, row.gain_low)}, {_change(row, row.gain_high)}]"


def _size(row: ControlDifference) -> str:
    if row.detectable is None:
        return NOTHING
    return f"{row.detectable:.3f}" if row.metric == AUROC else f"{percent(row.detectable)}{SPACE}points"
