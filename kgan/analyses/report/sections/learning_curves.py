"""Learning curves of GANs, refiners and classifiers."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.report.model_names import training_steps
from kgan.pipeline.records.run_folder import Steps
from kgan.report.figures.learning_curves import Log, draw_losses, draw_together, read_log, write_logs
from kgan.report.formatting import listing, title
from kgan.report.html import Figure, Section
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.training import TrainGanSettings
from kgan.training.log import EPOCHS_FILE, LOSSES_FILE

_NOTE = "Grey lines mark where a new phase of training begins."
_EPOCH_COLUMNS = ("validation_loss", "validation_accuracy")


def learning_curves_section(run: Steps, folder: Path, labels: Mapping[str, str]) -> Iterator[Section]:
    """Draw the curves and yield their section; none where nothing was trained.

    Args:
        run: the finished steps.
        folder: of the figures.
        labels: display names of GANs and refiners.
    """
    figures = [*_losses(run, folder, labels), *_epochs(run, folder)]
    if figures:
        yield Section("training", "Learning curves", [_NOTE], figures=figures, closed=True)


def _losses(run: Steps, folder: Path, labels: Mapping[str, str]) -> Iterator[Figure]:
    """Draw the losses of GANs and refiners, those of GANs that share a loss together."""
    by_loss: dict[str, dict[tuple[str, str], Log]] = {}
    for step, name, class_name in training_steps(run):
        log = read_log(step.folder / LOSSES_FILE)
        loss = step.settings.loss if isinstance(step.settings, TrainGanSettings) else None
        if log is not None:
            by_loss.setdefault(loss.plugin if loss else name, {})[name, class_name] = log
    for loss_name, logs in by_loss.items():
        names = list(dict.fromkeys(name for name, _ in logs))
        path = folder / f"curves-{names[0] if len(names) == 1 else loss_name}.png"
        lines = {_line(*model, labels, len(names) > 1): log for model, log in logs.items()}
        draw_losses(lines, path)
        write_logs(lines, path.with_suffix(".csv"))
        models = listing([labels.get(name, name) for name in names])
        yield Figure(path, f"Losses of {models} by step", f"{models}: losses by training step.")


def _line(name: str, class_name: str, labels: Mapping[str, str], several: bool) -> str:
    parts = [labels.get(name, name)] if several else []
    return ", ".join([*parts, *([title(class_name)] if class_name else [])]) or "all"


def _epochs(run: Steps, folder: Path) -> Iterator[Figure]:
    """Draw validation loss and accuracy of all classifiers."""
    names = _classifier_names(run)
    logs = {
        names.get(step.name, step.name): read_log(step.folder / EPOCHS_FILE)
        for step in run.of(ClassifySettings)
    }
    drawn = {name: log for name, log in logs.items() if log is not None}
    for column in _EPOCH_COLUMNS:
        if any(column in log.values for log in drawn.values()):
            path = folder / f"curves-classifiers-{column}.png"
            draw_together(drawn, column, path)
            write_logs(drawn, path.with_suffix(".csv"))
            words = column.replace("_", " ")
            yield Figure(path, f"{words} by epoch", f"Classifiers: {words} by epoch.")


def _classifier_names(run: Steps) -> dict[str, str]:
    """Return the display names of classifiers by the steps that trained them."""
    comparison = run.first_of(ComparisonSettings)
    cells = comparison.settings.cells if comparison else ()
    several = len({cell.variant for cell in cells}) > 1
    names = {cell.step: f"{cell.setup} ({cell.variant})" if several else cell.setup for cell in cells}
    for step in run.of(CheckpointSelectionSettings):
        for candidate in step.settings.candidates:
            names[candidate.classifier] = f"{step.settings.setup}, {candidate.steps:,} steps"
    return names
