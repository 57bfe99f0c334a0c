"""Decisions on a pool's images: new clusters by the automatic rule, or a reviewer's clusters replayed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from kgan.analyses.curation import distances
from kgan.analyses.curation.decisions import (
    ClusterDecision,
    Decisions,
    FeaturesMark,
    PoolMark,
    check_fits,
    patient_marks,
)
from kgan.analyses.curation.decisions_file import read_decisions
from kgan.analyses.curation.settings import CurationSettings
from kgan.data.store.gan_view import PaddedView
from kgan.data.store.store import NO_CLASS, ImageStore
from kgan.errors import DataError, RunError
from kgan.features.fixed import Features
from kgan.features.image_set import ImageSubset
from kgan.features.pretrained import NetworkFeatures
from kgan.files.digest import file_digest
from kgan.pipeline.context import StepContext
from kgan.steps.checks.leakage_guard import LeakageGuard

Context: TypeAlias = StepContext[CurationSettings]


@dataclass(frozen=True)
class NewClusters:
    """Clusters are made of the pool, and those farthest from the real images are discarded.

    Args:
        clusters: of all classes together.
        discard: share of each class, at most.
        pool: which pool.
        features: by which its images are compared.
    """

    clusters: int
    discard: float
    pool: PoolMark
    features: FeaturesMark


@dataclass(frozen=True, eq=False)
class ReviewedClusters:
    """Clusters that a person has decided on; each image of the pool goes to the nearest.

    Args:
        decisions: as read; their pool is this one.
    """

    decisions: Decisions


#: Where the clusters and the decisions on them come from.
Origin: TypeAlias = NewClusters | ReviewedClusters


@dataclass(frozen=True, eq=False)
class CurationResult:
    """Decisions on the clusters of a pool, and what follows for each of its images.

    Args:
        decisions: on the clusters.
        assigned: (n,) int64 cluster of each image.
        distances: (n,) float64 of each image from the real ones.
        keep: (n,) bool, whether each stays.
        baselines: label -> distance of real images of the class from those of other patients.
    """

    decisions: Decisions
    assigned: np.ndarray
    distances: np.ndarray
    keep: np.ndarray
    baselines: Mapping[int, float | None]


@dataclass(frozen=True, eq=False)
class _ClassImages:
    """The images of one class.

    Args:
        label: NO_CLASS where images have none.
        class_name: ``None`` where images have none.
        numbers: of its images in the pool.
        real: numbers of the real ones that they are compared with.
    """

    label: int
    class_name: str | None
    numbers: np.ndarray
    real: np.ndarray


def maker(provenance: Mapping[str, Any]) -> str:
    """Return what made a pool, by its provenance: a GAN, or a refiner of a GAN's images."""
    own, of = provenance.get("gan"), provenance.get("of")
    if not isinstance(of, Mapping):
        return str(own or provenance.get("kind", ""))
    return f"{own} of {maker(of)}" if own else maker(of)


def decide(
    context: Context, source: ImageStore, real: PaddedView, features: NetworkFeatures
) -> CurationResult:
    """Decide on every image of a pool, as the step's settings say.

    Args:
        context: of the step.
        source: the pool.
        real: training images.
        features: what images are compared by.

    Raises:
        DataError: decisions cannot be read or belong to another pool; a class has fewer images than clusters,
            or no real image.
        RunError: decisions derive from a test patient.
    """
    classes = _classes(context, source, real)
    origin = _origin(context, source, features)
    total = len(source) + sum(len(of_class.real) for of_class in classes)
    context.progress.begin(f"{context.name}: {features.name}", total)
    vectors = {
        of_class.label: distances.vectors_of(
            ImageSubset(real, of_class.real), features, context.progress.advance
        )
        for of_class in classes
    }
    if isinstance(origin, ReviewedClusters):
        decisions, assigned, far = _replay(context, source, classes, vectors, features, origin.decisions)
    else:
        decisions, assigned, far = _cluster(context, source, classes, vectors, features, origin)
    owners = np.asarray(real.seen.patients)
    baselines = {
        of_class.label: distances.real_distance(vectors[of_class.label], owners[of_class.real])
        for of_class in classes
    }
    kept = decisions.kept(assigned, np.arange(len(source)))
    return CurationResult(decisions, assigned, far, kept, baselines)


def clustered_patients(decisions: Decisions, prepared: Path) -> list[str]:
    """Return which patients of the cohort the clusters of decisions derive from, sorted.

    Args:
        decisions: as read or made.
        prepared: folder of the cohort's preparation.
    """
    guard = LeakageGuard.of(prepared)
    marks = patient_marks({*guard.cohort, *guard.subjects, *guard.patients})
    return sorted({marks[mark] for mark in decisions.patients if mark in marks})


def refuse_test_patients(name: str, path: Path, decisions: Decisions, prepared: Path) -> None:
    """Refuse decisions whose clusters derive from somebody who is tested on, or held back.

    Args:
        name: of the step that takes them.
        path: where they were read, for the message.
        decisions: as read.
        prepared: folder of the cohort's preparation.

    Raises:
        RunError: names up to three patients.
    """
    guard, patients = LeakageGuard.of(prepared), clustered_patients(decisions, prepared)
    for part, refused in (("test", guard.leaked(patients)), ("further", guard.held_back(patients))):
        if refused:
            more = f" and {len(refused) - 3} more" if len(refused) > 3 else ""
            raise RunError(
                f"{name}: {path} derives from {part} patients: {', '.join(refused[:3])}{more}; expected "
                "clusters of others alone, as a result on these would be worthless. They were decided on "
                "with another split of the patients: decide again on this one's pool."
            )


def _classes(context: Context, source: ImageStore, real: PaddedView) -> list[_ClassImages]:
    classes = []
    for label in np.unique(source.labels).tolist():
        class_name = None if label == NO_CLASS else source.classes[label]
        of_class = np.arange(len(real)) if class_name is None else np.flatnonzero(real.seen.labels == label)
        if not len(of_class):
            raise DataError(
                f"{context.name}: no real training image of class {class_name} to compare the pool with; "
                "expected some. Prepare more patients, or set the curation's rule to none."
            )
        some = of_class[distances.subsample(len(of_class), context.seed, f"curation/real/{label}")]
        classes.append(_ClassImages(label, class_name, np.flatnonzero(source.labels == label), some))
    return classes


def _origin(context: Context, source: ImageStore, features: NetworkFeatures) -> Origin:
    settings = context.settings
    pool = PoolMark(
        maker(source.provenance), source.classes, source.image_shape, len(source), file_digest(source.path)
    )
    mark = FeaturesMark(features.name, features.digest)
    if settings.rule != "decided" or settings.decisions is None:
        return NewClusters(settings.clusters, settings.discard, pool, mark)
    path = Path(settings.decisions)
    decisions = read_decisions(path)
    check_fits(decisions, path, pool, mark)
    if decisions.centroids.shape[1] != features.dimension:
        raise DataError(
            f"{path}: centroids of {decisions.centroids.shape[1]} numbers; expected {features.dimension}, as "
            f"{features.name} has. Decide again."
        )
    refuse_test_patients(context.name, path, decisions, context.prepared)
    return ReviewedClusters(replace(decisions, pool=pool))


def _cluster(
    context: Context,
    source: ImageStore,
    classes: Sequence[_ClassImages],
    real: Mapping[int, np.ndarray],
    features: Features,
    origin: NewClusters,
) -> tuple[Decisions, np.ndarray, np.ndarray]:
    """Make clusters of each class and decide by the rule."""
    assigned, far = np.empty(len(source), np.int64), np.empty(len(source))
    clusters: list[ClusterDecision] = []
    centroids = []
    for of_class, count in zip(classes, _shares(context, classes, origin.clusters), strict=True):
        images = ImageSubset(source, of_class.numbers)
        grouped = distances.group(
            images, real[of_class.label], features, count, context.seed, context.progress.advance
        )
        kept = distances.nearest_kept(grouped.sizes, grouped.mean_distances, origin.discard)
        first = len(clusters)
        assigned[of_class.numbers], far[of_class.numbers] = first + grouped.assigned, grouped.distances
        centroids.append(grouped.centroids)
        rows = zip(kept.tolist(), grouped.sizes.tolist(), grouped.mean_distances.tolist(), strict=True)
        clusters += [
            ClusterDecision(first + number, of_class.class_name, keep, size, distance)
            for number, (keep, size, distance) in enumerate(rows)
        ]
    decisions = Decisions(origin.pool, origin.features, tuple(clusters), np.concatenate(centroids))
    return decisions, assigned, far


def _replay(
    context: Context,
    source: ImageStore,
    classes: Sequence[_ClassImages],
    real: Mapping[int, np.ndarray],
    features: Features,
    decisions: Decisions,
) -> tuple[Decisions, np.ndarray, np.ndarray]:
    """Give each image to the nearest cluster that was decided on."""
    assigned, far = np.empty(len(source), np.int64), np.empty(len(source))
    for of_class in classes:
        assign: Callable[[np.ndarray], np.ndarray] = partial(decisions.assign, class_name=of_class.class_name)
        images = ImageSubset(source, of_class.numbers)
        assigned[of_class.numbers], far[of_class.numbers] = distances.replay(
            images, real[of_class.label], features, assign, context.progress.advance
        )
    sizes = np.bincount(assigned, minlength=len(decisions.clusters))
    sums = np.bincount(assigned, weights=far, minlength=len(decisions.clusters))
    clusters = tuple(
        replace(cluster, images=int(size), distance=float(total / size) if size else cluster.distance)
        for cluster, size, total in zip(decisions.clusters, sizes, sums, strict=True)
    )
    return replace(decisions, clusters=clusters), assigned, far


def _shares(context: Context, classes: Sequence[_ClassImages], clusters: int) -> list[int]:
    """Share the clusters evenly among the classes."""
    whole, rest = divmod(clusters, len(classes))
    counts = [max(1, whole + (place < rest)) for place in range(len(classes))]
    for of_class, count in zip(classes, counts, strict=True):
        if count > len(of_class.numbers):
            suffix = f" of class {of_class.class_name}" if of_class.class_name else ""
            raise DataError(
                f"{context.name}: {len(of_class.numbers)} images{suffix} for {count} clusters; expected no "
                "more clusters than images. Lower the curation's 'clusters', or have more images made."
            )
    return counts
