"""Step: take a refiner after the number of training steps that served a classifier best on validation images.

No test image has a say. The criterion is the paper's: validation accuracy, here of the classifier at its
threshold; of equals the fewest steps are taken (ours).

Reference: C. Han et al., "Combining noise-to-image and image-to-image GANs", IEEE Access 2019, section III-B.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgan.files.tables import write_records
from kgan.pipeline.context import StepContext
from kgan.stats.predictions import read_predictions
from kgan.stats.proportions import proportion
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import predictions_of
from kgan.steps.snapshots import snapshot

TABLE = "choice.csv"
COLUMNS = ("steps", "validation_accuracy", "low", "high", "images", "patients", "chosen")


def run(context: StepContext) -> dict[str, Any]:
    """Write ``choice.csv``, the chosen ``pool.h5`` with its ``pairs*.png``, and ``models/<class>/``.

    The classifier on the chosen pool stands beside them, as that is its setup's too: what it said
    (``predictions.csv``, ``validation.csv``, ``epochs.csv``) and itself (``config.json``, ``networks/``).

    Settings: ``source`` (the refiner), ``candidates`` (a list of ``steps``, ``pool``, ``classifier`` and
    ``last``: whether that is the end of the training), ``models`` (a list of ``step`` and ``name``, the
    class), ``setup`` and ``variant`` of the classifiers.

    Returns:
        dict: steps chosen, their accuracy, images of the pool, patients that it derives from.

    Raises:
        DataError: a table of validation predictions cannot be used.
        RunError: a candidate derives from a patient of the test.
    """
    settings = context.settings
    candidates = settings["candidates"]
    rows = [_row(context, one) for one in candidates]
    best = max(range(len(rows)), key=lambda place: (rows[place]["validation_accuracy"], -place))
    rows[best]["chosen"] = "yes"
    chosen = candidates[best]
    pool, classifier = context.inputs[chosen["pool"]], context.inputs[chosen["classifier"]]
    said = (classifier / file for file in ("predictions.csv", "validation.csv", "epochs.csv"))
    for path in (pool / "pool.h5", *sorted(pool.glob("pairs*.png")), *said):
        _link(path, context.out / path.name)
    _copy_model(classifier, context.out)
    for model in settings["models"]:
        trained = snapshot(context.inputs[model["step"]], None if chosen["last"] else chosen["steps"])
        _copy_model(trained, context.out / "models" / model["name"])
    write_records(context.out / TABLE, COLUMNS, rows)
    # Whom it was tried on is learnt from too: the choice would not be the same without them.
    inputs = [one[key] for one in candidates for key in ("pool", "classifier")]
    tables = [read_predictions(context.inputs[one["classifier"]] / "validation.csv") for one in candidates]
    tried = {patient for table in tables for patient in table.patients.tolist()}
    tested = read_predictions(classifier / "predictions.csv").patients.tolist()
    seal = LeakageGuard.of(context.prepared, tested)
    seal.refuse(context.name, "the validation split", tried, classifier)
    name = settings["source"]
    return {
        "steps": chosen["steps"],
        "validation_accuracy": rows[best]["validation_accuracy"],
        "patients": sorted({*source_patients(context, inputs, seal), *tried}),
        "publish": {f"results/choice-{name}{_split(context.name)}.csv": TABLE},
    }


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "ties": "Of numbers of training steps with equal validation accuracy the smallest is taken; accuracy "
        "is that at a score of 0.5."
    }


def _row(context: StepContext, candidate: Mapping[str, Any]) -> dict[str, Any]:
    table = predictions_of(context.inputs[candidate["classifier"]], context.prepared, "validation.csv")
    found = proportion(int(table.right.sum()), len(table))
    return {
        "steps": candidate["steps"],
        "validation_accuracy": found.value,
        "low": found.low,
        "high": found.high,
        "images": found.n,
        "patients": len(set(table.units.tolist())),
        "chosen": "no",
    }


def _split(step: str) -> str:
    """Return what tells the tables of several splits apart."""
    _, found, number = step.rpartition("-split")
    return f"-split{number}" if found else ""


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
