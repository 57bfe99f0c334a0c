"""How many real patients a pool is worth, as a table, a figure and plain sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgan.evaluation.worth import Amount, Worth
from kgan.pages.found import Step, read_table
from kgan.pages.html import Cell, Figure, Section, Table
from kgan.pages.words import NOTHING, SPACE, count, number, percent

TABLE, FIGURE = "equivalent.csv", "equivalent.png"
COLUMNS = (
    *("patients", "with_pool", "accuracy", "low", "high"),
    *("auroc", "auroc_low", "auroc_high"),
    *("worth", "worth_low", "worth_high", "trainings", "note"),
)
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
class _Line:
    """One number of real patients: rows of the table without and with the pool."""

    without: Mapping[str, str]
    with_pool: Mapping[str, str]
    worth: Worth


def equivalent_section(step: Step | None, labels: Mapping[str, str]) -> Section | None:
    """Make the section on equivalent patients; ``None`` where nobody asked."""
    lines = _lines(read_table(step.folder / TABLE)) if step else []
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


def _lines(rows: Sequence[Mapping[str, str]]) -> list[_Line]:
    sides: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in rows:
        sides.setdefault(row.get("patients", ""), {})[row.get("with_pool", "")] = row
    found = []
    for patients, of in sides.items():
        value = Amount.read(of.get("yes", {}).get("worth", ""))
        if value is None or "no" not in of or not patients.isdigit():
            continue
        low, high = (Amount.read(of["yes"].get(f"worth_{end}", "")) for end in ("low", "high"))
        worth = Worth(int(patients), value, low, high, of["yes"].get("note", ""))
        found.append(_Line(of["no"], of["yes"], worth))
    return found


def _table(lines: Sequence[_Line]) -> Table:
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
    remarks = [f"{count(worth.patients)} patients: {worth.note}." for worth in told]
    return Table(columns, rows, note=" ".join([note, *remarks]))


def _accuracy(row: Mapping[str, str]) -> Cell:
    low, high = number(row.get("low")), number(row.get("high"))
    limits = "" if low is None else f"[{percent(low)},{SPACE}{percent(high)}]"
    return Cell(percent(number(row.get("accuracy"))), limits)


def _auroc(row: Mapping[str, str]) -> Cell:
    value, low, high = (number(row.get(f"auroc{end}")) for end in ("", "_low", "_high"))
    limits = "" if low is None or high is None else f"[{low:.3f},{SPACE}{high:.3f}]"
    return Cell(NOTHING if value is None else f"{value:.3f}", limits)
