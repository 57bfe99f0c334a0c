"""Clustering 8,000 vectors of 1,664 values into 200 clusters: k-means of kgan and of scikit-learn.

Run from the repository root: ``python benchmarks/curation.py``. The vectors resemble the pooled features of a
network: groups in few latent dimensions, projected to many, plus noise, non-negative. All rows are measured
    in
one process; times are the best of the repetitions. Compare the ratios: times depend on the machine.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus

from kgan.features import kmeans as clusters


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
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=8000)
    parser.add_argument("--dimension", type=int, default=1664)
    parser.add_argument("--clusters", type=int, default=200)
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    single = features(chosen.images, chosen.dimension)
    double, count = single.astype(np.float64), chosen.clusters

    def ours() -> None:
        generator = np.random.default_rng(0)
        clusters._seeds(clusters._sketched(single, generator), count, generator)

    def unprojected() -> None:
        clusters._seeds(single, count, np.random.default_rng(0))

    seeding = {
        "kgan: in a random projection to 64": ours,
        "the same without the projection": unprojected,
        "scikit-learn, float64": lambda: kmeans_plusplus(double, count, random_state=0),
        "scikit-learn, float32": lambda: kmeans_plusplus(single, count, random_state=0),
    }
    print(f"{chosen.images} x {chosen.dimension}, {count} clusters\nseeding alone")
    report({name: seconds(work, chosen.turns) for name, work in seeding.items()})
    inertia: dict[str, list[float]] = {"kgan": [], "scikit-learn, float64": []}

    def whole_ours() -> None:
        inertia["kgan"].append(clusters.k_means(single, count, len(inertia["kgan"])).inertia)

    def whole_theirs() -> None:
        values = inertia["scikit-learn, float64"]
        values.append(KMeans(count, n_init=1, random_state=len(values), tol=0).fit(double).inertia_)

    print("seeding and Lloyd's iterations until convergence")
    report(
        {
            "kgan": seconds(whole_ours, chosen.turns),
            "scikit-learn, float64": seconds(whole_theirs, chosen.turns),
        }
    )
    ratio = np.mean(inertia["kgan"]) / np.mean(inertia["scikit-learn, float64"])
    print(f"inertia, ratio of kgan to scikit-learn, mean of {chosen.turns} seeds: {ratio:.4f}")


def report(times: dict[str, float]) -> None:
    first = next(iter(times.values()))
    for name, taken in times.items():
        print(f"  {name:<38}{taken:8.2f} s{taken / first:8.1f} x")


if __name__ == "__main__":
    main()
