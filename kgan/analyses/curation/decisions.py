"""Which clusters of a pool are kept, by a person or a rule, and what follows for later images."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kgan.errors import DataError
from kgan.features.kmeans import nearest_centroid
from kgan.files.digest import value_digest
from kgan.identifiers import canonical


@dataclass(frozen=True)
class PoolMark:
    """Which pool decisions are about.

    Args:
        source: what made it: a GAN, or a refiner of a GAN's images.
        classes: names of its classes.
        image_shape: (height, width, channels).
        images: how many it holds.
        digest: SHA-256 of its file; decisions on single images hold for this very pool.
    """

    source: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    images: int
    digest: str


@dataclass(frozen=True)
class FeaturesMark:
    """What the pool's images were compared by.

    Args:
        name: in words.
        digest: of weights and sizes.
    """

    name: str
    digest: str


@dataclass(frozen=True)
class ClusterDecision:
    """One cluster and the decision on it.

    Args:
        id: its number, from 0.
        class_name: of its images; ``None`` where they have none.
        keep: whether its images stay.
        images: how many it had.
        distance: how far these lie from the real ones, in units of the features.
        open: whether the person who decided left this one as the rule has it.
    """

    id: int
    class_name: str | None
    keep: bool
    images: int
    distance: float
    open: bool = False


@dataclass(frozen=True, eq=False)
class Decisions:
    """All that is needed to decide on any pool of the same source.

    Args:
        pool: that they were made on.
        features: of that pool.
        clusters: in the order of their numbers.
        centroids: (clusters, dimension) float32, as a file keeps them (see `rounded`).
        exceptions: number of an image in that pool -> whether it is kept, against its cluster's decision.
        rule: "automatic", or "a person".
        decided_by: who; may be empty.
        decided_at: when; may be empty.
        patients: marks of those whom the clusters derive from (see `patient_marks`).
    """

    pool: PoolMark
    features: FeaturesMark
    clusters: tuple[ClusterDecision, ...]
    centroids: np.ndarray
    exceptions: Mapping[int, bool] = field(default_factory=dict)
    rule: str = "automatic"
    decided_by: str = ""
    decided_at: str = ""
    patients: frozenset[str] = frozenset()

    def assign(self, vectors: np.ndarray, class_name: str | None) -> np.ndarray:
        """Return the number of the nearest cluster of a class, (n,) int64, for (n, dimension) features.

        Raises:
            DataError: no cluster is of that class.
        """
        own = np.array(
            [cluster.id for cluster in self.clusters if cluster.class_name == class_name], np.int64
        )
        if not len(own):
            raise DataError(
                f"decisions: no cluster of class {class_name!r}; expected at least one for each class"
            )
        return own[nearest_centroid(vectors, self.centroids[own])]

    def kept(self, assigned: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Return whether images stay, (n,) bool.

        Args:
            assigned: (n,) their clusters.
            numbers: (n,) their numbers in the pool.
        """
        keep = np.array([cluster.keep for cluster in self.clusters])[assigned]
        for position, number in enumerate(numbers.tolist() if self.exceptions else ()):
            keep[position] = self.exceptions.get(number, keep[position])
        return keep


def rounded(centroids: np.ndarray) -> np.ndarray:
    """Return centroids as a file keeps them, float32: to 11 bits of each one's largest number."""
    scales, halves = packed(centroids)
    return halves.astype(np.float32) * scales[:, None]


def patient_marks(patients: Iterable[str]) -> dict[str, str]:
    """Return mark -> patient: a file that people pass on spells no names, and yet says whom it is of.

    A patient has a mark as written and one in the canonical form, so that another spelling is known too.
    """
    spelt = ((form, patient) for patient in patients for form in (patient, canonical(patient)))
    return {value_digest(["patient", form])[:16]: patient for form, patient in spelt}


def check_fits(decisions: Decisions, path: Path, pool: PoolMark, features: FeaturesMark) -> None:
    """Refuse decisions that were made on another kind of pool, or by other features.

    Args:
        decisions: as read.
        path: where from, for the message.
        pool: that they are to be replayed on.
        features: that its images are compared by.

    Raises:
        DataError: something differs; says what, and both values.
    """
    made = decisions.pool
    for what, old, new in (
        ("maker", made.source, pool.source),
        ("classes", ", ".join(made.classes), ", ".join(pool.classes)),
        ("images", _size(made.image_shape), _size(pool.image_shape)),
    ):
        if old != new:
            raise DataError(
                f"{path}: belongs to another pool: its {what}: {old}; this pool's: {new}. Decide again on "
                "this pool, or name the decisions made on it."
            )
    if decisions.features.digest != features.digest:
        raise DataError(
            f"{path}: belongs to other features: {decisions.features.name} "
            f"({decisions.features.digest[:8]}); this run's: {features.name} ({features.digest[:8]}). Take "
            "the same features and weights, or decide again."
        )
    if decisions.exceptions and made.digest != pool.digest:
        raise DataError(
            f"{path}: decides on {len(decisions.exceptions)} single images of another pool "
            f"({made.images} images, {made.digest[:8]}); this one: {pool.images} images, {pool.digest[:8]}. "
            "Empty 'exceptions' to replay the clusters alone, or decide again."
        )


def packed(centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return scales and float16 numbers in [-1, 1]; features of some networks exceed what float16 holds."""
    largest = np.abs(centroids).max(axis=1, initial=0)
    scales = np.where(largest > 0, largest, 1).astype("<f4")
    return scales, (np.asarray(centroids, np.float32) / scales[:, None]).astype("<f2")


def _size(shape: Sequence[int]) -> str:
    return f"{shape[0]}x{shape[1]} of {shape[2]} channel{'s' if shape[2] > 1 else ''}"
