"""t-SNE and k-means, and the commands that people wait for."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.speed.job import KGAN, Job, Work


class Repeated:
    """A function that is called again and again."""

    def __init__(self, function: Callable[[], object]) -> None:
        self.function = function

    def run(self, units: int) -> None:
        for _ in range(units):
            self.function()


def _kgan_tsne() -> Work:
    from benchmarks.curation import features
    from kgan.analyses.tsne.embedding import embed

    images = np.clip(features(600, 4096) * 40, 0, 255).astype(np.uint8)
    return Repeated(lambda: embed(images, seed=0, iterations=500))


def _open_tsne() -> Work:
    from openTSNE import TSNE

    from benchmarks.curation import features

    images = np.clip(features(600, 4096) * 40, 0, 255)
    layout = TSNE(perplexity=100, n_iter=250, early_exaggeration_iter=250, n_jobs=1, random_state=0)
    return Repeated(lambda: layout.fit(images))


def _kgan_k_means() -> Work:
    from benchmarks.curation import features
    from kgan.features.kmeans import k_means

    vectors = features(8000, 1664)
    return Repeated(lambda: k_means(vectors, 200, 0))


def _scikit_learn_k_means() -> Work:
    from sklearn.cluster import KMeans

    from benchmarks.curation import features

    vectors = features(8000, 1664)
    return Repeated(lambda: KMeans(200, n_init=1, tol=0, max_iter=100, random_state=0).fit(vectors))


def _command(*arguments: str) -> Work:
    command = [sys.executable, *arguments]
    return Repeated(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


ANALYSES = (
    Job(
        "t-SNE",
        "600 images of 64x64, 500 iterations",
        "layout",
        {KGAN: _kgan_tsne, "openTSNE": _open_tsne},
    ),
    Job(
        "k-means",
        "8,000 vectors of 1,664 numbers, 200 clusters",
        "clustering",
        {KGAN: _kgan_k_means, "scikit-learn": _scikit_learn_k_means},
    ),
    Job(
        "kgan --help",
        "beside Python that imports click",
        "command",
        {
            KGAN: partial(_command, "-m", "kgan", "--help"),
            "import click": partial(_command, "-c", "import click"),
        },
        quick=True,
    ),
    Job(
        "kgan plan",
        "two_step, beside Python that imports click",
        "command",
        {
            KGAN: partial(_command, "-m", "kgan", "plan", "two_step"),
            "import click": partial(_command, "-c", "import click"),
        },
        quick=True,
    ),
)
