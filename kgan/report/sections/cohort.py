"""The data of a run in words and tables: who is in it, who is not, and why."""

from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from kgan.files.columns import Count, Integer, Maybe, Name, Row, Text, YesNo
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, count, listing, title
from kgan.report.html import Figure, Section, Table

SPLITS = ("train", "validation", "test")
_MOST_ROWS = 12


class Counted(Row):
    """One line of ``counts.csv``: a split and class."""

    split: Name
    kind: Text = Field(alias="class")
    images: Count
    patients: Count


class Member(Row):
    """One line of ``patients.csv``."""

    patient: Name
    split: Text
    usable: YesNo
    reason: Text


class Excluded(Row):
    """One line of ``exclusions.csv``; without a slice the whole patient."""

    patient: Name
    slice: Maybe[Integer]
    reason: Text


def cohort_section(prepare: FinishedStep | None) -> Section:
    """Make the section on data and exclusions from the prepare step's tables."""
    if prepare is None:
        return Section("data", "Data", ("This run prepared no data.",))
    counts = read_table(prepare.folder / "counts.csv", Counted)
    patients = read_table(prepare.folder / "patients.csv", Member)
    excluded = [
        row for row in read_table(prepare.folder / "exclusions.csv", Excluded) if row.slice is not None
    ]
    unusable = [row for row in patients if not row.usable]
    sheet = prepare.folder / "contact_sheet.png"
    caption = "Slices as they were prepared, evenly spaced through each group."
    return Section(
        "data",
        "Data",
        paragraphs=_sentences(prepare, patients, unusable, excluded),
        tables=[table for table in (_counts(counts), _reasons(excluded)) if table.rows],
        figures=[Figure(sheet, "Contact sheet of prepared slices", caption)] if sheet.is_file() else [],
        folded=[(f"Patients left out: {len(unusable)}", [_why(row) for row in unusable])] if unusable else [],
    )


def _sentences(
    prepare: FinishedStep,
    patients: Sequence[Member],
    unusable: Sequence[Member],
    excluded: Sequence[Excluded],
) -> list[str]:
    request = prepare.settings.get("request") or {}
    shape = prepare.facts.get("image_shape") or []
    sequences = listing([str(name) for name in request.get("sequences", [])])
    what = f"{request.get('plane', '')} slices {request.get('first', '?')} to {request.get('last', '?')}"
    step = int(request.get("step") or 1)
    every = f", one in {step}" if step > 1 else ""
    size = f", {shape[0]} × {shape[1]} pixels" if len(shape) > 1 else ""
    used = [row for row in patients if row.split]
    left = f", {count(len(unusable))} could not be used" if unusable else ""
    found = f"{count(len(patients))} patients were found, {count(len(used))} are in a split{left}. "
    which = f"{what[:1].upper()}{what[1:]}{every} of {sequences or 'each volume'}{size}."
    if prepare.facts.get("pictures"):
        which = f"Each image is a file of its own{f' ({sequences})' if sequences else ''}{size}."
    return [
        (found if patients else "") + which,
        "Patients, never slices, are split; GANs and refiners learn from the training split alone.",
        f"{count(len(excluded))} slices were left out; exclusions.csv lists each with its reason."
        if excluded
        else "No slice was left out.",
        *(str(note) for note in prepare.facts.get("notes") or ()),
    ]


def _counts(rows: Sequence[Counted]) -> Table:
    classes = list(dict.fromkeys(row.kind for row in rows))
    lines = []
    for split in dict.fromkeys(row.split for row in rows):
        here = {row.kind: row for row in rows if row.split == split}
        cells = [_images(here.get(name)) for name in classes]
        total = sum(row.images for row in here.values())
        lines.append([title(split), *cells, count(total)])
    return Table(["Split", *(f"{title(name) or 'all'} (patients)" for name in classes), "Images"], lines)


def _images(row: Counted | None) -> str:
    if row is None:
        return NOTHING
    return f"{count(row.images)} ({count(row.patients)})"


def _reasons(excluded: Sequence[Excluded]) -> Table:
    found = Counter(_kind(row.reason) for row in excluded).most_common()
    shown = [[reason, count(times)] for reason, times in found[:_MOST_ROWS]]
    rest = sum(times for _, times in found[_MOST_ROWS:])
    if rest:
        shown.append([f"{len(found) - _MOST_ROWS} other reasons", count(rest)])
    return Table(["Reason for leaving a slice out", "Slices"], shown)


def _kind(reason: str) -> str:
    """Return a reason without the figures of the single slice, which follow a colon."""
    return reason.partition(":")[0].strip() or "no reason given"


def _why(row: Member) -> str:
    return f"{row.patient}: {row.reason or 'no reason given'}"
