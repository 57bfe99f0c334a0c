"""How many real patients a pool is worth, as a table, a figure and plain sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from kgan.analyses.patient_equivalence.quantity import Amount, Worth
from kgan.files.columns import Count, Maybe, Real, Row, Share, Text, YesNo
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, SPACE, count, number_of, percent
from kgan.report.html import Cell, Figure, Section, Table

TABLE, FIGURE = "equivalent.csv", "equivalent.png"


def _amount(text: str) -> Amount:
    value = Amount.read(text)
    if value is None:
        raise ValueError("a number of patients such as 6, >14 or <-7")
    return value


class Line(Row):
    """One line of the table: a number of real patients, without or with the pool."""

    patients: Count
    with_pool: YesNo
    accuracy: Maybe[Share]
    low: Maybe[Real]
    high: Maybe[Real]
    auroc: Maybe[Share]
    auroc_low: Maybe[Real]
    auroc_high: Maybe[Real]
    worth: Maybe[Annotated[Amount, BeforeValidator(_amount)]]
    worth_low: Maybe[Annotated[Amount, BeforeValidator(_amount)]]
    worth_high: Maybe[Annotated[Amount, BeforeValidator(_amount)]]
    trainings: Count
    note: Text


COLUMNS = tuple(Line.model_fields)
_CAVEAT = (
    "The pool itself was learnt from all training patients, also where only a few of them stand beside it: "
    "it carries what these taught it. A pool of a GAN trained on those few alone would be expected to be "
    "worth less, or as much at the most. So these figures say what a finished pool adds where real images "
    "are few, not that few patients suffice to make it."
)
_FLAT = (
    "Without the pool, accuracy did not rise with the number of patients, so what the pool is worth in "
    "patients says little here: compare the accuracies."
)


@dataclass(frozen=True, eq=False)
class _Pair:
    """One number of real patients: rows of the table without and with the pool."""

    without: Line
    with_pool: Line
    worth: Worth


def equivalent_section(step: FinishedStep | None, labels: Mapping[str, str]) -> Section | None:
    """Make the section on equivalent patients; ``None`` where nobody asked."""
    lines = _lines(read_table(step.folder / TABLE, Line)) if step else []
    if step is None or not lines:
        return None
    source = str(step.settings.get("source", ""))
    name = labels.get(source, source)
    worths = [line.worth for line in lines]
    base = str(step.settings.get("base") or "")
    paragraphs = [
        f"Classifiers learnt from growing numbers of real patients, each number without and with the pool of "
        f"“{name}”{f' (both sides learn from: {base})' if base else ''}. Where n patients and the pool do as "
        "well as n′ patients without it, the pool is worth n′ − n patients.",
        " ".join(headlines(worths, step.facts.get("rises", True))),
        chance(int(step.facts.get("trainings", 1))),
        _CAVEAT,
    ]
    figure = step.folder / FIGURE
    alt = f"Accuracy over the number of real patients, without and with the pool of {name}."
    caption = (
        "Bands: 95 % intervals, with test patients as units. Lines: the monotone curves that the worth is "
        "read from, straight in the logarithm of the number of patients."
    )
    return Section(
        "equivalent",
        f"Equivalent patients: {name}",
        paragraphs=paragraphs,
        tables=[_table(lines)],
        figures=[Figure(figure, alt, caption)] if figure.is_file() else [],
    )


def headlines(worths: Sequence[Worth], rises: bool = True) -> tuple[str, ...]:
    """Say what the pool is worth beside the fewest and beside the most real patients.

    Args:
        worths: by number of patients.
        rises: whether more patients gain anything without the pool.
    """
    ends = (worths[0], worths[-1]) if len(worths) > 1 else worths
    flat = () if rises else (_FLAT,)
    return (*(sentence(one) for one in ends), *flat)


def sentence(worth: Worth) -> str:
    """Say in one sentence what the pool is worth beside some real patients."""
    start = f"With {_people(worth.patients)}, the pool is worth {_said(worth)}"
    low, high = worth.low, worth.high
    if low is None or high is None:
        return f"{start}; no interval can be given."
    limits = f"95{SPACE}% interval {interval(low, high)}"
    claims = worth.value.beyond or round(worth.value.number)
    may = ", so perhaps nothing" if claims and not worth.told else ""
    return f"{start} ({limits}{may})."


def chance(trainings: int) -> str:
    """Say what the intervals leave out."""
    pool = "how the pool came out, as it was made once"
    if trainings > 1:
        return (
            "The intervals count chance in the test patients and in the trainings, of which each classifier "
            f"has {trainings} or more, each with patients drawn anew; not {pool}."
        )
    return (
        "The intervals count chance in the test patients alone, and are too narrow by the rest: what a "
        "training makes of its patients, and which ones were drawn, as each classifier was trained once "
        f"(repeats.seeds: 3 mends both); and {pool}."
    )


def amount(value: Amount) -> str:
    """Write an amount of patients: ``6``, ``−2``, ``more than 14``."""
    words = {1: "more than ", -1: "less than ", 0: ""}[value.beyond]
    return words + _whole(value.number)


def interval(low: Amount, high: Amount) -> str:
    """Write limits: ``−2 to 15``, or ``more than 14 throughout`` where both are beyond what was measured."""
    return f"{amount(low)} throughout" if low.beyond and low == high else f"{amount(low)} to {amount(high)}"


def _said(worth: Worth) -> str:
    value = worth.value
    rounded = round(value.number)
    if value.beyond > 0:
        most = worth.patients + rounded
        if not rounded:
            return f"something, but how much cannot be told, as no classifier had more than {_people(most)}"
        return f"more than {_whole(value.number)} more: {_people(most)} without it do not do as well"
    if value.beyond < 0:
        fewest = worth.patients + rounded
        if not rounded:
            return "less than nothing: without it the classifier does better"
        return f"less than {_whole(value.number)}: without it {_people(fewest)} do better"
    if not rounded:
        return "nothing: without it the same number of patients does as well"
    if rounded > 0:
        return f"{_whole(value.number)} more"
    return f"{_whole(value.number)}: without it {_people(worth.patients + rounded)} do as well"


def _short(value: Amount) -> str:
    """Write an amount for a table: ``>14``."""
    sign = {1: f">{SPACE}", -1: f"<{SPACE}", 0: ""}[value.beyond]
    return sign + _whole(value.number)


def _people(patients: int) -> str:
    return f"{count(patients)} real patient{'' if patients == 1 else 's'}"


def _whole(value: float) -> str:
    return f"{round(value) or 0:,}".replace("-", "−")


def _lines(rows: Sequence[Line]) -> list[_Pair]:
    sides: dict[int, dict[bool, Line]] = {}
    for row in rows:
        sides.setdefault(row.patients, {})[row.with_pool] = row
    found = []
    for patients, of in sides.items():
        without, pool = of.get(False), of.get(True)
        if without and pool and pool.worth is not None:
            worth = Worth(patients, pool.worth, pool.worth_low, pool.worth_high, pool.note)
            found.append(_Pair(without, pool, worth))
    return found


def _table(lines: Sequence[_Pair]) -> Table:
    rows = []
    for line in lines:
        worth = line.worth
        limits = f"[{_short(worth.low)}, {_short(worth.high)}]" if worth.low and worth.high else NOTHING
        rows.append(
            [
                Cell(count(worth.patients)),
                _accuracy(line.without),
                _accuracy(line.with_pool),
                _auroc(line.without),
                _auroc(line.with_pool),
                Cell(_short(worth.value), limits, strong=worth.told, title=worth.note),
            ]
        )
    columns = [
        *("Real patients", "Accuracy % without", "Accuracy % with the pool"),
        *("AUROC without", "AUROC with the pool", "Worth, patients"),
    ]
    note = (
        "In brackets: 95 % intervals, with test patients as units. Bold: the interval of the worth does not "
        "hold 0. > and < (more, less than): the curve without the pool does not reach that accuracy, or is "
        "above it from its beginning; nothing is extrapolated. The worth is read from accuracies."
    )
    # What > and < say already is not said again.
    told = [
        line.worth for line in lines if line.worth.note and not (line.worth.value.beyond and line.worth.low)
    ]
    remarks = [f"{number_of(worth.patients, 'patient')}: {worth.note}." for worth in told]
    return Table(columns, rows, note=" ".join([note, *remarks]))


def _accuracy(row: Line) -> Cell:
    limits = "" if row.low is None else f"[{percent(row.low)},{SPACE}{percent(row.high)}]"
    return Cell(percent(row.accuracy), limits)


def _auroc(row: Line) -> Cell:
    low, high = row.auroc_low, row.auroc_high
    limits = "" if low is None or high is None else f"[{low:.3f},{SPACE}{high:.3f}]"
    return Cell(NOTHING if row.auroc is None else f"{row.auroc:.3f}", limits)
