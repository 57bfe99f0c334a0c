"""Step: look whether pools give training patients away, and say which are over the recipe's gate."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.fidelity.distances_step import features_for
from kgan.analyses.memorization.image_sets import Case, cases
from kgan.analyses.memorization.membership_inference import Membership, Nearness, Side, membership, nearness
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.features.extraction import extract_features
from kgan.features.fixed import Features
from kgan.features.neighbours import nearest_neighbour
from kgan.files.tables import write_records
from kgan.pipeline.context import StepContext
from kgan.report.figures.image_grid import rows as draw_rows
from kgan.report.formatting import title
from kgan.steps.checks.cohort_limits import Limit, analysis_limits, of_class
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.checks.pretrained_weights import missing_features
from kgan.steps.persons import persons_of

TABLE, EXPOSED = "privacy.csv", "exposed.csv"
COLUMNS = (
    *("pool", "class", "features", "auc", "low", "high", "nearer", "nearer_low", "nearer_high"),
    *("distance_training", "distance_held_out", "training_images", "training_patients"),
    *("held_out_images", "held_out_patients", "synthetic_images", "max_auc", "closed", "note"),
)
EXPOSED_COLUMNS = (
    *("pool", "class", "features", "patient", "images", "exposure", "distance", "scan", "slice", "synthetic"),
)
_PIXELS = "pixels"
_PAIRS, _CELL = 8, 112


def run(context: StepContext) -> dict[str, Any]:
    """Write ``privacy.csv``, ``exposed.csv`` and ``pairs-<pool>.png``.

    ``exposed.csv`` holds the training patients of each pool and class, the most exposed first. Validation
    and test patients are held against the training patients: their images are looked at, and nothing is
    fitted to them. Each class is judged by itself, by pixels and by features.

    A pool is closed when the membership AUC of any of its classes, by pixels or by features, is above
    ``max_auc``, whatever its interval says, or cannot be told: the recipe asked for a limit, and few patients
    are no excuse.

    Settings:
        pools: a list of {name, step, view, canvas, crop}: which step holds it, how its GAN saw real images.
        images: of each set and class, at most.
        features: beside pixels: "pixels" (no other), "random", or what `kgan.steps.features` takes. A
            classifier of the run knows the training images, and may tell them from others by itself.
        max_auc: in [0, 1]; ``None`` for no gate.

    Returns:
        dict: how many pools were judged, ``closed`` (a list of {pool, class, features, auc, low, high,
        reason}), ``limits`` (what the cohort does not bear, in words), files to publish.

    Raises:
        DataError: features cannot be had.
        RunError: a pool does not say whom it derives from, or it derives from a test patient.
    """
    pools, seal = context.settings["pools"], LeakageGuard.of(context.prepared)
    found = {
        pool["name"]: list(cases(context, pool, source_patients(context, [pool["step"]], seal)))
        for pool in pools
    }
    others = [] if context.settings["features"] == _PIXELS else [context.settings["features"]]
    makers = [features_for(context, one) for one in (_PIXELS, *others)]
    tables: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    published = {f"results/{TABLE}": TABLE, f"results/{EXPOSED}": EXPOSED}
    total = len(makers) * sum(case.images for own in found.values() for case in own)
    context.progress.begin(f"{context.name}: nearest images", total)
    for name, own in found.items():
        figure = f"pairs-{name}.png"
        if _judge(context, own, makers, tables, context.out / figure):
            published[f"figures/privacy-{name}.png"] = figure
    write_records(context.out / TABLE, COLUMNS, tables[0])
    write_records(context.out / EXPOSED, EXPOSED_COLUMNS, tables[1])
    closed = [_closed(row) for row in tables[0] if row["closed"] == "yes"]
    for one in closed:
        context.progress.say(f"{context.name}: {one['reason']}")
    said = unbearable(context.settings, context.prepared)
    return {"pools": len(pools), "closed": closed, "limits": said, "publish": published}


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    missing = missing_features(settings["features"])
    late = [Limit(name, f"it will fail, unless this is mended meanwhile: {missing}")] if missing else []
    return [*analysis_limits(name, lambda: unbearable(settings, prepared)), *late]


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "privacy": "Whether training patients can be recognised in synthetic images is asked of every pool; "
        "the papers do not ask it."
    }


def unbearable(settings: Mapping[str, Any], prepared: Path) -> list[str]:
    """Say of how few images and patients the search is made; it takes what there is."""
    said = []
    sides = {"training": ("train",), "held-out": ("validation", "test")}
    for side, splits in sides.items():
        labels, patients = _held(prepared, splits)
        for label, kind in enumerate(_kinds(prepared)) if len(labels) else [(None, "")]:
            mine = labels == label if kind else np.ones(len(labels), bool)
            images, people = int(mine.sum()), len(np.unique(patients[mine]))
            if not images:
                gate = "" if settings["max_auc"] is None else ", so no model is exported"
                said.append(f"no {side} image{of_class(kind)}: whether images leak cannot be told{gate}")
            elif people < 2:
                said.append(f"no interval{of_class(kind)}, as there is one {side} patient")
    return said


def _held(prepared: Path, splits: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return classes and patients of the images of some splits."""
    stores = [ImageStore(prepared / f"{split}.h5") for split in splits]
    patients = np.concatenate([store.patients for store in stores])
    return np.concatenate([store.labels for store in stores]), persons_of(prepared, patients)


def _kinds(prepared: Path) -> tuple[str, ...]:
    """Return the classes of the images, or one without a name."""
    return ImageStore(prepared / "train.h5").classes or ("",)


def _judge(
    context: StepContext,
    found: Sequence[Case],
    makers: Sequence[Callable[[int], Features]],
    tables: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    figure: Path,
) -> bool:
    """Add the rows of one pool to the tables and draw its nearest pairs; tell whether there are any."""
    drawn: dict[str, np.ndarray] = {}
    for case in found:
        about = {"pool": case.pool, "class": case.kind}
        if not len(case.training) or not len(case.held_out):
            lacks = "training" if not len(case.training) else "held-out"
            note = f"no {lacks} image of the kind to hold against"
            tables[0].append({**about, **_verdict(context, None), "note": note})
            continue
        _check_channels(context, case)
        for number, make in enumerate(makers):
            features = make(case.synthetic.image_shape[-1])
            attack, near = _measured(context, case, features)
            tables[0].append({**about, **_row(context, case, features, attack, near)})
            tables[1].extend({**about, **row} for row in _exposed(case, features, attack))
            if number == 0:
                drawn |= _pairs(case, features)
    if drawn:
        draw_rows(drawn, _PAIRS, figure, cell=_CELL)
    return bool(drawn)


def _check_channels(context: StepContext, case: Case) -> None:
    channels = case.synthetic.image_shape[-1]
    if channels != case.training.image_shape[-1]:
        raise DataError(
            f"{context.name}: images of {case.pool} have {channels} channels and the real ones "
            f"{case.training.image_shape[-1]}; expected the same: give the pool the view of its GAN"
        )


def _measured(context: StepContext, case: Case, features: Features) -> tuple[Membership, Nearness]:
    training, held_out = (
        Side(extract_features(real, features, f"real images of {case.pool}", context.progress), real.patients)
        for real in (case.training, case.held_out)
    )
    synthetic = extract_features(case.synthetic, features, case.pool, context.progress)
    return (
        membership(training, held_out, synthetic),
        nearness(training, held_out, synthetic, seed=context.seed),
    )


def _row(
    context: StepContext, case: Case, features: Features, attack: Membership, near: Nearness
) -> dict[str, Any]:
    return {
        "features": features.name,
        "auc": attack.auc,
        "low": attack.interval.low,
        "high": attack.interval.high,
        "nearer": near.nearer,
        "nearer_low": near.interval.low,
        "nearer_high": near.interval.high,
        "distance_training": float(np.median(near.training)),
        "distance_held_out": float(np.median(near.held_out)),
        "training_images": len(case.training),
        "training_patients": len(np.unique(case.training.patients)),
        "held_out_images": len(case.held_out),
        "held_out_patients": len(np.unique(case.held_out.patients)),
        "synthetic_images": len(case.synthetic),
        **_verdict(context, attack.auc),
    }


def _verdict(context: StepContext, auc: float | None) -> dict[str, Any]:
    limit = context.settings["max_auc"]
    if limit is None:
        return {"max_auc": None, "closed": ""}
    return {"max_auc": float(limit), "closed": "yes" if auc is None or auc > limit else "no"}


def _closed(row: Mapping[str, Any]) -> dict[str, Any]:
    whose = ", ".join([row["pool"], *([title(row["class"])] if row["class"] else [])])
    if row.get("auc") is None:
        reason = f"{whose}: whether it gives training patients away cannot be told: {row['note']}"
    else:
        between = "" if row["low"] is None else f" [{row['low']:.3f}, {row['high']:.3f}]"
        reason = (
            f"{whose}: training images are told from held-out ones with an AUC of {row['auc']:.3f}{between} "
            f"by {row['features']}, above max_auc {row['max_auc']:g}"
        )
    return {**{key: row.get(key) for key in COLUMNS[:6]}, "reason": reason}


def _exposed(case: Case, features: Features, attack: Membership) -> list[dict[str, Any]]:
    return [
        {
            "features": features.name,
            "patient": one.patient,
            "images": one.images,
            "exposure": one.exposure,
            "distance": one.distance,
            "scan": str(case.training.scans[one.image]),
            "slice": int(case.training.slices[one.image]),
            "synthetic": int(case.synthetic.indices[one.synthetic]),
        }
        for one in attack.exposed
    ]


def _pairs(case: Case, features: Features) -> dict[str, np.ndarray]:
    """Return rows of images: those nearest to a training image, held against a held-out one, and both."""
    synthetic = extract_features(case.synthetic, features, case.pool)
    (near, near_at), (far, far_at) = (
        nearest_neighbour(synthetic, extract_features(real, features))
        for real in (case.training, case.held_out)
    )
    share = near / np.maximum(far, 1e-12)
    chosen = np.argsort(share, kind="stable")[:_PAIRS]
    of = _title(case)
    return {
        f"generated{of}": case.synthetic.images(chosen),
        f"nearest training image{of}": case.training.images(near_at[chosen]),
        f"nearest held-out image{of}": case.held_out.images(far_at[chosen]),
    }


def _title(case: Case) -> str:
    return f", {title(case.kind)}" if case.kind else ""
