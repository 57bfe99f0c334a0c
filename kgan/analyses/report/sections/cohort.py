"""Data of a run: cohort, split, exclusions and their reasons."""

from collections import Counter
from collections.abc import Sequence

from kgan.data.cohort.tables import COUNTS, EXCLUSIONS, PATIENTS, CountRow, ExclusionRow, PatientRow
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.figures.galleries import gallery
from kgan.report.formatting import NOTHING, count, listing, title
from kgan.report.html import Section, Table
from kgan.steps.facts import PreparationFacts
from kgan.steps.settings.prepare import PrepareSettings

_MAX_ROWS = 12


def cohort_section(run: Steps) -> Section:
    """Make the section on data and exclusions from the tables of the first preparation."""
    prepare = run.first_of(PrepareSettings)
    if prepare is None:
        return Section("data", "Data", ("This run prepared no data.",))
    counts = COUNTS.read(prepare.folder)
    patients = PATIENTS.read(prepare.folder)
    excluded = [row for row in EXCLUSIONS.read(prepare.folder) if row.slice is not None]
    unusable = [row for row in patients if not row.usable]
    sheet = prepare.folder / "contact_sheet.png"
    caption = "Prepared slices, evenly spaced within each group."
    return Section(
        "data",
        "Data",
        paragraphs=_sentences(prepare, patients, unusable, excluded),
        tables=[table for table in (_counts(counts), _reasons(excluded)) if table.rows],
        figures=[gallery(sheet, "Contact sheet of prepared slices", caption)] if sheet.is_file() else [],
        folded=[(f"Excluded patients: {len(unusable)}", [_line(row) for row in unusable])]
        if unusable
        else [],
    )


def _sentences(
    prepare: FinishedStep[PrepareSettings],
    patients: Sequence[PatientRow],
    unusable: Sequence[PatientRow],
    excluded: Sequence[ExclusionRow],
) -> list[str]:
    request, facts = prepare.settings.request, PreparationFacts.model_validate(prepare.facts)
    shape, sequences = facts.image_shape, listing(list(request.sequences))
    slices = request.words(f"{request.plane} slices")
    size = f", {shape[0]} × {shape[1]} pixels" if len(shape) > 1 else ""
    used = [row for row in patients if row.split]
    omitted = f", {count(len(unusable))} could not be used" if unusable else ""
    cohort = f"{count(len(patients))} patients were found, {count(len(used))} are in a split{omitted}. "
    images = f"{slices[:1].upper()}{slices[1:]} of {sequences}{size}."
    if facts.pictures:
        images = f"Each image is a separate file ({sequences}){size}."
    return [
        (cohort if patients else "") + images,
        "The split is by patient, not by slice. GANs and refiners are trained on the training split only.",
        f"{count(len(excluded))} slices were excluded; exclusions.csv lists each with its reason."
        if excluded
        else "No slice was excluded.",
        *facts.notes,
    ]


def _counts(rows: Sequence[CountRow]) -> Table:
    classes = list(dict.fromkeys(row.class_name for row in rows))
    lines = []
    for split in dict.fromkeys(row.split for row in rows):
        here = {row.class_name: row for row in rows if row.split == split}
        cells = [_images(here.get(name)) for name in classes]
        total = sum(row.images for row in here.values())
        lines.append([title(split), *cells, count(total)])
    return Table(["Split", *(f"{title(name) or 'all'} (patients)" for name in classes), "Images"], lines)


def _images(row: CountRow | None) -> str:
    if row is None:
        return NOTHING
    return f"{count(row.images)} ({count(row.patients)})"


def _reasons(excluded: Sequence[ExclusionRow]) -> Table:
    reasons = Counter(_kind(row.reason) for row in excluded).most_common()
    shown = [[reason, count(times)] for reason, times in reasons[:_MAX_ROWS]]
    rest = sum(times for _, times in reasons[_MAX_ROWS:])
    if rest:
        shown.append([f"{len(reasons) - _MAX_ROWS} other reasons", count(rest)])
    return Table(["Reason for excluding a slice", "Slices"], shown)


def _kind(reason: str) -> str:
    """Return a reason without the values of the single slice, which follow a colon."""
    return reason.partition(":")[0].strip() or "no reason given"


def _line(row: PatientRow) -> str:
    return f"{row.patient}: {row.reason or 'no reason given'}"
