"""Draw a pool of images from a GAN's models, class by class, streamed to HDF5."""

from typing import Any

from kgan.data.store.store import NO_CLASS, StoreWriter
from kgan.pipeline.context import StepContext
from kgan.steps.checks.equal_precision import refuse_unequal_precisions
from kgan.steps.checks.leakage_guard import source_patients
from kgan.steps.settings.pools import GenerateSettings
from kgan.training.tensorflow_import import import_tensorflow


def run(context: StepContext[GenerateSettings]) -> dict[str, Any]:
    """Write ``pool.h5``: first the images of the first model, then those of the second, ...

    Returns:
        dict: images in the pool, patients that its models learnt from.

    Raises:
        RunError: the models were trained in different precisions, or derive from unknown patients.
    """
    import_tensorflow()
    from kgan.training import model_files
    from kgan.training.generation import generate_images

    models = context.settings.models
    configs = {
        context.inputs[model.step]: model_files.read_config(context.inputs[model.step]) for model in models
    }
    refuse_unequal_precisions(context.name, configs)
    config = configs[context.inputs[models[0].step]]
    total = sum(model.count for model in models)
    pool = StoreWriter(
        context.out / "pool.h5",
        image_shape=config["image_shape"],
        classes=context.settings.classes,
        provenance={
            "kind": "generated",
            "gan": config["plugin"],
            "step": context.name,
            "seed": context.seed,
        },
    )
    context.progress.begin(context.name, total)
    with pool:
        for model in models:
            gan = model_files.load(context.inputs[model.step])
            label = NO_CLASS if model.label is None else model.label
            for images in generate_images(gan, model.count, context.seed, model.step):
                n = len(images)
                pool.append(images, [label] * n, [""] * n, [-1] * n)
                context.progress.advance(n)
    return {"images": total, "patients": source_patients(context, [model.step for model in models])}


def deviations(settings: GenerateSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {"range": "Images are clipped to the range of the real ones and kept with 8 bits a channel."}
