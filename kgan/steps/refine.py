"""Refine a whole pool, in its order, each image by the model of its class."""

from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.resize import resize
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.pipeline.context import StepContext
from kgan.steps.checks.equal_precision import refuse_unequal_precisions
from kgan.steps.checks.leakage_guard import source_patients
from kgan.steps.settings.pools import PoolModel, RefineSettings
from kgan.steps.training.snapshots import snapshot
from kgan.training.tensorflow_import import import_tensorflow

_PAIRS = 6


def run(context: StepContext[RefineSettings]) -> dict[str, Any]:
    """Write ``pool.h5``, image i being the refined image i of the source pool, and ``pairs-<class>.png``.

    Returns:
        dict: images in the pool, patients that it derives from.

    Raises:
        RunError: the models were trained in different precisions, or derive from unknown patients.
    """
    import_tensorflow()
    from kgan.training import model_files

    settings = context.settings
    source = ImageStore(context.inputs[settings.source] / "pool.h5")
    folders = {
        model.step: snapshot(context.inputs[model.step], settings.snapshot) for model in settings.models
    }
    configs = {folder: model_files.read_config(folder) for folder in folders.values()}
    refuse_unequal_precisions(context.name, configs)
    config = configs[folders[settings.models[0].step]]
    pool = StoreWriter(
        context.out / "pool.h5",
        image_shape=config["image_shape"],
        classes=source.classes,
        provenance={
            "kind": "refined",
            "gan": config["plugin"],
            "step": context.name,
            "of": source.provenance,
        },
    )
    context.progress.begin(context.name, sum(model.count for model in settings.models))
    with pool:
        total = sum(_refine(context, source, model, folders[model.step], pool) for model in settings.models)
    steps = [settings.source, *folders]
    figures = sorted(path.name for path in context.out.glob("pairs*.png"))
    name = context.name.partition("-")[2]
    published = {f"figures/{name}-{figure}": figure for figure in figures}
    return {"images": total, "patients": source_patients(context, steps), "publish": published}


def _refine(
    context: StepContext[RefineSettings],
    source: ImageStore,
    model: PoolModel,
    folder: Path,
    pool: StoreWriter,
) -> int:
    """Append the refined images of a class to the pool, draw the first of them, and return how many."""
    from kgan.report.figures.image_grid import pairs
    from kgan.training import model_files
    from kgan.training.generation import BATCH, refine_function

    refined = refine_function(model_files.load(folder))
    indices = _first(source, model.label, model.count)
    height, width, _ = pool.image_shape
    for start in range(0, len(indices), BATCH):
        part = indices[start : start + BATCH]
        before = resize(source.images(part), (height, width))
        after = refined(before)
        pool.append(after, source.labels[part], [""] * len(part), [-1] * len(part))
        if start == 0:
            pairs(before[:_PAIRS], after[:_PAIRS], context.out / _figure(source, model.label))
        context.progress.advance(len(part))
    return len(indices)


def _first(source: ImageStore, label: int | None, count: int) -> np.ndarray:
    indices = np.arange(len(source)) if label is None else np.flatnonzero(source.labels == label)
    return indices[:count]


def _figure(source: ImageStore, label: int | None) -> str:
    return "pairs.png" if label is None else f"pairs-{source.classes[label]}.png"
