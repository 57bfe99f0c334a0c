"""t-SNE of raw images: similar images lie near each other in a plane.

All images are embedded at once, so that an image stands at one place in every figure drawn of the embedding.
The algorithm needs nothing of the images but their distances; these are computed exactly, from inner
products, a block of images at a time, so memory holds the images as bytes and one number for each pair.

Reference: L. van der Maaten, G. Hinton, J. Mach. Learn. Res. 9, 2008, 2579–2605; Han et al., IEEE Access 7,
2019, section III-F: pixels in [0, 1], perplexity 100, 1,000 iterations.
"""

import numpy as np
from scipy.linalg import eigh
from sklearn.manifold import TSNE

from kgan.errors import DataError

PERPLEXITY = 100.0
ITERATIONS = 1000

_BLOCK = 256
_LEAST_ITERATIONS = 250


def squared_distances(images: np.ndarray) -> np.ndarray:
    """Return the squared Euclidean distances of images with pixels scaled to [0, 1].

    Args:
        images: (n, ...) uint8.

    Returns:
        ndarray: (n, n) float32, symmetric, zeros on the diagonal.
    """
    flat = images.reshape(len(images), -1)
    products = np.empty((len(flat), len(flat)), np.float64)
    for start in range(0, len(flat), _BLOCK):
        rows = flat[start : start + _BLOCK].astype(np.float32) / 255
        for other in range(0, start + 1, _BLOCK):
            columns = flat[other : other + _BLOCK].astype(np.float32) / 255
            block = rows @ columns.T
            products[start : start + _BLOCK, other : other + _BLOCK] = block
            products[other : other + _BLOCK, start : start + _BLOCK] = block.T
    norms = np.diag(products)
    distances = np.maximum(norms[:, None] + norms[None, :] - 2 * products, 0).astype(np.float32)
    np.fill_diagonal(distances, 0)
    return distances


def embed(
    images: np.ndarray, *, seed: int, perplexity: float = PERPLEXITY, iterations: int = ITERATIONS
) -> np.ndarray:
    """Lay images out in a plane.

    The start is the first two principal components, as a random one would give another layout with each
    seed (ours; the paper does not say).

    Args:
        images: (n, ...) uint8.
        seed: of the algorithm.
        perplexity: about how many neighbours an image has; below n.
        iterations: of the gradient descent; at least 250.

    Returns:
        ndarray: (n, 2) float64.

    Raises:
        DataError: too few images for the perplexity, too few iterations, or images that are all the same.
    """
    if len(images) <= perplexity:
        raise DataError(
            f"t-SNE: {len(images)} images with a perplexity of {perplexity:g}; expected more images than "
            "that: embed more, or lower the perplexity"
        )
    if iterations < _LEAST_ITERATIONS:
        raise DataError(f"t-SNE: {iterations} iterations; expected {_LEAST_ITERATIONS} or more")
    distances = squared_distances(images)
    if not distances.any():
        raise DataError("t-SNE: all images are the same; expected images that differ")
    layout = TSNE(
        metric="precomputed",
        init=principal_start(distances),
        perplexity=perplexity,
        max_iter=iterations,
        random_state=seed % 2**32,
    )
    return np.asarray(layout.fit_transform(np.sqrt(distances)), np.float64)


def principal_start(distances: np.ndarray) -> np.ndarray:
    """Return the first two principal components, of the spread that t-SNE wants: (n, 2) float32.

    Args:
        distances: (n, n) squared Euclidean, from which alone they follow.
    """
    centred = -0.5 * distances.astype(np.float64)
    centred -= centred.mean(0)
    centred -= centred.mean(1, keepdims=True)
    last = len(centred) - 1
    _, vectors = eigh(centred, subset_by_index=[last - 1, last])
    vectors = vectors[:, ::-1]
    # A component's sign is arbitrary; its largest entry is made positive.
    largest = np.abs(vectors).argmax(0)
    vectors = vectors * np.sign(vectors[largest, [0, 1]])
    return np.ascontiguousarray(1e-4 * vectors / vectors[:, 0].std(), np.float32)
