"""Leading eigenvalues and eigenvectors of the covariance of a set of images, larger than memory or not.

Up to `EXACT` images the matrix of their scalar products is decomposed whole. Of more, the leading vectors
are found by subspace iteration with Rayleigh-Ritz, a pass over the images each, until the residuals vanish
(Halko, Martinsson & Tropp 2011, arXiv:0909.4061, algorithm 4.4). Memory is bounded whatever the number of
images: four blocks of pixels x `BLOCK` float64 (0.3 GB at 65,536 pixels), two matrices of `EXACT` squared
float64 (0.07 GB) and a few chunks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kgan.errors import DataError
from kgan.features.image_set import Images, chunks
from kgan.random.streams import rng

#: Images up to which nothing is iterated.
EXACT = 2048

#: Vectors that are iterated together, at least.
BLOCK = 128

#: Grey levels of one unit of [-1, 1].
GREY = 127.5

_PASSES = 60
_RESIDUAL = 1e-8


@dataclass(frozen=True, eq=False)
class Eigendecomposition:
    """The leading part of a covariance; images are scaled to [-1, 1], the divisor is n - 1.

    Args:
        mean: (d,) float64, the mean image in grey levels, 0 to 255.
        total: trace of the covariance, the sum of all eigenvalues.
        values: (k,) float64 leading eigenvalues, descending.
        vectors: (k, d) float64, their eigenvectors, orthonormal rows.
    """

    mean: np.ndarray
    total: float
    values: np.ndarray
    vectors: np.ndarray


def decompose(images: Images, count: int, *, above: float = 0.0, even: bool = False) -> Eigendecomposition:
    """Return the leading part of the covariance of the pixels.

    Args:
        images: two or more.
        count: eigenvalues wanted; fewer come where the images or the pixels are fewer.
        above: share of the total that an eigenvalue must reach for its accuracy to matter.
        even: take each image's own mean over its pixels off first.

    Raises:
        DataError: fewer than two images.
    """
    if len(images) < 2:
        raise DataError(f"a covariance of {len(images)} images; expected two or more")
    total = np.zeros(int(np.prod(images.image_shape)))
    for _, chunk in chunks(images):
        total += grey_rows(chunk, even).sum(axis=0)
    centred = _Centred(images, total / len(images), even)
    count = min(count, len(images) - 1, len(total))
    if len(images) <= EXACT:
        return _whole(centred, count)
    return _iterated(centred, count, above)


def grey_rows(images: np.ndarray, even: bool = False) -> np.ndarray:
    """Return images (n, height, width, channels) uint8 as rows (n, d) float64 of grey levels.

    They stay whole numbers, whose sums are exact: equal images have no variance at all, rather than a little.
    """
    rows = images.reshape(len(images), -1).astype(np.float64)
    return rows - rows.mean(axis=1, keepdims=True) if even else rows


@dataclass(frozen=True, eq=False)
class _Centred:
    """Rows with the mean taken off, in units of [-1, 1], chunk by chunk."""

    images: Images
    mean: np.ndarray
    even: bool

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[tuple[slice, np.ndarray]]:
        for here, chunk in chunks(self.images):
            yield here, (grey_rows(chunk, self.even) - self.mean) / GREY


def _whole(centred: _Centred, count: int) -> Eigendecomposition:
    """Decompose the matrix of scalar products, which has the covariance's eigenvalues times n - 1."""
    products = np.empty((len(centred), len(centred)))
    for here, left in centred:
        for there, right in centred:
            if there.start > here.start:
                break
            products[here, there] = left @ right.T
            products[there, here] = products[here, there].T
    values, weights = np.linalg.eigh(products)
    values, weights = values[::-1][:count], weights[:, ::-1][:, :count]
    vectors = np.zeros((count, len(centred.mean)))
    for here, part in centred:
        vectors += weights[here].T @ part
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1.0)
    freedom = len(centred) - 1
    return _spectrum(centred, np.trace(products) / freedom, values / freedom, vectors)


def _iterated(centred: _Centred, count: int, above: float) -> Eigendecomposition:
    pixels = len(centred.mean)
    block = min(max(BLOCK, count + BLOCK // 2), pixels)
    basis = np.linalg.qr(rng(0, "spectrum/start").standard_normal((pixels, block)))[0]
    for _ in range(_PASSES):
        total, image = _applied(centred, basis)
        values, turn = np.linalg.eigh(basis.T @ image)
        values, turn = values[::-1], turn[:, ::-1]
        basis, image = basis @ turn, image @ turn
        residuals = np.linalg.norm(image - basis * values, axis=0)[:count]
        if not (residuals > _RESIDUAL * total)[values[:count] >= above * total].any():
            break
        basis = np.linalg.qr(image)[0]
    else:
        raise DataError(
            f"the principal components of {len(centred)} images did not settle in {_PASSES} passes; "
            "expected images with some structure in common: measure others, or fewer components"
        )
    return _spectrum(centred, total, values[:count], basis[:, :count].T)


def _applied(centred: _Centred, basis: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the trace of the covariance and the covariance times a basis, in one pass."""
    total, image = 0.0, np.zeros_like(basis)
    for _, part in centred:
        total += float(np.vdot(part, part))
        image += part.T @ (part @ basis)
    freedom = len(centred) - 1
    return total / freedom, image / freedom


def _spectrum(centred: _Centred, total: float, values: np.ndarray, vectors: np.ndarray) -> Eigendecomposition:
    return Eigendecomposition(centred.mean, float(total), np.maximum(values, 0.0), vectors)
