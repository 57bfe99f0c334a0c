"""Draw a pool of images from a GAN's models, class by class, streamed to HDF5."""

from collections.abc import Mapping
from typing import Any

from kgan.data.store.store import NO_CLASS, StoreWriter
from kgan.pipeline.context import StepContext
from kgan.steps.checks.leakage import derived
from kgan.training.tensorflow_import import import_tensorflow


def run(context: StepContext) -> dict[str, Any]:
    """Write ``pool.h5``: first ``counts[0]`` images of the first model, then those of the second, ...

    Settings: ``models`` (a list of ``step``, ``label`` and ``count``), ``classes``.

    Returns:
        dict: images in the pool, patients that its models learnt from.
    """
    import_tensorflow()
    from kgan.training import model_files
    from kgan.training.generation import generated

    models = context.settings["models"]
    config = [model_files.read_config(context.inputs[model["step"]]) for model in models]
    total = sum(model["count"] for model in models)
    provenance = {"kind": "generated", "gan": config[0]["plugin"], "step": context.name, "seed": context.seed}
    pool = StoreWriter(
        context.out / "pool.h5",
        image_shape=config[0]["image_shape"],
        classes=context.settings["classes"],
        provenance=provenance,
    )
    context.progress.begin(context.name, total)
    with pool:
        for model in models:
            gan = model_files.load(context.inputs[model["step"]])
            label = NO_CLASS if model["label"] is None else model["label"]
            for images in generated(gan, model["count"], context.seed, model["step"]):
                n = len(images)
                pool.append(images, [label] * n, [""] * n, [-1] * n)
                context.progress.advance(n)
    return {"images": total, "patients": derived(context, [model["step"] for model in models])}


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {"range": "Images are clipped to the range of the real ones and kept with 8 bits a channel."}
