"""Refine a whole pool, in its order, each image by the model of its class."""

from typing import Any

import numpy as np

from kgan.data.sampling.sources import resize
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.pipeline.context import StepContext
from kgan.steps.checks.leakage import derived
from kgan.steps.snapshots import snapshot
from kgan.training.tensorflow_import import import_tensorflow

_PAIRS = 10


def run(context: StepContext) -> dict[str, Any]:
    """Write ``pool.h5``, image i being the refined image i of the source pool, and ``pairs-<class>.png``.

    Settings: ``source`` (the step whose pool is refined), ``count`` (per class, the first ones), ``models``
    (a list of ``step`` and ``label``), ``snapshot`` (steps after which the models are taken; left out for the
    end of their training).

    Returns:
        dict: images in the pool, patients that it derives from.
    """
    import_tensorflow()
    from kgan.report.figures.image_grid import pairs
    from kgan.training import model_files
    from kgan.training.generation import BATCH, refiner

    settings = context.settings
    source = ImageStore(context.inputs[settings["source"]] / "pool.h5")
    trained = {
        model["step"]: snapshot(context.inputs[model["step"]], settings.get("snapshot"))
        for model in settings["models"]
    }
    config = model_files.read_config(trained[settings["models"][0]["step"]])
    size = tuple(config["image_shape"][:2])
    provenance = {"kind": "refined", "gan": config["plugin"], "step": context.name, "of": source.provenance}
    pool = StoreWriter(
        context.out / "pool.h5",
        image_shape=config["image_shape"],
        classes=source.classes,
        provenance=provenance,
    )
    context.progress.begin(context.name, sum(model["count"] for model in settings["models"]))
    total = 0
    with pool:
        for model in settings["models"]:
            refined = refiner(model_files.load(trained[model["step"]]))
            chosen = _first(source, model["label"], model["count"])
            for start in range(0, len(chosen), BATCH):
                part = chosen[start : start + BATCH]
                before = resize(source.images(part), size)
                after = refined(before)
                pool.append(after, source.labels[part], [""] * len(part), [-1] * len(part))
                if start == 0:
                    pairs(before[:_PAIRS], after[:_PAIRS], context.out / _figure(source, model["label"]))
                context.progress.advance(len(part))
            total += len(chosen)
    steps = [settings["source"], *(model["step"] for model in settings["models"])]
    drawn = sorted(path.name for path in context.out.glob("pairs*.png"))
    name = context.name.partition("-")[2]
    published = {f"figures/{name}-{figure}": figure for figure in drawn}
    return {"images": total, "patients": derived(context, steps), "publish": published}


def _first(source: ImageStore, label: int | None, count: int) -> np.ndarray:
    indices = np.arange(len(source)) if label is None else np.flatnonzero(source.labels == label)
    return indices[:count]


def _figure(source: ImageStore, label: int | None) -> str:
    return "pairs.png" if label is None else f"pairs-{source.classes[label]}.png"
