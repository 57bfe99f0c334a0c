"""What is decided of a pool's images: clusters of each class, by the rule, or a person's replayed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.curation import distances as curation
from kgan.analyses.curation.decisions import (
    Decisions,
    FeaturesMark,
    Judged,
    PoolMark,
    check_fits,
    patient_marks,
)
from kgan.analyses.curation.decisions_file import read_decisions
from kgan.data.store.gan_view import PaddedView
from kgan.data.store.store import NO_CLASS, ImageStore
from kgan.errors import DataError, RunError
from kgan.features.fixed import Features
from kgan.features.image_set import ImageSubset
from kgan.files.digest import file_digest
from kgan.pipeline.context import StepContext
from kgan.steps.checks.leakage_guard import LeakageGuard

AUTOMATIC, DECIDED, NOBODY = "automatic", "decided", "none"


@dataclass(frozen=True, eq=False)
class _Class:
    """The images of one class: its label and name, and their numbers in the pool and among the real ones."""

    label: int
    kind: str | None
    numbers: np.ndarray
    real: np.ndarray


@dataclass(frozen=True, eq=False)
class Decided:
    """Decisions on clusters; of each image of the pool its cluster, distance from the real ones, and fate."""

    decisions: Decisions
    assigned: np.ndarray
    distances: np.ndarray
    keep: np.ndarray


def maker(provenance: Mapping[str, Any]) -> str:
    """Return what made a pool, by its provenance: a GAN, or a refiner of a GAN's images."""
    own, of = provenance.get("gan"), provenance.get("of")
    if not isinstance(of, Mapping):
        return str(own or provenance.get("kind", ""))
    return f"{own} of {maker(of)}" if own else maker(of)


def _classes(context: StepContext, source: ImageStore, real: PaddedView) -> list[_Class]:
    found = []
    for label in np.unique(source.labels).tolist():
        kind = None if label == NO_CLASS else source.classes[label]
        own = np.arange(len(real)) if kind is None else np.flatnonzero(real.seen.labels == label)
        if not len(own):
            raise DataError(
                f"{context.name}: no real training image of class {kind} to hold the pool against; expected "
                "some. Prepare more patients, or set the curation's rule to none."
            )
        own = own[curation.some(len(own), context.seed, f"curation/real/{label}")]
        found.append(_Class(label, kind, np.flatnonzero(source.labels == label), own))
    return found


def decide(context: StepContext, source: ImageStore, real: PaddedView, features: Any) -> Decided:
    """Decide on every image of a pool, as the step's settings say.

    Args:
        context: of the step; its ``rule``, ``clusters``, ``discard`` and ``decisions``.
        source: the pool.
        real: training images.
        features: what images are compared by, with a digest.

    Raises:
        DataError: decisions cannot be read or belong to another pool; a class has fewer images than clusters,
            or no real image.
        RunError: decisions derive from a test patient.
    """
    classes = _classes(context, source, real)
    pool = PoolMark(
        maker(source.provenance), source.classes, source.image_shape, len(source), file_digest(source.path)
    )
    mark = FeaturesMark(features.name, features.digest)
    is_decided = context.settings["rule"] == DECIDED
    made = _read(context, pool, mark, features.dimension) if is_decided else None
    total = len(source) + sum(len(one.real) for one in classes)
    context.progress.begin(f"{context.name}: {features.name}", total)
    vectors = {
        one.label: curation.vectors_of(ImageSubset(real, one.real), features, context.progress.advance)
        for one in classes
    }
    find = _replay if made else _cluster
    decisions, assigned, distances = find(
        context, source, classes, vectors, features, made or _nothing(pool, mark)
    )
    keep = decisions.kept(assigned, np.arange(len(source)))
    return Decided(decisions, assigned, distances, keep)


def behind(decisions: Decisions, prepared: Path) -> list[str]:
    """Return which patients of the cohort the clusters of decisions derive from, sorted.

    Args:
        decisions: as read or made.
        prepared: folder of the cohort's preparation.
    """
    seal = LeakageGuard.of(prepared)
    marks = patient_marks({*seal.cohort, *seal.subjects, *seal.patients})
    return sorted({marks[mark] for mark in decisions.patients if mark in marks})


def _nothing(pool: PoolMark, features: FeaturesMark) -> Decisions:
    return Decisions(pool, features, (), np.empty((0, 0), np.float32))


def _read(context: StepContext, pool: PoolMark, features: FeaturesMark, dimension: int) -> Decisions:
    path = Path(context.settings["decisions"])
    decisions = read_decisions(path)
    check_fits(decisions, path, pool, features)
    if decisions.centroids.shape[1] != dimension:
        raise DataError(
            f"{path}: centroids of {decisions.centroids.shape[1]} numbers; expected {dimension}, as "
            f"{features.name} has. Decide anew."
        )
    check_seal(context.name, path, decisions, context.prepared)
    return replace(decisions, pool=pool)


def check_seal(name: str, path: Path, decisions: Decisions, prepared: Path) -> None:
    """Refuse decisions whose clusters derive from somebody who is tested on.

    Args:
        name: of the step that takes them.
        path: where they were read, for the message.
        decisions: as read.
        prepared: folder of the cohort's preparation.

    Raises:
        RunError: names up to three patients.
    """
    leaked = LeakageGuard.of(prepared).leaked(behind(decisions, prepared))
    if leaked:
        more = f" and {len(leaked) - 3} more" if len(leaked) > 3 else ""
        raise RunError(
            f"{name}: {path} derives from test patients: {', '.join(leaked[:3])}{more}; expected "
            "clusters of others alone, as a result on these would be worthless. They were decided on with "
            "another split of the patients: decide again on this one's pool."
        )


def _cluster(
    context: StepContext,
    source: ImageStore,
    classes: Sequence[_Class],
    real: Mapping[int, np.ndarray],
    features: Features,
    made: Decisions,
) -> tuple[Decisions, np.ndarray, np.ndarray]:
    """Find the clusters of each class and decide by the rule."""
    assigned, distances = np.empty(len(source), np.int64), np.empty(len(source))
    judged: list[Judged] = []
    centroids = []
    for one, count in zip(classes, _shared(context, classes), strict=True):
        images = ImageSubset(source, one.numbers)
        found = curation.group(
            images, real[one.label], features, count, context.seed, context.progress.advance
        )
        kept = curation.nearest_kept(found.sizes, found.far, context.settings["discard"])
        assigned[one.numbers], distances[one.numbers] = len(judged) + found.assigned, found.distances
        centroids.append(found.centroids)
        judged += [
            Judged(len(judged) + i, one.kind, bool(kept[i]), int(found.sizes[i]), float(found.far[i]))
            for i in range(len(found.sizes))
        ]
    whole = replace(made, clusters=tuple(judged), centroids=np.concatenate(centroids))
    return whole, assigned, distances


def _replay(
    context: StepContext,
    source: ImageStore,
    classes: Sequence[_Class],
    real: Mapping[int, np.ndarray],
    features: Features,
    made: Decisions,
) -> tuple[Decisions, np.ndarray, np.ndarray]:
    """Give each image to the nearest cluster that was decided on."""
    assigned, distances = np.empty(len(source), np.int64), np.empty(len(source))
    for one in classes:
        assign: Callable[[np.ndarray], np.ndarray] = partial(made.assign, kind=one.kind)
        images = ImageSubset(source, one.numbers)
        assigned[one.numbers], distances[one.numbers] = curation.replay(
            images, real[one.label], features, assign, context.progress.advance
        )
    sizes = np.bincount(assigned, minlength=len(made.clusters))
    sums = np.bincount(assigned, weights=distances, minlength=len(made.clusters))
    judged = tuple(
        replace(one, images=int(size), distance=float(total / size) if size else one.distance)
        for one, size, total in zip(made.clusters, sizes, sums, strict=True)
    )
    return replace(made, clusters=judged), assigned, distances


def _shared(context: StepContext, classes: Sequence[_Class]) -> list[int]:
    """Share the clusters evenly among the classes."""
    whole, rest = divmod(context.settings["clusters"], len(classes))
    counts = [max(1, whole + (place < rest)) for place in range(len(classes))]
    for one, count in zip(classes, counts, strict=True):
        if count > len(one.numbers):
            of = f" of class {one.kind}" if one.kind else ""
            raise DataError(
                f"{context.name}: {len(one.numbers)} images{of} for {count} clusters; expected no more "
                "clusters than images. Lower the curation's 'clusters', or have more images made."
            )
    return counts
