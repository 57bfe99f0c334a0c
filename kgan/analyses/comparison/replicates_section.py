"""Tables of what was tried more than once: each training by itself, and refiners after several steps."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from kgan.files.columns import Count, Maybe, Real, Row, Share, Text, YesNo
from kgan.pipeline.run_folder import Steps, read_table
from kgan.report.formatting import NOTHING, SPACE, count, number_of, percent
from kgan.report.html import Cell, Section, Table


class Training(Row):
    """One line of ``repeats.csv``: one training of a classifier."""

    setup: Text
    variant: Text
    split: Text
    seed: Text
    accuracy: Maybe[Share]
    sensitivity: Maybe[Share]
    specificity: Maybe[Share]


class Choice(Row):
    """One line of ``choice.csv``: a refiner after some steps, by its classifier."""

    steps: Count
    validation_accuracy: Share
    low: Maybe[Real]
    high: Maybe[Real]
    images: Count
    patients: Count
    chosen: YesNo


def repeats_table(path: Path) -> Table | None:
    """Make the table of all trainings from ``repeats.csv``, side by side; ``None`` without any repeat."""
    rows = read_table(path, Training)
    if not rows:
        return None
    several = len({row.variant for row in rows}) > 1
    trainings = list(dict.fromkeys((row.split, row.seed) for row in rows))
    found: dict[tuple[str, str], dict[tuple[str, str], Training]] = {}
    for row in rows:
        found.setdefault((row.setup, row.variant), {})[row.split, row.seed] = row
    lines = [
        [
            Cell(setup, variant if several else ""),
            _spread(list(by.values())),
            *(_training(by.get(key)) for key in trainings),
        ]
        for (setup, variant), by in found.items()
    ]
    columns = ["Setup", "Accuracy %, mean ± SD", *(_heading(*key, trainings) for key in trainings)]
    return Table(
        columns,
        lines,
        note="Each run’s accuracy; below it sensitivity and specificity. SD: standard deviation over the "
        "runs. What differs from column to column is chance: the initial weights and orders of a seed, the "
        "patients of a split.",
    )


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


def _heading(split: str, seed: str, trainings: Sequence[tuple[str, str]]) -> str:
    splits, seeds = {one for one, _ in trainings}, {one for _, one in trainings}
    parts = [f"split {split}"] * (len(splits) > 1) + [f"seed {seed}"] * (len(seeds) > 1)
    return ", ".join(parts)


def _training(row: Training | None) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return Cell(percent(row.accuracy), f"{percent(row.sensitivity)} / {percent(row.specificity)}")


def _spread(rows: Sequence[Training]) -> Cell:
    values = [row.accuracy for row in rows if row.accuracy is not None]
    if len(values) < 2:
        return Cell(NOTHING)
    return Cell(f"{percent(statistics.mean(values))} ± {percent(statistics.stdev(values))}")
