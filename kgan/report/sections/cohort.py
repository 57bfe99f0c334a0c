"""The report section on the data: patients, splits, exclusions and their reasons."""

from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from kgan.files.columns import Count, Integer, Maybe, Name, Row, Text, YesNo
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, count, listing, title
from kgan.report.html import Figure, Section, Table

SPLITS = ("train", "validation", "test")
_MAX_ROWS = 12


class Counted(Row):
    """One row of ``counts.csv``: a split and class."""

    split: Name
    kind: Text = Field(alias="class")
    images: Count
    patients: Count


class Member(Row):
    """One row of ``patients.csv``."""

    patient: Name
    split: Text
    usable: YesNo
    reason: Text


class Excluded(Row):
    """One row of ``exclusions.csv``; without a slice it excludes the whole patient."""

    patient: Name
    slice: Maybe[Integer]
    reason: Text


def cohort_section(prepare: FinishedStep | None) -> Section:
    """Make the section on data and exclusions from the tables of the step ``prepare``."""
    if prepare is None:
        return Section("data", "Data", ("This run prepared no data.",))
    counts = read_table(prepare.folder / "counts.csv", Counted)
    patients = read_table(prepare.folder / "patients.csv", Member)
    excluded = [
        row for row in read_table(prepare.folder / "exclusions.csv", Excluded) if row.slice is not None
    ]
    unusable = [row for row in patients if not row.usable]
    sheet = prepare.folder / "contact_sheet.png"
    caption = "Prepared slices, evenly spaced within each group."
    return Section(
        "data",
        "Data",
        paragraphs=_sentences(prepare, patients, unusable, excluded),
        tables=[table for table in (_counts(counts), _reasons(excluded)) if table.rows],
        figures=[Figure(sheet, "Contact sheet of prepared slices", caption)] if sheet.is_file() else [],
        folded=[(f"Excluded patients: {len(unusable)}", [_line(row) for row in unusable])]
        if unusable
        else [],
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
    slices = f"{request.get('plane', '')} slices {request.get('first', '?')} to {request.get('last', '?')}"
    step = int(request.get("step") or 1)
    interval = f", one in {step}" if step > 1 else ""
    size = f", {shape[0]} × {shape[1]} pixels" if len(shape) > 1 else ""
    used = [row for row in patients if row.split]
    omitted = f", {count(len(unusable))} could not be used" if unusable else ""
    cohort = f"{count(len(patients))} patients were found, {count(len(used))} are in a split{omitted}. "
    images = f"{slices[:1].upper()}{slices[1:]}{interval} of {sequences or 'each volume'}{size}."
    if prepare.facts.get("pictures"):
        images = f"Each image is a separate file{f' ({sequences})' if sequences else ''}{size}."
    return [
        (cohort if patients else "") + images,
        "The split is by patient, not by slice. GANs and refiners are trained on the training split only.",
        f"{count(len(excluded))} slices were excluded; exclusions.csv lists each with its reason."
        if excluded
        else "No slice was excluded.",
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
    reasons = Counter(_kind(row.reason) for row in excluded).most_common()
    shown = [[reason, count(times)] for reason, times in reasons[:_MAX_ROWS]]
    rest = sum(times for _, times in reasons[_MAX_ROWS:])
    if rest:
        shown.append([f"{len(reasons) - _MAX_ROWS} other reasons", count(rest)])
    return Table(["Reason for excluding a slice", "Slices"], shown)


def _kind(reason: str) -> str:
    """Return a reason without the values of the single slice, which follow a colon."""
    return reason.partition(":")[0].strip() or "no reason given"


def _line(row: Member) -> str:
    return f"{row.patient}: {row.reason or 'no reason given'}"
