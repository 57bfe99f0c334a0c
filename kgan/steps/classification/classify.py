"""Train a classifier under one data-augmentation setup; keep its scores of validation and test images."""

from typing import TYPE_CHECKING, Any

import numpy as np

from kgan.data.sampling.batches import own_errors, stream
from kgan.data.sampling.sources import MixedSource, RealSource
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.pipeline.context import StepContext
from kgan.schema.sources import FURTHER_REAL
from kgan.stats.predictions import TEST_FILE, VALIDATION_FILE, Predictions, write_predictions
from kgan.steps.checks.cohort_limits import reductions
from kgan.steps.checks.leakage_guard import training_patients
from kgan.steps.classification.classifier_limits import limits
from kgan.steps.classification.classifier_sources import open_store, sources_of
from kgan.steps.classification.scoring import Scorer
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.training.model_setup import Trainer, trainer
from kgan.training.log import EPOCHS_FILE, read_losses
from kgan.training.tensorflow_import import import_tensorflow

if TYPE_CHECKING:
    from kgan.training.early_stopping import EarlyStopping

__all__ = ["deviations", "limits", "run"]


def run(context: StepContext[ClassifySettings]) -> dict[str, Any]:
    """Train; write ``predictions.csv`` (test), ``validation.csv``, ``log.csv``, ``epochs.csv`` and the model.

    Returns:
        dict: patients learnt from or stopped by, training images by source, epochs, best epoch, images seen,
        devices.
    """
    import_tensorflow()
    from kgan.training import model_files

    settings = context.settings
    real, validation = (
        open_store(context.prepared / f"{split}.h5", settings) for split in ("train", "validation")
    )
    mix = MixedSource(sources_of(context, real))
    pools = [source.step for source in settings.sources if source.kind == "pool"]
    # When it stops is decided on the validation images: it derives from their patients too.
    patients = training_patients(
        context, real.patients.tolist(), pools, validation.patients.tolist(), _further(settings, mix)
    )
    config = settings.built_from(real.image_shape[-1])
    training = trainer(context, config, settings.train.batch_size, f"{len(mix)} training images")
    with own_errors():
        scorer, stopping = _train(context, training, mix, validation)
        model_files.save(training.model, training.recipe, context.out)
        test = open_store(context.prepared / "test.h5", settings)
        for store, file in ((validation, VALIDATION_FILE), (test, TEST_FILE)):
            scores = scorer(store).astype(np.float64)
            write_predictions(
                context.out / file, Predictions(store.patients, store.slices, store.labels, scores)
            )
    epochs = len(read_losses(context.out / EPOCHS_FILE))
    return {
        "patients": patients,
        "sources": {source.name: len(source) for source in mix.sources},
        "epochs": epochs,
        "best_epoch": int(stopping.best_epoch) + 1,
        "images_seen": epochs * stopping.epoch_steps * training.batch,
        **training.facts,
        "limits": reductions(limits(context.name, settings, context.prepared)),
    }


def deviations(settings: ClassifySettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    sentences = {
        "early-stopping": "Early stopping goes by the log loss of the validation images and returns to the "
        "weights of the best epoch; the papers give the patience alone.",
        "epochs": f"Training ends after {settings.train.epochs} epochs where early stopping has not "
        "ended it; the papers name no limit.",
    }
    if settings.classic:
        sentences["classic"] = (
            "Classic augmentation is one affine warp about the centre with independent zooms of both axes; "
            "shear is a share of the distance from the centre. The papers give the ranges alone."
        )
    return sentences


def _further(settings: ClassifySettings, mix: MixedSource) -> list[str]:
    """Return whose images the source of further patients gives, image by image."""
    patients: list[str] = []
    for requested, source in zip(settings.sources, mix.sources, strict=True):
        if requested.kind == FURTHER_REAL:
            if not isinstance(source, RealSource):
                raise TypeError(f"further patients come from a RealSource, received {type(source).__name__}")
            patients += source.store.patients[source.indices].tolist()
    return patients


def _train(
    context: StepContext[ClassifySettings], training: Trainer, mix: MixedSource, validation: ImageStore
) -> tuple[Scorer, "EarlyStopping"]:
    """Train until early stopping or the last epoch, and return to the weights of the best epoch."""
    from kgan.training.early_stopping import EarlyStopping
    from kgan.training.fit import Hook, fit

    settings, model = context.settings, training.model
    with training.place.strategy.scope():
        model.begin_epoch(0)
    scorer = Scorer(model, settings.image_size)
    epoch_steps = max(1, -(-len(mix) // training.batch))
    stopping = EarlyStopping(
        model.network,
        epoch_steps,
        settings.train.patience,
        lambda _: scorer(validation),
        validation.labels,
        context.out,
    )
    how = training.how(
        epoch_steps * settings.train.epochs,
        report_every=max(1, min(20, epoch_steps)),
        hooks=(Hook(epoch_steps, stopping, stopping.state),),
    )
    channels = validation.image_shape[-1]
    fit(
        model,
        lambda first: _batches(mix, settings, channels, training.batch, first),
        how,
        context.progress,
    )
    stopping.finish(model)
    return scorer, stopping


def _batches(mix: MixedSource, settings: ClassifySettings, channels: int, batch: int, first: int) -> Any:
    size = settings.image_size

    def fetch(indices: np.ndarray) -> tuple[np.ndarray, ...]:
        return to_model(mix.fetch(indices, size)), mix.labels[indices]

    signature = [((*size, channels), "float32"), ((), "int64")]
    return stream(fetch, len(mix), batch, settings.seed, first, signature)
