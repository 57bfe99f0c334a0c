"""The report's section on the selection of refiners' checkpoints."""

from collections.abc import Iterator, Mapping

from kgan import registry
from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.checkpoint_selection.tables import CANDIDATES, CandidateResult
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.formatting import NOTHING, SPACE, count, number_of, percent
from kgan.report.html import Cell, Section, Table

_COLUMNS = ("Refiner", "Validation accuracy %", "Tried on", "Selection")
_NOTE = (
    "Accuracy on validation images of the classifier that learnt from this pool, with Wilson’s 95 % "
    "interval; of equals the shorter training is taken. No test image has a say."
)


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on how long refiners were trained; none where no checkpoint was selected.

    Args:
        run: the finished steps, of all splits.
        labels: refiners by the names they are known under.
    """
    rows = [
        _row(step, candidate, labels)
        for step in run.of(CheckpointSelectionSettings)
        for candidate in CANDIDATES.read(step.folder)
    ]
    if rows:
        tables = [Table(_COLUMNS, rows, note=_NOTE)]
        yield Section("choice", "How long refiners were trained", tables=tables, closed=True)


def _row(
    step: FinishedStep[CheckpointSelectionSettings], candidate: CandidateResult, labels: Mapping[str, str]
) -> list[str | Cell]:
    refiner, chosen = step.settings.source, candidate.chosen
    after = f"after {count(candidate.steps)} steps{_of_split(step.name)}"
    limits = f"[{percent(candidate.low)},{SPACE}{percent(candidate.high)}]"
    images = f"{count(candidate.images)} images of {number_of(candidate.patients, 'patient')}"
    return [
        Cell(labels.get(refiner, refiner), after, strong=chosen),
        Cell(percent(candidate.validation_accuracy), limits, strong=chosen),
        Cell(images, f"“{registry.setup_name(step.settings.setup, labels)}”"),
        "taken" if chosen else NOTHING,
    ]


def _of_split(step: str) -> str:
    """Return which further split of the patients a step is of; empty for the first."""
    _, separator, number = step.rpartition("-split")
    return f", split {number}" if separator else ""
