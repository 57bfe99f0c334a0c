"""Step: take a refiner after the number of training steps that serves a classifier best on validation images.

No test image has a say. The criterion is the paper's: validation accuracy, here of the classifier at its
threshold; of equals the fewest steps are taken (ours).

Reference: C. Han et al., "Combining noise-to-image and image-to-image GANs", IEEE Access 2019, section III-B.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from kgan.analyses.checkpoint_selection.settings import Candidate, CheckpointSelectionSettings
from kgan.analyses.checkpoint_selection.tables import CANDIDATES, CandidateResult
from kgan.pipeline.context import StepContext
from kgan.stats.predictions import read_predictions
from kgan.stats.proportions import proportion
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import predictions_of
from kgan.steps.training.snapshots import snapshot

#: What a classifier leaves of its test, its validation and its training.
_CLASSIFIER_TABLES = ("predictions.csv", "validation.csv", "epochs.csv")

Context = StepContext[CheckpointSelectionSettings]


def run(context: Context) -> dict[str, Any]:
    """Write the table `CANDIDATES`, the chosen ``pool.h5`` with its ``pairs*.png``, and ``models/<class>/``.

    The classifier on the chosen pool stands beside them, as that is its setup's too: its tables
    (``predictions.csv``, ``validation.csv``, ``epochs.csv``) and itself (``config.json``, ``networks/``).

    Returns:
        dict: steps chosen, their accuracy, patients that the chosen pool derives from, files to publish.

    Raises:
        DataError: a table of validation predictions cannot be used.
        RunError: a candidate derives from a patient of the test.
    """
    settings = context.settings
    accuracies = [_accuracy(context, candidate) for candidate in settings.candidates]
    best = max(range(len(accuracies)), key=lambda place: (accuracies[place].validation_accuracy, -place))
    chosen = settings.candidates[best]
    _take(context, chosen)
    rows = (row.model_copy(update={"chosen": place == best}) for place, row in enumerate(accuracies))
    CANDIDATES.write(context.out, rows)
    return {
        "steps": chosen.steps,
        "validation_accuracy": accuracies[best].validation_accuracy,
        "patients": _patients(context, chosen),
        "publish": {f"results/choice-{settings.source}{_split(context.name)}.csv": CANDIDATES.file},
    }


def deviations(settings: CheckpointSelectionSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "ties": "Of numbers of training steps with equal validation accuracy the smallest is taken; accuracy "
        "is that at a score of 0.5."
    }


def _accuracy(context: Context, candidate: Candidate) -> CandidateResult:
    """Return how well the classifier on a candidate's images does on validation images."""
    table = predictions_of(context.inputs[candidate.classifier], context.prepared, "validation.csv")
    accuracy = proportion(int(table.right.sum()), len(table))
    return CandidateResult(
        steps=candidate.steps,
        validation_accuracy=accuracy.value or 0.0,
        low=accuracy.low,
        high=accuracy.high,
        images=accuracy.n,
        patients=len(set(table.units.tolist())),
        chosen=False,
    )


def _take(context: Context, chosen: Candidate) -> None:
    """Put the chosen pool, its models and its classifier into the step's folder."""
    pool, classifier = context.inputs[chosen.pool], context.inputs[chosen.classifier]
    tables = (classifier / file for file in _CLASSIFIER_TABLES)
    for path in (pool / "pool.h5", *sorted(pool.glob("pairs*.png")), *tables):
        _link(path, context.out / path.name)
    _copy_model(classifier, context.out)
    for model in context.settings.models:
        trained = snapshot(context.inputs[model.step], None if chosen.last else chosen.steps)
        _copy_model(trained, context.out / "models" / model.name)


def _patients(context: Context, chosen: Candidate) -> list[str]:
    """Return whom the choice derives from: it would be another one without the patients of the validation."""
    candidates = context.settings.candidates
    classifier = context.inputs[chosen.classifier]
    tables = [
        read_predictions(context.inputs[candidate.classifier] / "validation.csv") for candidate in candidates
    ]
    validated = {patient for table in tables for patient in table.patients.tolist()}
    tested = read_predictions(classifier / "predictions.csv").patients.tolist()
    guard = LeakageGuard.of(context.prepared, tested)
    guard.refuse(context.name, "the validation split", validated, classifier)
    inputs = [step for candidate in candidates for step in (candidate.pool, candidate.classifier)]
    return sorted({*source_patients(context, inputs, guard), *validated})


def _split(step: str) -> str:
    """Return how the published table of a further split of the patients ends; empty for the first split."""
    _, separator, number = step.rpartition("-split")
    return f"-split{number}" if separator else ""


def _link(source: Path, target: Path) -> None:
    """Let one file stand in two folders; copy it where the disk cannot do that."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _copy_model(trained: Path, place: Path) -> None:
    shutil.rmtree(place / "networks", ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(trained / "config.json", place / "config.json")
    shutil.copytree(trained / "networks", place / "networks")
