"""Learning curves of GANs, refiners and classifiers."""

from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from kgan import registry
from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.report.model_names import training_steps
from kgan.pipeline.records.run_folder import Steps
from kgan.report.elements import Curves
from kgan.report.figures.learning_curves import Log, draw_losses, read_log, small_panels, write_logs
from kgan.report.formatting import listing, title
from kgan.report.html import AnyFigure, Figure, Section
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
    losses = list(_losses(run, folder, labels))
    figures: list[AnyFigure] = [*losses, *_epochs(run, folder, labels)]
    if figures:
        notes = [_NOTE] if losses else []
        yield Section("training", "Learning curves", notes, figures=figures, closed=True)


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


def _epochs(run: Steps, folder: Path, labels: Mapping[str, str]) -> Iterator[Curves]:
    """Yield validation loss and accuracy of all classifiers, a panel for each setup."""
    panels: dict[str, dict[str, list[Log]]] = {}
    every: dict[str, Log] = {}
    trained = {step.name: step.folder for step in run.of(ClassifySettings)}
    for step, panel, kind, replicate in _classifiers(run, trained, labels):
        log = read_log(trained[step] / EPOCHS_FILE)
        if log is not None:
            panels.setdefault(panel, {}).setdefault(kind, []).append(log)
            every[", ".join(part for part in (panel, kind, replicate) if part)] = log
    for column in _EPOCH_COLUMNS:
        if any(column in log.values for log in every.values()):
            anchor = f"curves-classifiers-{column}"
            folder.mkdir(parents=True, exist_ok=True)
            write_logs(every, folder / f"{anchor}.csv")
            caption = f"Classifiers: {column.replace('_', ' ')} by epoch, a line for each run."
            yield small_panels(panels, column, anchor, caption)


def _classifiers(
    run: Steps, trained: Container[str], labels: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the classifiers: step, display name of the setup, variant, and which run of several."""
    named = set()
    comparison = run.first_of(ComparisonSettings)
    cells = comparison.settings.cells if comparison else ()
    several = len({(cell.split, cell.seed) for cell in cells}) > 1
    for cell in cells:
        if cell.step in trained and cell.step not in named:
            named.add(cell.step)
            replicate = f"split {cell.split}, seed {cell.seed}" if several else ""
            yield cell.step, registry.setup_name(cell.setup, labels), cell.variant, replicate
    for selection in run.of(CheckpointSelectionSettings):
        setup = registry.setup_name(selection.settings.setup, labels)
        for candidate in selection.settings.candidates:
            if candidate.classifier in trained and candidate.classifier not in named:
                named.add(candidate.classifier)
                panel = f"{setup}, {candidate.steps:,} steps"
                yield candidate.classifier, panel, selection.settings.variant, ""
    for step in run.of(ClassifySettings):
        if step.name not in named:
            yield step.name, step.name, "", ""
