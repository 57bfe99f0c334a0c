"""Realism and diversity of images by principal components: ρ, σ and δ of the zoo of GANs.

Where the paper's text leaves a choice, its numbers decide. Images are centred by the training images' mean
before their cosines are taken: 16 components held 55 % of the variance, and the root of 0.55 is 0.742,
where the table gives the training set 0.739. (Not centred, the mean image, which no component holds, would
rule every cosine.) The authors' public evaluation centres too.

The table's σ, 409, is not the trace of a covariance, as the text has it: their evaluation takes each
image's own mean off as well and divides by the number of pixels - 1 (65,535) instead of images - 1
(11,327). So both are given: `Diversity.sigma` by the text, `Diversity.published_sigma` to compare with
the table.

Reference: A. Delplace, MRI generation by a zoo of GANs, section 3.2, equation 6 and table 3; his thesis has
the same measures, 2019, arXiv:2001.05447.
"""

from dataclasses import dataclass

import numpy as np

from kgan.analyses.fidelity.metrics.eigendecomposition import GREY, Eigendecomposition, decompose, grey_rows
from kgan.errors import DataError
from kgan.features.image_set import Images, chunks

#: Components in the paper.
COMPONENTS = 16

#: Share of the total variation above which an eigenvalue counts.
SHARE = 0.01

# Below this much of a pixel's range squared, an eigenvalue is a rounding error.
_NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class Components:
    """The main variations of a set of images.

    Args:
        mean: (d,) float64, the mean image in [-1, 1].
        vectors: (k, d) float64, orthonormal rows, the most varied first.
        explained: share of the total variation that they hold together, in [0, 1].
        image_shape: (height, width, channels), d numbers.
    """

    mean: np.ndarray
    vectors: np.ndarray
    explained: float
    image_shape: tuple[int, int, int]


@dataclass(frozen=True)
class Diversity:
    """How much images differ among each other, on the scale [-1, 1].

    Args:
        sigma: total variation, the trace of the covariance (divisor: images - 1).
        delta: number of the covariance's eigenvalues above 1 % of sigma.
        published_sigma: total variation of the images less their own means, with the divisor pixels - 1.
            It grows with the number of images; the paper's is of 11,328.
        published_delta: number of eigenvalues above 1 % of the total, of the images less their own means.
    """

    sigma: float
    delta: int
    published_sigma: float
    published_delta: int


def components(images: Images, count: int = COMPONENTS) -> Components:
    """Find the principal components of training images.

    Args:
        images: more than ``count``.
        count: components wanted.

    Raises:
        DataError: too few images, or they vary in fewer directions.
    """
    if len(images) <= count:
        raise DataError(
            f"{count} principal components of {len(images)} images; expected at least {count + 1} images"
        )
    leading = decompose(images, count)
    varied = int((leading.values > _NOTHING * len(leading.mean)).sum())
    if varied < count:
        raise DataError(
            f"{len(images)} images vary in {varied} directions; expected at least {count}, as many as the "
            "components: take images that differ, or ask for fewer components"
        )
    explained = min(1.0, float(leading.values.sum() / leading.total))
    return Components(leading.mean / GREY - 1.0, leading.vectors, explained, images.image_shape)


def realism(images: Images, training: Components) -> np.ndarray:
    """Return how much of each image's difference from the mean the training set's components hold.

    Args:
        images: of the training images' shape.
        training: components of the training images.

    Returns:
        ndarray (n,) float64 in [0, 1], the norm of the cosines between an image, less the training images'
        mean, and the components; 0 for the mean itself. The paper's ρ is their mean.

    Raises:
        DataError: the images are of another shape.
    """
    if tuple(images.image_shape) != tuple(training.image_shape):
        raise DataError(
            f"images of {images.image_shape}; expected {training.image_shape}, the shape of the images that "
            "the components are of: resize the ones or the others"
        )
    held = np.zeros(len(images))
    for here, chunk in chunks(images):
        differences = grey_rows(chunk) / GREY - 1.0 - training.mean
        lengths = np.linalg.norm(differences, axis=1)
        within = np.linalg.norm(differences @ training.vectors.T, axis=1)
        held[here] = np.divide(within, lengths, out=np.zeros_like(within), where=lengths > 0)
    return np.minimum(held, 1.0)


def diversity(images: Images) -> Diversity:
    """Measure the diversity of images.

    Args:
        images: two or more; of equal ones all values are 0.

    Raises:
        DataError: fewer than two images.
    """
    # Not a hundred eigenvalues can each be above a hundredth of their sum.
    most, above = int(1 / SHARE), SHARE / 2
    leading = decompose(images, most, above=above)
    even = decompose(images, most, above=above, even=True)
    rescaled = (len(images) - 1) / max(1, len(even.mean) - 1)
    return Diversity(leading.total, _relevant(leading), even.total * rescaled, _relevant(even))


def _relevant(of: Eigendecomposition) -> int:
    threshold = max(SHARE * of.total, _NOTHING * len(of.mean))
    return int((of.values > threshold).sum())
