"""Step: classify the images of every pool by a classifier that has seen real images alone."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kgan.analyses.recognition.settings import RecognitionSettings
from kgan.analyses.recognition.tables import REAL, RECOGNIZED, Recognized
from kgan.data.store.gan_view import CenterCropped
from kgan.data.store.store import ImageStore
from kgan.features.image_set import Images, ImageSubset
from kgan.pipeline.context import StepContext
from kgan.stats.clustered import proportion_interval
from kgan.stats.predictions import THRESHOLD
from kgan.stats.proportions import proportion
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import predictions_of
from kgan.training.tensorflow_import import import_tensorflow

Context = StepContext[RecognitionSettings]


def run(context: Context) -> dict[str, Any]:
    """Write the table `RECOGNIZED`: the real test images of each class, then those of each pool.

    Of a pool the first images of each class are taken; all of them are drawn alike.

    Returns:
        dict: number of images, patients that the pools and the classifier derive from, files to publish.

    Raises:
        DataError: the classifier's table of test images cannot be used.
        RunError: a pool or the classifier derives from a test patient or a further one.
    """
    import_tensorflow()
    settings = context.settings
    steps = [settings.classifier, *(pool.step for pool in settings.pools)]
    patients = source_patients(context, steps, LeakageGuard.of(context.prepared))
    real = list(_real(context))
    shares = {row.class_name: row.share for row in real}
    rows = [*real, *_generated(context, shares)]
    RECOGNIZED.write(context.out, rows)
    return {
        "images": sum(row.images for row in rows),
        "patients": patients,
        "publish": {f"results/{RECOGNIZED.file}": RECOGNIZED.file},
    }


def deviations(settings: RecognitionSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "recognition": f"The classifier of “{settings.setup}” recognises generated images; in the papers "
        "people do."
    }


def _real(context: Context) -> Iterator[Recognized]:
    """Yield the test images of each class, by the scores that the classifier left of them."""
    table = predictions_of(context.inputs[context.settings.classifier], context.prepared)
    for label, class_name in enumerate(context.settings.classes):
        of_class = table.truth == label
        if not of_class.any():
            continue
        right = table.right[of_class]
        interval = proportion_interval(right, table.units[of_class])
        yield Recognized(
            image_set=REAL,
            class_name=class_name,
            images=len(right),
            recognized=int(right.sum()),
            share=float(right.mean()),
            low=interval.low,
            high=interval.high,
            of_real=1.0 if right.any() else None,
        )


def _generated(context: Context, real: dict[str, float]) -> Iterator[Recognized]:
    """Yield each pool and class.

    Args:
        context: of the step.
        real: share of recognised test images of each class.
    """
    from kgan.steps.classification.scoring import Scorer
    from kgan.training import model_files

    settings = context.settings
    model = model_files.load(context.inputs[settings.classifier])
    size = model.image_shape[:2]
    scorer = Scorer(model, size)
    context.progress.begin(context.name, len(settings.pools))
    for pool in settings.pools:
        store = ImageStore(context.inputs[pool.step] / "pool.h5")
        seen: Images = CenterCropped(store, size) if settings.center_crop else store
        for label, class_name in enumerate(settings.classes):
            chosen = np.flatnonzero(store.labels == label)[: settings.images]
            if not len(chosen):
                continue
            positive = scorer(ImageSubset(seen, chosen)) >= THRESHOLD
            right = int((positive == (label == 1)).sum())
            share = proportion(right, len(chosen))
            yield Recognized(
                image_set=pool.name,
                class_name=class_name,
                images=len(chosen),
                recognized=right,
                share=right / len(chosen),
                low=share.low,
                high=share.high,
                of_real=right / len(chosen) / real[class_name] if real.get(class_name) else None,
            )
        context.progress.advance(1, pool.name)
