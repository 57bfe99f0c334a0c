"""Step: whether pools leak whose images their GANs were trained on, and which are above the recipe's gate."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.memorization.image_sets import Gathering, ImageSets, RealImages
from kgan.analyses.memorization.membership_inference import Membership, Nearness, Side, membership, nearness
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import PATIENTS, POOLS, PatientScore, PoolResult, pairs_file
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.features.extraction import extract_features
from kgan.features.fixed import Features
from kgan.features.neighbours import nearest_neighbour
from kgan.pipeline.context import StepContext
from kgan.progress import Progress
from kgan.report.figures.image_grid import rows as draw_rows
from kgan.report.formatting import title
from kgan.steps.checks.cohort_limits import Limit, analysis_limits, of_class
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.checks.pretrained_weights import missing_features
from kgan.steps.export_gate import ClosedPool
from kgan.steps.features import features_by_channels
from kgan.steps.persons import persons_of
from kgan.steps.settings.shared import FeatureChoice

_PAIRS, _CELL = 6, 112

Context = StepContext[MemorizationSettings]


def run(context: Context) -> dict[str, Any]:
    """Write the tables `POOLS` and `PATIENTS`, and ``pairs-<pool>.png``.

    `PATIENTS` holds the training patients of each pool and class, those of the highest score first.
    Validation and test patients are compared with the training patients: their images are looked at, and
    nothing is fitted to them. Each class is judged by itself, by pixels and by features. Features of a
    classifier of the run know the training images, and may separate them from others by themselves.

    A pool is closed when the membership AUC of any of its classes, by pixels or by features, is above
    ``max_auc``, whatever its interval says, or cannot be estimated: the recipe has a limit, and few patients
    are no excuse.

    Returns:
        dict: how many pools were judged, ``closed`` (see `kgan.steps.export_gate`), ``limits`` (what the
        cohort is too small for, a sentence each), files to publish.

    Raises:
        DataError: features cannot be had.
        RunError: a pool does not say whom it derives from, or it derives from a test patient.
    """
    pools, guard = context.settings.pools, LeakageGuard.of(context.prepared)
    gathering = Gathering(context)
    sets = {
        pool.name: list(gathering.sets(pool, source_patients(context, [pool.step], guard))) for pool in pools
    }
    makers = [features_by_channels(context, choice) for choice in _choices(context.settings)]
    together = {real for parts in sets.values() for part in parts for real in (part.training, part.held_out)}
    synthetic = sum(len(part.synthetic) for parts in sets.values() for part in parts)
    total = len(makers) * (synthetic + sum(map(len, together)))
    context.progress.begin(f"{context.name}: nearest images", total)
    real = _RealFeatures(context.progress)
    results: list[PoolResult] = []
    scored: list[PatientScore] = []
    publish = {f"results/{table.file}": table.file for table in (POOLS, PATIENTS)}
    for name, parts in sets.items():
        for part in parts:
            for result, scores in _judge(context, part, makers, real):
                results.append(result)
                scored += scores
        if _draw(parts, makers[0], real, context.out / pairs_file(name)):
            publish[f"figures/privacy-{name}.png"] = pairs_file(name)
    POOLS.write(context.out, results)
    PATIENTS.write(context.out, scored)
    closed = [_closed(result) for result in results if result.closed]
    for pool in closed:
        context.progress.say(f"{context.name}: {pool.reason}")
    return {
        "pools": len(pools),
        "closed": [pool.model_dump(by_alias=True) for pool in closed],
        "limits": missing_patients(context.settings, context.prepared),
        "publish": publish,
    }


def limits(name: str, settings: MemorizationSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    missing = missing_features(settings.features)
    late = [Limit(name, f"it will fail, unless this is mended meanwhile: {missing}")] if missing else []
    return [*analysis_limits(name, lambda: missing_patients(settings, prepared)), *late]


def deviations(settings: MemorizationSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "privacy": "Whether training patients can be recognised in synthetic images is tested for every "
        "pool; the papers do not test it."
    }


def missing_patients(settings: MemorizationSettings, prepared: Path) -> list[str]:
    """Return a sentence for each class and side of too few images or patients; all there are is used."""
    sentences = []
    sides = {"training": ("train",), "held-out": ("validation", "test")}
    for side, splits in sides.items():
        labels, patients = _labels_and_patients(prepared, splits)
        for label, class_name in enumerate(_classes(prepared)) if len(labels) else [(None, "")]:
            of_side = labels == label if class_name else np.ones(len(labels), bool)
            if not of_side.any():
                gate = "" if settings.max_auc is None else ", so no model is exported"
                sentences.append(
                    f"no {side} image{of_class(class_name)}: whether images leak cannot be estimated{gate}"
                )
            elif len(np.unique(patients[of_side])) < 2:
                sentences.append(f"no interval{of_class(class_name)}, as there is one {side} patient")
    return sentences


def _choices(settings: MemorizationSettings) -> tuple[FeatureChoice, ...]:
    """Return by what images are compared: pixels first, and further features where the recipe has some."""
    return ("pixels",) if settings.features == "pixels" else ("pixels", settings.features)


def _labels_and_patients(prepared: Path, splits: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return classes and persons of the images of some splits."""
    stores = [ImageStore(prepared / f"{split}.h5") for split in splits]
    patients = np.concatenate([store.patients for store in stores])
    return np.concatenate([store.labels for store in stores]), persons_of(prepared, patients)


def _classes(prepared: Path) -> tuple[str, ...]:
    """Return the classes of the images, or one without a name."""
    return ImageStore(prepared / "train.h5").classes or ("",)


class _RealFeatures:
    """Gives the features of real images, computed once for all pools that are compared with them.

    Args:
        progress: advanced by the images that are computed.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._computed: dict[tuple[RealImages, str], np.ndarray] = {}

    def __call__(self, images: RealImages, features: Features) -> np.ndarray:
        key = images, features.name
        if key not in self._computed:
            self._computed[key] = extract_features(images, features, "real images", self.progress)
        return self._computed[key]


def _judge(
    context: Context, sets: ImageSets, makers: Sequence[Callable[[int], Features]], real: _RealFeatures
) -> Iterator[tuple[PoolResult, list[PatientScore]]]:
    """Yield the result of one pool and class by each choice of features, with patients' scores."""
    if not _comparable(sets):
        lacks = "training" if not len(sets.training) else "held-out"
        yield (
            PoolResult(
                pool=sets.pool,
                class_name=sets.class_name,
                max_auc=context.settings.max_auc,
                closed=_is_closed(context.settings, None),
                note=f"no {lacks} image of the class to compare with",
            ),
            [],
        )
        return
    _check_channels(context, sets)
    for make in makers:
        features = make(sets.synthetic.image_shape[-1])
        attack, near = _measured(context, sets, features, real)
        yield _result(context, sets, features, attack, near), _scores(sets, features, attack)


def _comparable(sets: ImageSets) -> bool:
    return len(sets.training) > 0 and len(sets.held_out) > 0


def _check_channels(context: Context, sets: ImageSets) -> None:
    channels = sets.synthetic.image_shape[-1]
    if channels != sets.training.image_shape[-1]:
        raise DataError(
            f"{context.name}: images of {sets.pool} have {channels} channels and the real ones "
            f"{sets.training.image_shape[-1]}; expected the same: give the pool the view of its GAN"
        )


def _measured(
    context: Context, sets: ImageSets, features: Features, real: _RealFeatures
) -> tuple[Membership, Nearness]:
    training, held_out = (
        Side(real(images, features), images.patients) for images in (sets.training, sets.held_out)
    )
    synthetic = extract_features(sets.synthetic, features, sets.pool, context.progress)
    return (
        membership(training, held_out, synthetic),
        nearness(training, held_out, synthetic, seed=context.seed),
    )


def _result(
    context: Context, sets: ImageSets, features: Features, attack: Membership, near: Nearness
) -> PoolResult:
    return PoolResult(
        pool=sets.pool,
        class_name=sets.class_name,
        features=features.name,
        auc=attack.auc,
        low=attack.interval.low,
        high=attack.interval.high,
        nearer=near.nearer,
        nearer_low=near.interval.low,
        nearer_high=near.interval.high,
        distance_training=float(np.median(near.training)),
        distance_held_out=float(np.median(near.held_out)),
        training_images=len(sets.training),
        training_patients=len(np.unique(sets.training.patients)),
        held_out_images=len(sets.held_out),
        held_out_patients=len(np.unique(sets.held_out.patients)),
        synthetic_images=len(sets.synthetic),
        max_auc=context.settings.max_auc,
        closed=_is_closed(context.settings, attack.auc),
    )


def _is_closed(settings: MemorizationSettings, auc: float | None) -> bool | None:
    """Return whether a pool of this AUC is kept from the export; ``None`` without a gate."""
    if settings.max_auc is None:
        return None
    return auc is None or auc > settings.max_auc


def _closed(result: PoolResult) -> ClosedPool:
    subject = ", ".join([result.pool, *([title(result.class_name)] if result.class_name else [])])
    if result.auc is None:
        reason = f"{subject}: whether it leaks membership cannot be estimated: {result.note}"
    else:
        between = "" if result.low is None else f" [{result.low:.3f}, {result.high:.3f}]"
        reason = (
            f"{subject}: training images are recognised with an AUC of {result.auc:.3f}{between} by "
            f"{result.features}, above max_auc {result.max_auc:g}"
        )
    return ClosedPool(
        pool=result.pool,
        class_name=result.class_name,
        features=result.features,
        auc=result.auc,
        low=result.low,
        high=result.high,
        reason=reason,
    )


def _scores(sets: ImageSets, features: Features, attack: Membership) -> list[PatientScore]:
    return [
        PatientScore(
            pool=sets.pool,
            class_name=sets.class_name,
            features=features.name,
            patient=score.patient,
            images=score.images,
            membership_score=score.membership_score,
            distance=score.distance,
            scan=str(sets.training.scans[score.image]),
            slice_number=int(sets.training.slices[score.image]),
            synthetic=int(sets.synthetic.indices[score.synthetic]),
        )
        for score in attack.scores
    ]


def _draw(
    sets: Sequence[ImageSets], make: Callable[[int], Features], real: _RealFeatures, figure: Path
) -> bool:
    """Draw the nearest pairs of a pool's classes by one choice of features; tell whether there are any."""
    images: dict[str, np.ndarray] = {}
    for part in sets:
        if _comparable(part):
            images |= _pairs(part, make(part.synthetic.image_shape[-1]), real)
    if images:
        draw_rows(images, _PAIRS, figure, cell=_CELL)
    return bool(images)


def _pairs(sets: ImageSets, features: Features, real: _RealFeatures) -> dict[str, np.ndarray]:
    """Return rows of images: those nearest to a training image compared with a held-out one, and both."""
    synthetic = extract_features(sets.synthetic, features, sets.pool)
    (near, near_at), (far, far_at) = (
        nearest_neighbour(synthetic, real(images, features)) for images in (sets.training, sets.held_out)
    )
    share = near / np.maximum(far, 1e-12)
    chosen = np.argsort(share, kind="stable")[:_PAIRS]
    suffix = f", {title(sets.class_name)}" if sets.class_name else ""
    return {
        f"generated{suffix}": sets.synthetic.images(chosen),
        f"nearest training image{suffix}": sets.training.images(near_at[chosen]),
        f"nearest held-out image{suffix}": sets.held_out.images(far_at[chosen]),
    }
