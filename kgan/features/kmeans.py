"""k-means by scikit-learn, from seeds drawn by k-means++ in a random projection."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from kgan.errors import DataError
from kgan.features.neighbours import nearest_neighbour
from kgan.random.streams import rng

#: Dimensions that vectors are projected to at random for the seeding alone.
SKETCH = 64
#: Rounds of Lloyd's algorithm at most; it ends as soon as no vector moves.
ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters of vectors.

    Args:
        centroids: (k, dimension) float32; none is empty.
        assigned: (n,) int64, each vector's cluster.
        inertia: sum of the squared distances to the centroids.
    """

    centroids: np.ndarray
    assigned: np.ndarray
    inertia: float


def k_means(vectors: np.ndarray, count: int, seed: int) -> Clusters:
    """Put vectors into clusters, by Lloyd's algorithm from k-means++ seeds.

    The seeds are drawn after a random projection to `SKETCH` dimensions, which keeps distances to some 18 %:
    all that seeding needs, at a small part of the time of scikit-learn's own seeding and at equal inertia
    (benchmarks/curation.py). The rounds that follow see the vectors themselves, as float32. Equal seeds give
    equal clusters: one thread sums, as several would in an order that varies.

    Args:
        vectors: (n, dimension) float.
        count: of clusters; where fewer vectors differ, there are fewer clusters.
        seed: decides the draws.

    Raises:
        DataError: there are fewer vectors than clusters.

    Reference:
        Arthur and Vassilvitskii, k-means++: The Advantages of Careful Seeding, 2007; several candidates a
        seed, the best taken, as in scikit-learn. On projections: Makarychev et al., Performance of
        Johnson-Lindenstrauss Transform for k-Means and k-Medians Clustering, 2019, arXiv:1811.03195.
    """
    if not 1 <= count <= len(vectors):
        raise DataError(
            f"{count} clusters of {len(vectors)} images; expected 1 or more, and no more than there are "
            "images: make more images, or ask for fewer clusters"
        )
    vectors = np.ascontiguousarray(vectors, np.float32)
    generator = rng(seed, "clusters")
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer vectors differ: empty clusters go below
        seeds = vectors[draw_seeds(vectors, count, generator)]
        model = KMeans(len(seeds), init=seeds, n_init=1, tol=0, max_iter=ROUNDS).fit(vectors)
    used, assigned = np.unique(model.labels_, return_inverse=True)
    return Clusters(model.cluster_centers_[used], assigned.astype(np.int64), float(model.inertia_))


def nearest_centroid(vectors: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return for each vector the number of the centroid that is nearest to it, (n,) int64."""
    vectors, centroids = (np.ascontiguousarray(side, np.float32) for side in (vectors, centroids))
    return nearest_neighbour(vectors, centroids)[1]


def draw_seeds(vectors: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Draw seeds by k-means++ after a random projection.

    Args:
        vectors: (n, dimension) float32.
        count: of seeds at most: fewer where fewer vectors differ.
        generator: of the projection and the draws.

    Returns:
        (k,) int64, numbers of the vectors.
    """
    return _seeds(_projected(vectors, generator), count, generator)


def _projected(vectors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    dimension = vectors.shape[1]
    if dimension <= SKETCH:
        return vectors
    projection = generator.standard_normal((dimension, SKETCH), np.float32) / np.float32(np.sqrt(SKETCH))
    return vectors @ projection


def _seeds(points: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Draw the numbers of at most ``count`` points: each far from those before, the best of a few tries."""
    tries = 2 + int(np.log(count))
    chosen = [int(generator.integers(len(points)))]
    nearest = _squared_distances(points, np.array(chosen))[0]
    while len(chosen) < count:
        cumulated = np.cumsum(nearest, dtype=np.float64)
        if cumulated[-1] <= 0:
            break
        drawn = np.searchsorted(cumulated, generator.random(tries) * cumulated[-1], side="right")
        drawn = np.minimum(drawn, len(points) - 1)
        candidates = np.minimum(_squared_distances(points, drawn), nearest)
        best = int(candidates.sum(axis=1, dtype=np.float64).argmin())
        nearest = candidates[best]
        chosen.append(int(drawn[best]))
    return np.array(chosen)


def _squared_distances(points: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return squared distances of all points from the chosen ones, (chosen, n)."""
    lengths = np.einsum("ij,ij->i", points, points)
    squared = lengths[chosen][:, None] + lengths - 2 * (points[chosen] @ points.T)
    np.maximum(squared, 0, out=squared)
    squared[np.arange(len(chosen)), chosen] = 0
    return squared
