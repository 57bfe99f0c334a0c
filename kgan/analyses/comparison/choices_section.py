"""How long refiners were trained; moves to the checkpoint selection."""

from collections.abc import Mapping

from kgan.files.columns import Count, Maybe, Real, Row, Share, YesNo
from kgan.pipeline.run_folder import Steps, read_table
from kgan.report.formatting import NOTHING, SPACE, count, number_of, percent
from kgan.report.html import Cell, Section, Table


class Choice(Row):
    """One line of ``choice.csv``: a refiner after some steps, by its classifier."""

    steps: Count
    validation_accuracy: Share
    low: Maybe[Real]
    high: Maybe[Real]
    images: Count
    patients: Count
    chosen: YesNo


def choices_section(steps: Steps, labels: Mapping[str, str]) -> Section | None:
    """Make the section on how long refiners were trained; ``None`` where nothing was chosen."""
    rows: list[list[str | Cell]] = []
    for step in steps.that("choose"):
        name = step.settings["source"]
        for row in read_table(step.folder / "choice.csv", Choice):
            accuracy = percent(row.validation_accuracy)
            limits = f"[{percent(row.low)},{SPACE}{percent(row.high)}]"
            tried = Cell(
                f"{count(row.images)} images of {number_of(row.patients, 'patient')}",
                f"“{step.settings.get('setup', '')}”",
            )
            after = f"after {count(row.steps)} steps{_of_split(step.name)}"
            heading = Cell(labels.get(name, name), after, strong=row.chosen)
            found = Cell(accuracy, limits, strong=row.chosen)
            rows.append([heading, found, tried, "taken" if row.chosen else NOTHING])
    if not rows:
        return None
    note = (
        "Accuracy on validation images of the classifier that learnt from this pool, with Wilson’s 95 % "
        "interval; of equals the shorter training is taken. No test image has a say."
    )
    columns = ["Refiner", "Validation accuracy %", "Tried on", ""]
    return Section("choice", "How long refiners were trained", tables=[Table(columns, rows, note=note)])


def _of_split(step: str) -> str:
    """Tell the choices of further splits of the patients apart."""
    _, found, number = step.rpartition("-split")
    return f", split {number}" if found else ""
