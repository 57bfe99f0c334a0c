"""Clustering 8,000 vectors of 1,664 numbers into 200 clusters: seeds from a projection beside scikit-learn's.

Run from the repository root: ``python benchmarks/curation.py``. The vectors resemble the pooled features of
a network: groups in few latent dimensions, projected to many, plus noise, non-negative. All rows are measured
in one process; times are CPU time, the best of the repetitions. Compare ratios: the machine sets the times.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from threadpoolctl import threadpool_limits

from kgan.features.kmeans import draw_seeds, k_means


def features(count: int, dimension: int) -> np.ndarray:
    """Make (count, dimension) float32 vectors."""
    draws = np.random.default_rng(0)
    groups = draws.standard_normal((60, 40))[draws.integers(0, 60, count)]
    latent = groups + 0.8 * draws.standard_normal((count, 40))
    seen = 0.3 * latent @ draws.standard_normal((40, dimension))
    return np.maximum(seen + 0.5 * draws.standard_normal(seen.shape), 0).astype(np.float32)


def seconds(work: Callable[[], object], turns: int) -> float:
    best = np.inf
    for _ in range(turns):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=8000)
    parser.add_argument("--dimension", type=int, default=1664)
    parser.add_argument("--clusters", type=int, default=200)
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    vectors, count = features(chosen.images, chosen.dimension), chosen.clusters

    seeding = {
        "in a random projection": lambda: draw_seeds(vectors, count, np.random.default_rng(0)),
        "on the vectors": lambda: kmeans_plusplus(vectors, count, random_state=0),
    }
    inertia: dict[str, list[float]] = {"kgan": [], "scikit-learn alone": []}

    def ours() -> None:
        inertia["kgan"].append(k_means(vectors, count, len(inertia["kgan"])).inertia)

    def theirs() -> None:
        seed = len(inertia["scikit-learn alone"])
        model = KMeans(count, n_init=1, random_state=seed, tol=0).fit(vectors)
        inertia["scikit-learn alone"].append(model.inertia_)

    whole = {"kgan": ours, "scikit-learn alone": theirs}
    print(f"{chosen.images} x {chosen.dimension}, {count} clusters")
    with threadpool_limits(1):
        print("seeding alone")
        report({name: seconds(work, chosen.turns) for name, work in seeding.items()})
        print("seeding and Lloyd's iterations until convergence")
        report({name: seconds(work, chosen.turns) for name, work in whole.items()})
    ratio = np.mean(inertia["kgan"]) / np.mean(inertia["scikit-learn alone"])
    print(f"inertia, kgan's by scikit-learn's, mean of {chosen.turns} seeds: {ratio:.4f}")


def report(times: dict[str, float]) -> None:
    first = next(iter(times.values()))
    for name, taken in times.items():
        print(f"  {name:<38}{taken:8.2f} s{taken / first:8.1f} x")


if __name__ == "__main__":
    main()
