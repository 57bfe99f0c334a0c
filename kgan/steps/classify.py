"""Train a classifier under one DA setup and keep what it says of each validation and test image."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.sampling.augmentation import ClassicTransform
from kgan.data.sampling.batches import own_errors, predict_batches, stream
from kgan.data.sampling.sources import ClassicSource, MixedSource, PoolSource, RealSource, Source, resize
from kgan.data.store.gan_view import CenterCropped
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.stats.predictions import Predictions, write_predictions
from kgan.steps.checks.cohort_limits import Limit, Outcome, batch_text, told
from kgan.steps.checks.leakage import learning_from
from kgan.steps.checks.pretrained_weights import missing_weights
from kgan.steps.model_setup import trainer
from kgan.steps.persons import persons_of
from kgan.training.tensorflow_import import import_tensorflow


def run(context: StepContext) -> dict[str, Any]:
    """Train; write ``predictions.csv`` (test), ``validation.csv``, ``log.csv``, ``epochs.csv`` and the model.

    Settings: ``sources`` (a list of ``name``, ``kind`` real/classic/pool, ``count`` (``None``: all) and, for
    a pool, ``step``; real ones may have ``patients``, a number or share of whom alone they are),
    ``classic``, ``classifier``, ``image_size`` [height, width] px, ``center_crop`` (whether images are cut to
    that size, not resized), ``train`` (batch_size, epochs, patience, precision).

    Returns:
        dict: patients learnt from or stopped by, training images by source, epochs, best epoch, images seen,
        devices.
    """
    import_tensorflow()
    import tensorflow as tf

    from kgan.training import model_files
    from kgan.training.early_stopping import EarlyStopping
    from kgan.training.fit import Hook, fit

    settings, train = context.settings, context.settings["train"]
    height, width = settings["image_size"]
    size = (height, width)
    real = _store(context, context.prepared, "train.h5")
    mix = MixedSource(_sources(real, context))
    validation = _store(context, context.prepared, "validation.h5")
    # When it stops is decided on the validation images: it derives from their patients too.
    patients = learning_from(
        context, real.patients.tolist(), _pools(context), validated=validation.patients.tolist()
    )
    recipe = {
        "kind": "classifiers",
        "plugin": settings["classifier"]["plugin"],
        "parameters": dict(settings["classifier"]["parameters"]),
        "image_shape": [*size, real.image_shape[-1]],
        "precision": train.get("precision", "float32"),
    }
    training = trainer(context, recipe, f"{len(mix)} training images")
    model, batch = training.model, training.batch
    with training.place.strategy.scope():
        model.begin_epoch(0)
    score = tf.function(model.scores, reduce_retracing=True)
    epoch_steps = max(1, -(-len(mix) // batch))
    stopping = EarlyStopping(
        model.network,
        epoch_steps,
        int(train["patience"]),
        lambda _: _scores(score, validation, size),
        validation.labels,
        context.out,
    )
    how = training.how(
        epoch_steps * int(train["epochs"]),
        report_every=max(1, min(20, epoch_steps)),
        hooks=(Hook(epoch_steps, stopping, stopping.state),),
    )
    with own_errors():
        fit(
            model,
            lambda first: _batches(mix, size, recipe, batch, context.seed, first),
            how,
            context.progress,
        )
        stopping.finish(model)
        model_files.save(model, recipe, context.out)
        test = _store(context, context.prepared, "test.h5")
        _predict(score, validation, size, context.out / "validation.csv")
        _predict(score, test, size, context.out / "predictions.csv")
    facts = _facts(mix, context.out, int(stopping.best_epoch), epoch_steps * batch)
    said = told(limits(context.name, settings, context.prepared))
    return {"patients": patients, **facts, **training.facts, "limits": said}


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort does not bear; see `kgan.steps.checks.cohort_limits`."""
    with ImageStore(prepared / "train.h5") as store:
        labels, classes = store.labels, store.classes
        try:
            if settings.get("center_crop"):
                CenterCropped(store, settings["image_size"])
        except DataError as error:
            return [Limit(name, str(error), Outcome.REFUSED)]
        shape = (*settings["image_size"], store.image_shape[-1])
        if missing := missing_weights("classifiers", settings["classifier"], shape):
            return [Limit(name, missing, Outcome.REFUSED)]
        some, owners = _few_patients(settings), persons_of(prepared, store.patients)
        if isinstance(some, int) and some > len(np.unique(owners)):
            return []  # the step equivalent says so, once for all classifiers
        try:
            used = (
                np.arange(len(labels))
                if some is None
                else _of_patients(store, owners, some, settings["seed"])
            )
        except DataError as error:
            return [Limit(name, str(error), Outcome.LEFT_OUT)]
    counts = {one["kind"]: one["count"] for one in settings["sources"]}
    asked = counts.get("real")
    if asked is not None and asked > len(used):
        text = f"{asked:,} real images are asked for and {len(used):,} are there; write all, or ask for fewer"
        return [Limit(name, f"{text}, in setups", Outcome.REFUSED)]
    used = used if asked is None else _subset(len(used), asked, settings["seed"])
    lacks = [kind for label, kind in enumerate(classes) if label not in labels[used]]
    if lacks and "classic" in counts:
        text = (
            f"no image of class {lacks[0]} is among the {len(used)} real ones that classic augmentation takes"
        )
        return [Limit(name, f"{text}; ask for more real images in setups", Outcome.REFUSED)]
    images = sum(len(used) if one["count"] is None else one["count"] for one in settings["sources"])
    return [Limit(name, text) for text in batch_text(images, settings["train"]["batch_size"])]


def _few_patients(settings: Mapping[str, Any]) -> int | float | None:
    """Return of how many patients the real images are; ``None`` for all."""
    return next((one.get("patients") for one in settings["sources"] if one["kind"] == "real"), None)


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    found = {
        "early-stopping": "Early stopping goes by the log loss of the validation images and returns to the "
        "weights of the best epoch; the papers give the patience alone.",
        "epochs": f"Training ends after {settings['train']['epochs']} epochs where early stopping has not "
        "ended it; the papers name no limit.",
    }
    if settings.get("classic"):
        found["classic"] = (
            "Classic augmentation is one affine warp about the centre with independent zooms of both axes; "
            "shear is a share of the distance from the centre. The papers give the ranges alone."
        )
    return found


def _store(context: StepContext, folder: Path, name: str) -> Any:
    """Open a store, cut to its central part where the settings ask for that instead of resizing."""
    store = ImageStore(folder / name)
    settings = context.settings
    return CenterCropped(store, settings["image_size"]) if settings.get("center_crop") else store


def _sources(real: ImageStore, context: StepContext) -> list[Source]:
    """Make the setup's sources; classic DA starts from the same real images as the setup uses."""
    summands = context.settings["sources"]
    about = next((one for one in summands if one["kind"] == "real"), None)
    subset = None
    if about is not None and about.get("patients") is not None:
        owners = persons_of(context.prepared, real.patients)
        subset = _of_patients(real, owners, about["patients"], context.seed)
    elif about is not None:
        subset = None if about["count"] is None else _subset(len(real), about["count"], context.seed)
    return [_source(about, real, subset, context) for about in summands]


def _source(about: Mapping[str, Any], real: ImageStore, subset: Any, context: StepContext) -> Source:
    if about["kind"] == "real":
        return RealSource(real, subset)
    if about["kind"] == "classic":
        transform = ClassicTransform(**context.settings["classic"])
        return ClassicSource(real, about["count"], transform, context.seed, indices=subset)
    pool = _store(context, context.inputs[about["step"]], "pool.h5")
    return PoolSource(pool, about["count"], name=about["name"])


def _subset(there: int, count: int, seed: int) -> np.ndarray:
    """Choose ``count`` of so many real images at random."""
    return np.sort(rng(seed, "classify/real").permutation(there)[:count])


def _of_patients(real: ImageStore, owners: np.ndarray, wanted: int | float, seed: int) -> np.ndarray:
    """Choose the images of so many patients, or of such a share of them; fewer are among more.

    Args:
        real: images.
        owners: (n,) str, whose each is: all scans of a person are taken, or none.
        wanted: patients, a number or a share.
        seed: of the choice.

    Raises:
        DataError: there are not so many, or their images lack a class.
    """
    names = np.unique(owners)
    number = max(1, round(wanted * len(names))) if isinstance(wanted, float) else wanted
    if number > len(names):
        raise DataError(
            f"{number} training patients are asked for and {len(names)} have images; ask for fewer in "
            "equivalent.patients"
        )
    chosen = rng(seed, "classify/patients").permutation(names)[:number]
    indices = np.flatnonzero(np.isin(owners, chosen))
    lacks = [name for label, name in enumerate(real.classes) if label not in real.labels[indices]]
    if lacks:
        raise DataError(
            f"the first {number} training patients have no image of class {lacks[0]}; ask for more in "
            "equivalent.patients"
        )
    return indices


def _batches(
    mix: MixedSource, size: tuple[int, int], recipe: Mapping[str, Any], batch: int, seed: int, first: int
) -> Any:
    def fetch(indices: np.ndarray) -> tuple[np.ndarray, ...]:
        return to_model(mix.fetch(indices, size)), mix.labels[indices]

    signature = [(tuple(recipe["image_shape"]), "float32"), ((), "int64")]
    return stream(fetch, len(mix), batch, seed, first, signature)


def _scores(score: Any, store: ImageStore, size: tuple[int, int]) -> np.ndarray:
    def fetch(indices: np.ndarray) -> tuple[np.ndarray]:
        return (to_model(resize(store.images(indices), size)),)

    batches = predict_batches(fetch, len(store), 100, [((*size, store.image_shape[-1]), "float32")])
    return np.concatenate([score(images).numpy() for (images,) in batches])


def _predict(score: Any, store: ImageStore, size: tuple[int, int], path: Path) -> None:
    scores = _scores(score, store, size).astype(np.float64)
    write_predictions(path, Predictions(store.patients, store.slices, store.labels, scores))


def _pools(context: StepContext) -> list[str]:
    return [about["step"] for about in context.settings["sources"] if about["kind"] == "pool"]


def _facts(mix: MixedSource, out: Path, best_epoch: int, epoch_images: int) -> dict[str, Any]:
    epochs = len((out / "epochs.csv").read_text().splitlines()) - 1
    return {
        "sources": {source.name: len(source) for source in mix.sources},
        "epochs": epochs,
        "best_epoch": best_epoch + 1,
        "images_seen": epochs * epoch_images,
    }
