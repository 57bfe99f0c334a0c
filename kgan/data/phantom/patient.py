"""Phantom patients: the average brain deformed, a tumour grown in it, scanned in four sequences.

A patient is a function of (seed, number). The same patient can be sampled at any grid of places: the whole
scan of 240×240×155 voxels of 1 mm, or a few slices at the size that an experiment asks for.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kgan.data.phantom.anatomy import Anatomy, Tissue, draw_anatomy, locate, push_aside
from kgan.data.phantom.contrast import SEQUENCES, Contrast, draw_contrast
from kgan.data.phantom.lattice import Axes
from kgan.data.phantom.template import template
from kgan.data.phantom.tumor import Growth, Tumor, grow
from kgan.errors import DataError
from kgan.random.streams import rng

_EDITION = 1  # of everything that shapes a patient; counts up when a change gives other images
_MOST_PATIENTS = 9999
_KINDS, _ODDS = ("ring", "solid", "patchy"), (0.55, 0.2, 0.25)


@dataclass(frozen=True)
class Character:
    """What a cohort's patients are like.

    Args:
        seed: any integer; another seed gives other patients.
        tumor_diameter: (least, most) of the tumour's core with its rim, in mm.
        faint: fraction of tumours that hardly enhance.
        faulty_stripping: fraction of patients of whose brain skull-stripping removed a piece.
    """

    seed: int = 2016
    tumor_diameter: tuple[float, float] = (8.0, 60.0)
    faint: float = 0.15
    faulty_stripping: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what no cohort can have.

        Raises:
            DataError: a figure is outside its range.
        """
        if len(self.tumor_diameter) != 2 or not 4 <= self.tumor_diameter[0] <= self.tumor_diameter[1] <= 90:
            raise DataError(
                f"tumor_diameter {list(self.tumor_diameter)}: expected (least, most) with "
                "4 <= least <= most <= 90 mm, such as 8 and 60"
            )
        for name in ("faint", "faulty_stripping"):
            if not 0 <= getattr(self, name) <= 1:
                raise DataError(f"{name} {getattr(self, name):g}: expected a fraction between 0 and 1")

    def digest(self) -> str:
        """Return a short text that changes when the same numbers would give other patients."""
        figures = (*map(float, self.tumor_diameter), float(self.faint), float(self.faulty_stripping))
        return hashlib.sha256(repr((_EDITION, int(self.seed), figures)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Phantom:
    """One patient.

    Args:
        seed: the cohort's seed.
        number: the patient's number in the cohort, from 1.
        anatomy: the brain.
        tumor: the tumour.
        contrasts: how each sequence shows them.
    """

    seed: int
    number: int
    anatomy: Anatomy
    tumor: Tumor
    contrasts: Mapping[str, Contrast]

    def scan(self, axes: Axes, sequences: Sequence[str]) -> np.ndarray:
        """Return brightness without noise, in scanner's units, on a grid of places.

        Args:
            axes: positions along the three axes in voxels, each ascending.
            sequences: names out of `SEQUENCES`.

        Returns:
            ndarray (sequences, x, y, z) float32; 0 outside the brain, at least 1 inside.
        """
        tissue = self.anatomy.tissue(axes)
        regions = self._regions(tissue)
        shape = [len(axis) for axis in axes]
        images = np.empty((len(sequences), *shape), np.float32)
        for image, sequence in zip(images, sequences, strict=True):
            contrast = self.contrasts[sequence]
            shading = np.exp(contrast.shading.at(tissue.axes)[0][tissue.inside])
            image[...] = tissue.spread(
                np.maximum(contrast.unit * contrast.of(tissue, regions) * shading, 1), shape
            )
        return images

    def _regions(self, tissue: Tissue) -> tuple[np.ndarray, ...]:
        box = self.tumor.box(tissue.axes)
        found = []
        axes = tuple(axis[part] for axis, part in zip(tissue.axes, box, strict=True))
        for weight in self.tumor.weights(axes):
            whole = np.zeros(tissue.inside.shape, np.float32)
            whole[box] = weight
            found.append(whole[tissue.inside])
        return tuple(found)


def patient_name(number: int) -> str:
    """Return the identifier of a cohort's patient, such as ``"phantom-0001"``."""
    return f"phantom-{number:04d}"


def check_count(patients: int) -> None:
    """Refuse a cohort without patients, or with more than names are for.

    Raises:
        DataError: ``patients`` is below 1 or above 9999.
    """
    if not 1 <= patients <= _MOST_PATIENTS:
        raise DataError(f"a cohort of {patients} phantom patients asked for; expected 1 to {_MOST_PATIENTS}")


def draw_phantom(character: Character, number: int) -> Phantom:
    """Draw one patient.

    Args:
        character: of the cohort.
        number: the patient's, from 1.
    """
    generator = rng(character.seed, "phantom", number)
    anatomy = draw_anatomy(generator, generator.random() < character.faulty_stripping)
    growth = _growth(generator, anatomy, character)
    anatomy = push_aside(
        anatomy, growth.centre, growth.radius + 0.3 * growth.swelling, generator.uniform(0.1, 0.5)
    )
    tumor = grow(generator, anatomy, growth)
    contrasts = {name: draw_contrast(generator, name, growth.faint) for name in SEQUENCES}
    return Phantom(character.seed, number, anatomy, tumor, contrasts)


def _growth(generator: np.random.Generator, anatomy: Anatomy, character: Character) -> Growth:
    least, most = character.tumor_diameter
    radius = 0.5 * (least + (most - least) * generator.beta(1.6, 1.5))
    starts = template().white
    centre = locate(anatomy, starts[generator.integers(len(starts))])
    swelling = generator.uniform(2, 15) if generator.random() < 0.9 else 0.0
    return Growth(
        centre,
        radius,
        swelling,
        str(generator.choice(_KINDS, p=_ODDS)),
        bool(generator.random() < character.faint),
    )
