"""Step: cluster a pool's images, discard the clusters that look unlike real ones, and keep the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.curation.clustering import (
    Context,
    CurationResult,
    clustered_patients,
    decide,
    refuse_test_patients,
)
from kgan.analyses.curation.decisions import ClusterDecision, patient_marks
from kgan.analyses.curation.decisions_file import read_decisions, write_decisions
from kgan.analyses.curation.montages import Shown, draw_extremes, write_montages
from kgan.analyses.curation.settings import CurationSettings
from kgan.analyses.curation.tables import CLUSTERS, IMAGES, ClassCounts, ClusterRow, CurationFacts, ImageRow
from kgan.data.cohort.limits_table import Outcome
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import NO_CLASS, ImageStore, StoreWriter
from kgan.errors import KganError, RunError
from kgan.features.image_set import ImageSubset
from kgan.steps.checks.cohort_limits import Limit
from kgan.steps.checks.leakage_guard import training_patients
from kgan.steps.checks.pretrained_weights import missing_features
from kgan.steps.features import network_features
from kgan.steps.settings.shared import FeatureSettings
from kgan.training.tensorflow_import import import_tensorflow

DECISIONS, FIGURE, MONTAGES = "decisions.json", "clusters.png", "montages"
_COPIED = 256


def run(context: Context) -> dict[str, Any]:
    """Write ``pool.h5`` (what is kept, in the source's order), and the decisions on all of its images.

    Beside it the tables `IMAGES` and `CLUSTERS`, ``decisions.json``, sheets of all clusters in ``montages``,
    and ``clusters.png``. With the rule "none" there is the pool alone.

    Returns:
        dict: see `CurationFacts`; patients that the result derives from; files to publish.

    Raises:
        DataError: features cannot be had, decisions cannot be read or belong to another pool, or a class has
            fewer images than clusters.
        RunError: too little is kept, or something derives from a test patient.
    """
    source = ImageStore(context.inputs[context.settings.source] / "pool.h5")
    features = context.settings.features
    if context.settings.rule == "none" or features is None:
        return _keep_all(context, source)
    return _curate(context, source, features)


def _keep_all(context: Context, source: ImageStore) -> dict[str, Any]:
    patients = training_patients(context, (), [context.settings.source])
    keep = np.ones(len(source), bool)
    _write_pool(context, source, keep)
    facts = _facts(context.settings, source, keep).model_dump(exclude_unset=True)
    # What another rule has published is not true of this pool.
    return {**facts, "patients": patients, "withdraw": [*_published(context)]}


def _curate(context: Context, source: ImageStore, features: FeatureSettings) -> dict[str, Any]:
    import_tensorflow()
    chosen = network_features(context, features)
    real = _real(context)
    steps = [context.settings.source, *([chosen.step] if chosen.step else [])]
    patients = training_patients(context, real.seen.patients.tolist(), steps)
    result = decide(context, source, real, chosen.features)
    decisions = result.decisions
    _check_need(context, source, result.keep)
    _write_pool(context, source, result.keep)
    IMAGES.write(context.out, _image_rows(source, result))
    CLUSTERS.write(context.out, (_cluster_row(context.settings, cluster) for cluster in decisions.clusters))
    patients = sorted({*patients, *clustered_patients(decisions, context.prepared)})
    marks = frozenset({*decisions.patients, *patient_marks(patients)})
    write_decisions(context.out / DECISIONS, replace(decisions, patients=marks))
    _draw(context, source, real, result)
    facts = _facts(context.settings, source, result.keep, result.baselines).model_copy(
        update={
            "clusters": len(decisions.clusters),
            "clusters_kept": sum(cluster.keep for cluster in decisions.clusters),
            "features": chosen.features.name,
            "note": chosen.note,
            "decided_by": decisions.decided_by,
        }
    )
    name = _name(context)
    return {
        **facts.model_dump(),
        "patients": patients,
        "publish": _published(context),
        "withdraw": [f"curation/{name}/{MONTAGES}"],
    }


def limits(name: str, settings: CurationSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`.

    Decisions may derive from a patient who is tested on in this split: that is known before their pool is, as
    is whether the network that images are compared by can be had.
    """
    if missing := missing_features(settings.features):
        return [Limit(name, missing, Outcome.REFUSED)]
    if settings.rule != "decided" or settings.decisions is None:
        return []
    path = Path(settings.decisions)
    try:
        refuse_test_patients(name, path, read_decisions(path), prepared)
    except KganError as error:
        return [Limit(name, str(error), Outcome.REFUSED)]
    return []


def deviations(settings: CurationSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    features = settings.features
    if settings.rule == "none" or features is None:
        return {"rule": "No synthetic image is discarded; Han et al. had a person discard clusters of them."}
    sentences = {
        "clusters": f"Each class is clustered by itself, with an even share of the {settings.clusters} "
        "clusters; Han et al. name 200 and do not say of what."
    }
    if settings.rule == "automatic":
        sentences["rule"] = (
            "Until a person has decided, the clusters that lie furthest from real images are discarded, up "
            f"to {settings.discard:.0%} of each class; in Han et al. a person discarded what looked wrong."
        )
    if features.network != "densenet169" or not features.weights:
        sentences["features"] = (
            "Images are clustered by other features than Han et al.'s, ImageNet's DenseNet-169."
        )
    elif features.classifier:
        sentences["features"] = (
            "Where DenseNet-169's ImageNet weights cannot be had, images are clustered by the features of "
            "the classifier that learnt from real images alone."
        )
    return sentences


def _name(context: Context) -> str:
    """Return the name of the curation in the recipe, with the number of a further split."""
    return context.name.partition("-")[2]


def _real(context: Context) -> PaddedView:
    settings = context.settings
    seen = gan_view(ImageStore(context.prepared / "train.h5"), settings.view)
    return PaddedView(seen, settings.canvas, settings.crop, context.seed)


def _check_need(context: Context, source: ImageStore, keep: np.ndarray) -> None:
    for label, need in enumerate(context.settings.need):
        of_class = source.labels == label
        kept = int(np.count_nonzero(keep & of_class))
        if kept < need:
            raise RunError(
                f"{context.name}: {kept} of {int(of_class.sum())} images of class {source.classes[label]} "
                f"are kept; expected {need} or more, for what uses them. Discard less, ask for fewer images "
                "in the setups, or have more made: a larger 'discard' makes a larger pool, and decisions on "
                "clusters hold for it."
            )


def _write_pool(context: Context, source: ImageStore, keep: np.ndarray) -> None:
    provenance = {
        "kind": "curated",
        "rule": context.settings.rule,
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


def _image_rows(source: ImageStore, result: CurationResult) -> Iterator[ImageRow]:
    names = ["" if label == NO_CLASS else source.classes[label] for label in source.labels.tolist()]
    columns = names, result.assigned.tolist(), result.distances.tolist(), result.keep.tolist()
    for image, (class_name, cluster, distance, kept) in enumerate(zip(*columns, strict=True)):
        yield ImageRow(image=image, class_name=class_name, cluster=cluster, distance=distance, kept=kept)


def _cluster_row(settings: CurationSettings, cluster: ClusterDecision) -> ClusterRow:
    share = f"{100 * settings.discard:g} %"
    by_rule = (
        f"not among the farthest {share}" if cluster.keep else f"among the farthest {share} of the images"
    )
    return ClusterRow(
        cluster=cluster.id,
        class_name=cluster.class_name or "",
        images=cluster.images,
        distance=cluster.distance,
        kept=cluster.keep,
        reason="decided so" if settings.rule == "decided" else by_rule,
    )


def _draw(context: Context, source: ImageStore, real: PaddedView, result: CurationResult) -> None:
    members = np.split(
        np.argsort(result.assigned, kind="stable"),
        np.cumsum(np.bincount(result.assigned, minlength=len(result.decisions.clusters)))[:-1],
    )
    shown = [
        Shown(cluster.id, cluster.class_name, cluster.keep, cluster.distance, images)
        for cluster, images in zip(result.decisions.clusters, members, strict=True)
    ]
    write_montages(shown, source, context.out / MONTAGES, context.seed)
    labels = real.seen.labels
    of_class = {
        name: ImageSubset(real, np.arange(len(real)) if name is None else np.flatnonzero(labels == label))
        for label, name in ((NO_CLASS, None), *enumerate(source.classes))
    }
    draw_extremes(shown, source, of_class, context.out / FIGURE, context.seed)


def _facts(
    settings: CurationSettings,
    source: ImageStore,
    keep: np.ndarray,
    baselines: Mapping[int, float | None] | None = None,
) -> CurationFacts:
    labels = source.labels
    classes = {}
    for label in np.unique(labels).tolist():
        of_class = labels == label
        counts = ClassCounts(
            images=int(of_class.sum()),
            kept=int(np.count_nonzero(keep & of_class)),
            baseline=(baselines or {}).get(label),
        )
        classes["" if label == NO_CLASS else source.classes[label]] = counts
    kept = int(np.count_nonzero(keep))
    return CurationFacts(
        images=kept, kept=kept, discarded=len(source) - kept, classes=classes, rule=_rule_text(settings)
    )


def _rule_text(settings: CurationSettings) -> str:
    if settings.rule == "none":
        return "nothing is discarded"
    if settings.rule == "decided" and settings.decisions is not None:
        return f"as decided in {Path(settings.decisions).name}, each image as the cluster nearest to it"
    return (
        "by rule: of each class the clusters farthest from the real training images, whole, while they hold "
        f"no more than {100 * settings.discard:g} % of its images"
    )


def _published(context: Context) -> dict[str, str]:
    name = _name(context)
    return {
        f"results/curation-{name}.csv": CLUSTERS.file,
        f"figures/curation-{name}.png": FIGURE,
        f"curation/{name}/{IMAGES.file}": IMAGES.file,
        f"curation/{name}/{DECISIONS}": DECISIONS,
        f"curation/{name}/{MONTAGES}": MONTAGES,
    }
