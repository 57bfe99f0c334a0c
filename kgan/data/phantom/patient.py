"""Phantom patients: a deformed average brain with a simulated tumour, scanned in four sequences.

A patient is a function of (seed, number). It can be sampled on any grid of points: the full scan of
240×240×155 voxels of 1 mm, or a few slices at the size that an experiment needs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kgan.data.phantom.anatomy import Anatomy, Tissue, apply_mass_effect, draw_anatomy, locate
from kgan.data.phantom.contrast import SEQUENCES, Contrast, draw_contrast
from kgan.data.phantom.lattice import Axes
from kgan.data.phantom.template import template
from kgan.data.phantom.tumor import Tumor, TumorParameters, grow
from kgan.errors import DataError
from kgan.random.streams import rng

_EDITION = 1  # version of the simulation; increase it when a change gives other images
_MAX_PATIENTS = 9999
_KINDS, _PROBABILITIES = ("ring", "solid", "patchy"), (0.55, 0.2, 0.25)


@dataclass(frozen=True)
class Character:
    """Properties of the patients of a cohort.

    Args:
        seed: any integer; another seed gives other patients.
        tumor_diameter: (minimum, maximum) of the tumour core including its rim, in mm.
        faint: fraction of tumours with faint enhancement.
        faulty_stripping: fraction of patients for whom skull-stripping removed a part of the brain.
    """

    seed: int = 2016
    tumor_diameter: tuple[float, float] = (8.0, 60.0)
    faint: float = 0.15
    faulty_stripping: float = 0.05

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            DataError: a value is outside its range.
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
        """Return a short digest of everything that determines the patients."""
        values = (*map(float, self.tumor_diameter), float(self.faint), float(self.faulty_stripping))
        return hashlib.sha256(repr((_EDITION, int(self.seed), values)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Phantom:
    """One patient.

    Args:
        seed: of the cohort.
        number: of the patient in the cohort, from 1.
        anatomy: the brain.
        tumor: the tumour.
        contrasts: of each sequence.
    """

    seed: int
    number: int
    anatomy: Anatomy
    tumor: Tumor
    contrasts: Mapping[str, Contrast]

    def scan(self, axes: Axes, sequences: Sequence[str]) -> np.ndarray:
        """Return noise-free brightness, in scanner units, on a grid of points.

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
        regions = []
        axes = tuple(axis[part] for axis, part in zip(tissue.axes, box, strict=True))
        for weight in self.tumor.weights(axes):
            region = np.zeros(tissue.inside.shape, np.float32)
            region[box] = weight
            regions.append(region[tissue.inside])
        return tuple(regions)


def patient_name(number: int) -> str:
    """Return the identifier of a cohort's patient, such as ``"phantom-0001"``."""
    return f"phantom-{number:04d}"


def check_count(patients: int) -> None:
    """Check the number of patients of a cohort.

    Raises:
        DataError: ``patients`` is below 1 or above 9999.
    """
    if not 1 <= patients <= _MAX_PATIENTS:
        raise DataError(f"a cohort of {patients} phantom patients requested; expected 1 to {_MAX_PATIENTS}")


def draw_phantom(character: Character, number: int) -> Phantom:
    """Draw one patient.

    Args:
        character: of the cohort.
        number: of the patient, from 1.
    """
    generator = rng(character.seed, "phantom", number)
    anatomy = draw_anatomy(generator, generator.random() < character.faulty_stripping)
    parameters = _tumor_parameters(generator, anatomy, character)
    anatomy = apply_mass_effect(
        anatomy, parameters.centre, parameters.radius + 0.3 * parameters.swelling, generator.uniform(0.1, 0.5)
    )
    tumor = grow(generator, anatomy, parameters)
    contrasts = {name: draw_contrast(generator, name, parameters.faint) for name in SEQUENCES}
    return Phantom(character.seed, number, anatomy, tumor, contrasts)


def _tumor_parameters(
    generator: np.random.Generator, anatomy: Anatomy, character: Character
) -> TumorParameters:
    least, most = character.tumor_diameter
    radius = 0.5 * (least + (most - least) * generator.beta(1.6, 1.5))
    starts = template().white
    centre = locate(anatomy, starts[generator.integers(len(starts))])
    swelling = generator.uniform(2, 15) if generator.random() < 0.9 else 0.0
    return TumorParameters(
        centre,
        radius,
        swelling,
        str(generator.choice(_KINDS, p=_PROBABILITIES)),
        bool(generator.random() < character.faint),
    )
