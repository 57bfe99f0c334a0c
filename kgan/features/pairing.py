"""Real and synthetic images made ready to be compared: as many of each, at one size, of one range."""

from dataclasses import dataclass

import numpy as np

from kgan.data.resize import resize
from kgan.errors import DataError
from kgan.features.image_set import Images, ImageSubset
from kgan.random.streams import rng

#: Images of each set that are compared, at most, by default.
IMAGES = 1000

_PROBED = 64


@dataclass(frozen=True, eq=False)
class ResizedImages:
    """A set of images brought to one size, real and synthetic ones in the same way.

    Args:
        whole: the set.
        size: (height, width) in pixels.
    """

    whole: Images
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.whole)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return (*self.size, self.whole.image_shape[-1])

    def images(self, indices: np.ndarray) -> np.ndarray:
        """Return the requested images: areas averaged where they shrink, bilinear where they grow."""
        return resize(self.whole.images(indices), self.size)


@dataclass(frozen=True, eq=False)
class PairedSets:
    """Two sets ready to be compared.

    Args:
        real: images.
        patients: (n,) str, the patient of each real image.
        synthetic: as many images, of the same shape.
        owners: (n,) str, the patient of each of these.
        notes: what was done to them, in words.
    """

    real: Images
    patients: np.ndarray
    synthetic: Images
    owners: np.ndarray
    notes: tuple[str, ...]


def pair_sets(
    real: Images,
    patients: np.ndarray,
    synthetic: Images,
    owners: np.ndarray | None = None,
    *,
    images: int = IMAGES,
    image_size: tuple[int, int] | None = None,
    seed: int = 0,
) -> PairedSets:
    """Choose as many real as synthetic images, at random, and bring both to one size.

    Measures depend on how many images they are taken of, and a resizing leaves traces that a network sees
    (Parmar et al., On Aliased Resizing, 2022, arXiv:2104.11222), so neither may differ between the two.

    Args:
        real: one image or more.
        patients: (len(real),) str, the patient of each real image.
        synthetic: one image or more.
        owners: (len(synthetic),) str, the patient of each of these; ``None`` if each is independent.
        images: of each set, at most.
        image_size: (height, width) in pixels; ``None`` for the smaller one where the two sets differ.
        seed: of the choice.

    Raises:
        DataError: an empty set, or sets of different channels.
    """
    for name, images_of in (("real", real), ("synthetic", synthetic)):
        if not len(images_of):
            raise DataError(f"the {name} set holds no image; expected some")
    channels = real.image_shape[-1], synthetic.image_shape[-1]
    if channels[0] != channels[1]:
        raise DataError(
            f"real images have {channels[0]} channels and synthetic ones {channels[1]}; expected the same: "
            "compare like sequences, or grey with grey"
        )
    count = min(len(real), len(synthetic), images)
    numbers = [
        np.sort(rng(seed, f"matching/{name}").permutation(len(images_of))[:count])
        for name, images_of in (("real", real), ("synthetic", synthetic))
    ]
    chosen: list[Images] = [ImageSubset(real, numbers[0]), ImageSubset(synthetic, numbers[1])]
    sizes = [images_of.image_shape[:2] for images_of in chosen]
    size = image_size or (min(sizes[0][0], sizes[1][0]), min(sizes[0][1], sizes[1][1]))
    return PairedSets(
        ResizedImages(chosen[0], size),
        np.asarray(patients)[numbers[0]],
        ResizedImages(chosen[1], size),
        numbers[1] if owners is None else np.asarray(owners)[numbers[1]],
        (
            *_counted((len(real), len(synthetic)), count),
            *_sized((sizes[0], sizes[1]), size),
        ),
    )


def check_ranges(real: Images, synthetic: Images) -> None:
    """Refuse a set that was stored in 0 to 1 where the other one uses 0 to 255.

    Args:
        real: one image or more.
        synthetic: one image or more; black ones of a run's own GAN are no mistake of this kind.

    Raises:
        DataError: no pixel of one set is above 1, and some of the other are.
    """
    tops = [
        int(image_set.images(np.arange(min(len(image_set), _PROBED))).max())
        for image_set in (real, synthetic)
    ]
    if min(tops) <= 1 < max(tops):
        dark, bright = ("real", "synthetic") if tops[0] < tops[1] else ("synthetic", "real")
        raise DataError(
            f"no pixel of the {dark} images is above {min(tops)}, while {bright} ones reach {max(tops)}; "
            "expected one range, 0 to 255: were the dark ones written as 0 to 1, or as black?"
        )


def _counted(of: tuple[int, int], count: int) -> list[str]:
    if of == (count, count):
        return []
    return [f"{count:,} of {of[0]:,} real and of {of[1]:,} synthetic images, chosen at random"]


def _sized(sizes: tuple[tuple[int, int], ...], size: tuple[int, int]) -> list[str]:
    both = " and ".join(f"{height}x{width}" for height, width in sizes)
    if sizes[0] != sizes[1]:
        return [f"real and synthetic images are {both} px; both were brought to {size[0]}x{size[1]}"]
    if sizes[0] != size:
        return [f"images of {sizes[0][0]}x{sizes[0][1]} px were brought to {size[0]}x{size[1]}"]
    return []
