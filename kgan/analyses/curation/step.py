"""Step: cluster a pool's images, discard the clusters that look unlike real ones, and keep the rest."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.curation.clustering import AUTOMATIC, DECIDED, NOBODY, Decided, behind, check_seal, decide
from kgan.analyses.curation.decisions import Judged, patient_marks
from kgan.analyses.curation.decisions_file import read_decisions, write_decisions
from kgan.analyses.curation.montages import Shown, draw_extremes, write_montages
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import NO_CLASS, ImageStore, StoreWriter
from kgan.errors import KganError, RunError
from kgan.features.image_set import ImageSubset
from kgan.files.tables import write_table
from kgan.pipeline.context import StepContext
from kgan.steps.checks.cohort_limits import Limit, Outcome
from kgan.steps.checks.leakage_guard import training_patients
from kgan.steps.checks.pretrained_weights import missing_features
from kgan.steps.features import choose_features
from kgan.training.tensorflow_import import import_tensorflow

CLUSTERS, KEPT, DECISIONS = "clusters.csv", "kept.csv", "decisions.json"
FIGURE, MONTAGES = "clusters.png", "montages"
_COPIED = 256


def run(context: StepContext) -> dict[str, Any]:
    """Write ``pool.h5`` (what is kept, in the source's order) and what was decided of the rest.

    Beside it ``kept.csv`` (image, class, cluster, distance, kept), ``clusters.csv`` (cluster, class, images,
    distance, kept, reason), ``decisions.json``, sheets of all clusters in ``montages``, and ``clusters.png``.
    With the rule "none" there is the pool alone.

    Settings: ``source`` (the step whose pool it is), ``rule`` ("automatic", "decided", "none"), ``clusters``
    (of all classes together, shared evenly), ``discard`` (share of each class), ``decisions`` (a file, for
    "decided"), ``features`` (see `kgan.steps.features`), ``classes``, ``need`` (images that must be kept,
    by label); as options the GAN's ``view``, ``canvas`` and ``crop``, so that real images stand as it saw
    them.

    Returns:
        dict: how many images are kept and discarded, by which features and rule; patients; files to publish.

    Raises:
        DataError: features cannot be had, decisions cannot be read or belong to another pool, or a class has
            fewer images than clusters.
        RunError: too little is kept, or something derives from a test patient.
    """
    settings, name = context.settings, context.name.partition("-")[2]
    source = ImageStore(context.inputs[settings["source"]] / "pool.h5")
    if settings["rule"] == NOBODY:
        patients = training_patients(context, (), [settings["source"]])
        keep = np.ones(len(source), bool)
        _write_pool(context, source, keep)
        # What another rule has published is not true of this pool.
        return {**_facts(context, source, keep), "patients": patients, "withdraw": [*_published(name)]}
    import_tensorflow()
    chosen = choose_features(context, context.settings["features"])
    real = _real(context)
    steps = [settings["source"], *([chosen.step] if chosen.step else [])]
    patients = training_patients(context, real.seen.patients.tolist(), steps)
    result = decide(context, source, real, chosen.features)
    _check_need(context, source, result.keep)
    _write_pool(context, source, result.keep)
    _write_tables(context, source, result)
    patients = sorted({*patients, *behind(result.decisions, context.prepared)})
    marks = frozenset({*result.decisions.patients, *patient_marks(patients)})
    write_decisions(context.out / DECISIONS, replace(result.decisions, patients=marks))
    _draw(context, source, real, result)
    return {
        **_facts(context, source, result.keep),
        "clusters": len(result.decisions.clusters),
        "clusters_kept": sum(one.keep for one in result.decisions.clusters),
        "features": chosen.features.name,
        "note": chosen.note,
        "decided_by": result.decisions.decided_by,
        "patients": patients,
        "publish": _published(name),
        "withdraw": [f"curation/{name}/{MONTAGES}"],
    }


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`.

    Decisions may derive from a patient who is tested on in this split: that is known before their pool is, as
    is whether the network that images are compared by can be had.
    """
    if missing := missing_features(settings["features"]):
        return [Limit(name, missing, Outcome.REFUSED)]
    if settings["rule"] != DECIDED:
        return []
    path = Path(settings["decisions"])
    try:
        check_seal(name, path, read_decisions(path), prepared)
    except KganError as error:
        return [Limit(name, str(error), Outcome.REFUSED)]
    return []


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    rule, features = settings["rule"], settings["features"]
    if rule == NOBODY:
        return {"rule": "No synthetic image is discarded; Han et al. had a person discard clusters of them."}
    found = {
        "clusters": f"Each class is clustered by itself, with an even share of the {settings['clusters']} "
        "clusters; Han et al. name 200 and do not say of what."
    }
    if rule == AUTOMATIC:
        found["rule"] = (
            "Until a person has decided, the clusters that lie furthest from real images are discarded, up "
            f"to {settings['discard']:.0%} of each class; in Han et al. a person discarded what looked wrong."
        )
    if features.get("network") != "densenet169" or not features.get("weights"):
        found["features"] = (
            "Images are clustered by other features than Han et al.'s, ImageNet's DenseNet-169."
        )
    elif features.get("classifier"):
        found["features"] = (
            "Where DenseNet-169's ImageNet weights cannot be had, images are clustered by the features of "
            "the classifier that learnt from real images alone."
        )
    return found


def _real(context: StepContext) -> PaddedView:
    settings = context.settings
    seen = gan_view(ImageStore(context.prepared / "train.h5"), settings.get("view"))
    canvas = settings.get("canvas") or seen.image_shape[:2]
    return PaddedView(seen, canvas, settings.get("crop", 0), context.seed)


def _check_need(context: StepContext, source: ImageStore, keep: np.ndarray) -> None:
    for label, need in enumerate(context.settings.get("need", ())):
        of_class = source.labels == label
        kept = int(np.count_nonzero(keep & of_class))
        if kept < need:
            raise RunError(
                f"{context.name}: {kept} of {int(of_class.sum())} images of class {source.classes[label]} "
                f"are kept; expected {need} or more, for what uses them. Discard less, ask for fewer images "
                "in the setups, or have more made: a larger 'discard' makes a larger pool, and decisions on "
                "clusters hold for it."
            )


def _write_pool(context: StepContext, source: ImageStore, keep: np.ndarray) -> None:
    provenance = {
        "kind": "curated",
        "rule": context.settings["rule"],
        "step": context.name,
        "of": source.provenance,
    }
    chosen = np.flatnonzero(keep)
    pool = StoreWriter(
        context.out / "pool.h5",
        image_shape=source.image_shape,
        classes=source.classes,
        provenance=provenance,
    )
    context.progress.begin(f"{context.name}: writing", len(chosen))
    with pool:
        for start in range(0, len(chosen), _COPIED):
            part = chosen[start : start + _COPIED]
            pool.copy(source, part)
            context.progress.advance(len(part))


def _write_tables(context: StepContext, source: ImageStore, result: Decided) -> None:
    kinds = [None if label == NO_CLASS else source.classes[label] for label in source.labels.tolist()]
    images = zip(
        kinds, result.assigned.tolist(), result.distances.tolist(), result.keep.tolist(), strict=True
    )
    write_table(
        context.out / KEPT,
        ("image", "class", "cluster", "distance", "kept"),
        (
            (number, kind or "", cluster, f"{distance:.6g}", _said(kept))
            for number, (kind, cluster, distance, kept) in enumerate(images)
        ),
    )
    reason = partial(_reason, context)
    write_table(
        context.out / CLUSTERS,
        ("cluster", "class", "images", "distance", "kept", "reason"),
        (
            (
                one.id,
                one.kind or "",
                one.images,
                f"{one.distance:.6g}",
                "yes" if one.keep else "no",
                reason(one),
            )
            for one in result.decisions.clusters
        ),
    )


def _said(kept: bool) -> str:
    return "yes" if kept else "no"


def _reason(context: StepContext, one: Judged) -> str:
    if context.settings["rule"] == DECIDED:
        return "decided so"
    share = f"{100 * context.settings['discard']:g} %"
    return f"not among the farthest {share}" if one.keep else f"among the farthest {share} of the images"


def _draw(context: StepContext, source: ImageStore, real: PaddedView, result: Decided) -> None:
    members = np.split(
        np.argsort(result.assigned, kind="stable"),
        np.cumsum(np.bincount(result.assigned, minlength=len(result.decisions.clusters)))[:-1],
    )
    shown = [
        Shown(one.id, one.kind, one.keep, one.distance, mine)
        for one, mine in zip(result.decisions.clusters, members, strict=True)
    ]
    write_montages(shown, source, context.out / MONTAGES, context.seed)
    labels = real.seen.labels
    of_class = {
        kind: ImageSubset(real, np.arange(len(real)) if kind is None else np.flatnonzero(labels == label))
        for label, kind in ((NO_CLASS, None), *enumerate(source.classes))
    }
    draw_extremes(shown, source, of_class, context.out / FIGURE, context.seed)


def _facts(context: StepContext, source: ImageStore, keep: np.ndarray) -> dict[str, Any]:
    labels = source.labels
    classes = {}
    for label in np.unique(labels).tolist():
        mine = labels == label
        kept = int(np.count_nonzero(keep & mine))
        classes["" if label == NO_CLASS else source.classes[label]] = {
            "images": int(mine.sum()),
            "kept": kept,
        }
    kept = int(np.count_nonzero(keep))
    return {
        "images": kept,
        "kept": kept,
        "discarded": len(source) - kept,
        "classes": classes,
        "rule": _words(context),
    }


def _words(context: StepContext) -> str:
    settings = context.settings
    if settings["rule"] == NOBODY:
        return "nothing is discarded"
    if settings["rule"] == DECIDED:
        return f"as decided in {Path(settings['decisions']).name}, each image as the cluster nearest to it"
    return (
        "by rule: of each class the clusters farthest from the real training images, whole, while they hold "
        f"no more than {100 * settings['discard']:g} % of its images"
    )


def _published(name: str) -> dict[str, str]:
    return {
        f"results/curation-{name}.csv": CLUSTERS,
        f"figures/curation-{name}.png": FIGURE,
        f"curation/{name}/{KEPT}": KEPT,
        f"curation/{name}/{DECISIONS}": DECISIONS,
        f"curation/{name}/{MONTAGES}": MONTAGES,
    }
