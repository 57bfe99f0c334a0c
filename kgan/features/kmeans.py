"""k-means by scikit-learn, with seeds drawn by k-means++ in a random projection."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.random_projection import GaussianRandomProjection
from threadpoolctl import threadpool_limits

from kgan.errors import DataError
from kgan.features.neighbours import nearest_neighbour
from kgan.random.streams import rng

#: Dimensions that vectors are projected to at random for the seeding alone.
SKETCH = 64


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
    all that seeding needs, at a twentieth of the time for 1,664 dimensions (benchmarks/curation.py). The
    rounds that follow see the vectors themselves, as float32. Equal seeds give equal clusters: one thread
    sums, as several would in an order that varies.

    Args:
        vectors: (n, dimension) float.
        count: of clusters; where fewer vectors differ, there are fewer clusters.
        seed: decides the draws.

    Raises:
        DataError: there are fewer vectors than clusters.

    Reference:
        Arthur and Vassilvitskii, k-means++: The Advantages of Careful Seeding, 2007. On projections:
        Makarychev et al., Performance of Johnson-Lindenstrauss Transform for k-Means and k-Medians
        Clustering, 2019, arXiv:1811.03195.
    """
    if not 1 <= count <= len(vectors):
        raise DataError(
            f"{count} clusters of {len(vectors)} images; expected 1 or more, and no more than there are "
            "images: make more images, or ask for fewer clusters"
        )
    vectors = np.ascontiguousarray(vectors, np.float32)
    state = int(rng(seed, "clusters").integers(2**32))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer vectors differ: empty clusters go below
        _, seeds = kmeans_plusplus(_projected(vectors, state), count, random_state=state)
        model = KMeans(count, init=vectors[seeds], n_init=1, tol=0).fit(vectors)
    used, assigned = np.unique(model.labels_, return_inverse=True)
    return Clusters(model.cluster_centers_[used], assigned.astype(np.int64), float(model.inertia_))


def nearest_centroid(vectors: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return for each vector the number of the centroid that is nearest to it, (n,) int64."""
    vectors, centroids = (np.ascontiguousarray(side, np.float32) for side in (vectors, centroids))
    return nearest_neighbour(vectors, centroids)[1]


def _projected(vectors: np.ndarray, state: int) -> np.ndarray:
    if vectors.shape[1] <= SKETCH:
        return vectors
    return GaussianRandomProjection(SKETCH, random_state=state).fit_transform(vectors)
