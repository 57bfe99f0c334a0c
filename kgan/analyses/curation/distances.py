"""Clusters of a pool, how far each lies from the real images, and the automatic rule.

Each class is clustered by itself, as it has a model of its own, and compared with the real training images of
its class. How far an image is: the mean Euclidean distance of its features to those of the `NEIGHBOURS` real
ones that are nearest; of a cluster, the mean over its images. Both are decisions of ours: the papers let a
person look.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kgan.analyses.curation.decisions import rounded
from kgan.errors import DataError
from kgan.features.fixed import Features
from kgan.features.image_set import Images, ImageSubset
from kgan.features.kmeans import k_means, nearest_centroid
from kgan.features.neighbours import neighbour_distance
from kgan.random.streams import rng

#: Real images that are near enough to count for the distance of an image.
NEIGHBOURS = 5
#: Images of a class that clusters are made of, at most, and real ones that they are compared with; further
#: ones go to the nearest cluster.
FITTED = 20_000
#: Images whose features are computed at once.
CHUNK = 256


@dataclass(frozen=True, eq=False)
class Grouped:
    """One class of a pool in clusters.

    Args:
        centroids: (k, dimension) float32, as a file of decisions keeps them; none without an image.
        assigned: (n,) int64, each image's cluster, from 0.
        distances: (n,) float64, from the real images.
    """

    centroids: np.ndarray
    assigned: np.ndarray
    distances: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """(k,) int64 images of each cluster."""
        return np.bincount(self.assigned)

    @property
    def mean_distances(self) -> np.ndarray:
        """(k,) float64 mean distance of each cluster's images."""
        return np.bincount(self.assigned, weights=self.distances) / self.sizes


def vectors_of(
    images: Images, features: Features, advance: Callable[[int], None] = lambda n: None
) -> np.ndarray:
    """Return the features of a set, (n, dimension) float32.

    Args:
        images: the set.
        features: what to compare by.
        advance: called with the number of further images that are done.
    """
    all_vectors = np.empty((len(images), features.dimension), np.float32)
    for part, vectors in _streamed(images, features, advance):
        all_vectors[part] = vectors
    return all_vectors


def group(
    images: Images,
    real: np.ndarray,
    features: Features,
    count: int,
    seed: int,
    advance: Callable[[int], None] = lambda n: None,
) -> Grouped:
    """Put the images of a class into clusters.

    Args:
        images: of one class; of more than `FITTED`, so many are drawn to make the clusters of.
        real: (m, dimension) features of real images.
        features: what to compare by.
        count: of clusters.
        seed: of the draws.
        advance: called with the number of further images that are done.

    Raises:
        DataError: there are fewer images than clusters, or no real image.
    """
    drawn = subsample(len(images), seed, "curation/fitted")
    vectors = vectors_of(ImageSubset(images, drawn), features, advance)
    centroids = rounded(k_means(vectors, count, seed).centroids)
    rest = np.setdiff1d(np.arange(len(images)), drawn)
    later = replay(
        ImageSubset(images, rest), real, features, lambda v: nearest_centroid(v, centroids), advance
    )
    assigned, distances = np.empty(len(images), np.int64), np.empty(len(images))
    assigned[drawn], distances[drawn] = nearest_centroid(vectors, centroids), _distances(vectors, real)
    assigned[rest], distances[rest] = later
    used, assigned = np.unique(assigned, return_inverse=True)
    return Grouped(centroids[used], assigned, distances)


def replay(
    images: Images,
    real: np.ndarray,
    features: Features,
    assign: Callable[[np.ndarray], np.ndarray],
    advance: Callable[[int], None] = lambda n: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Give each image of a class to one of the clusters that are there already.

    Args:
        images: of one class.
        real: (m, dimension) features of real images.
        features: what to compare by.
        assign: (n, dimension) features -> (n,) clusters.
        advance: called with the number of further images that are done.

    Returns:
        clusters (n,) int64 and distances from the real images (n,) float64.
    """
    assigned, distances = np.empty(len(images), np.int64), np.empty(len(images))
    for part, vectors in _streamed(images, features, advance):
        assigned[part], distances[part] = assign(vectors), _distances(vectors, real)
    return assigned, distances


def real_distance(real: np.ndarray, owners: np.ndarray) -> float | None:
    """Return how far real images are from those of other patients: the baseline of a pool's distances.

    Args:
        real: (m, dimension) features of real images of a class.
        owners: (m,) whose they are.

    Returns:
        float: the mean over the images; ``None`` where there is one patient alone.
    """
    patients = np.unique(owners)
    if len(patients) < 2:
        return None
    by_patient = [(real[owners == patient], real[owners != patient]) for patient in patients]
    return float(np.mean(np.concatenate([_distances(own, others) for own, others in by_patient])))


def nearest_kept(sizes: np.ndarray, mean_distances: np.ndarray, share: float) -> np.ndarray:
    """Discard the farthest clusters, whole, as long as they hold no more than a share of the images.

    It stops at the first that would be too much, so that all that is discarded lies farther than all that is
    kept, and the share is a bound.

    Args:
        sizes: (k,) images of each cluster.
        mean_distances: (k,) of each cluster from the real images.
        share: 0 to 1, of the images.

    Returns:
        (k,) bool, whether each is kept.
    """
    order = np.argsort(-mean_distances, kind="stable")
    # A share such as 0.3 of 10 images are 3, whatever binary fractions say.
    allowed = int(np.floor(share * sizes.sum() + 1e-9))
    kept = np.ones(len(sizes), bool)
    kept[order[np.cumsum(sizes[order]) <= allowed]] = False
    return kept


def subsample(count: int, seed: int, stream: str) -> np.ndarray:
    """Return the numbers of at most `FITTED` of so many images, drawn at random, ascending."""
    if count <= FITTED:
        return np.arange(count)
    return np.sort(rng(seed, stream).permutation(count)[:FITTED])


def _distances(vectors: np.ndarray, real: np.ndarray) -> np.ndarray:
    if not len(real):
        raise DataError("no real image to compare the pool with; expected some of each class")
    return np.concatenate(
        [
            neighbour_distance(vectors[at : at + CHUNK], real, NEIGHBOURS)
            for at in range(0, len(vectors), CHUNK)
        ]
        or [np.empty(0)]
    )


def _streamed(
    images: Images, features: Features, advance: Callable[[int], None]
) -> Iterator[tuple[slice, np.ndarray]]:
    for start in range(0, len(images), CHUNK):
        numbers = np.arange(start, min(start + CHUNK, len(images)))
        yield slice(start, start + len(numbers)), features(images.images(numbers)).astype(np.float32)
        advance(len(numbers))
