"""Brightness of the tissues of a phantom in T1, T1c, T2 and FLAIR, relative to white matter."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kgan.data.phantom.anatomy import SHAPE, Tissue
from kgan.data.phantom.lattice import Lattice, smooth_noise
from kgan.data.phantom.template import template

SEQUENCES = ("t1", "t1c", "t2", "flair")

#: (low, high) of each draw, relative to white matter. Oedema, rim and necrosis follow the contrast of BRATS.
_RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "t1": {"fluid": (0.25, 0.45), "grey": (0.66, 0.82), "vessel": (0.5, 0.9),
           "oedema": (0.72, 0.86), "rim": (0.68, 0.86), "dead": (0.38, 0.62)},
    "t1c": {"fluid": (0.30, 0.52), "grey": (0.82, 0.96), "vessel": (1.5, 2.7),
            "oedema": (0.50, 0.70), "rim": (1.4, 2.2), "dead": (0.48, 0.75)},
    "t2": {"fluid": (1.8, 2.8), "grey": (1.25, 1.5), "vessel": (0.15, 0.5),
           "oedema": (1.7, 2.3), "rim": (1.5, 2.0), "dead": (1.9, 2.7)},
    "flair": {"fluid": (0.15, 0.35), "grey": (1.12, 1.32), "vessel": (0.2, 0.6),
              "oedema": (1.5, 1.95), "rim": (1.35, 1.75), "dead": (0.7, 1.4)},
}  # fmt: skip
_FAINT_RIM = (0.88, 1.08)
_BOUNDS = tuple((0.0, size - 1.0) for size in SHAPE)


@dataclass(frozen=True)
class Contrast:
    """Contrast of one sequence of one patient.

    Args:
        levels: brightness of ``fluid``, ``grey``, ``vessel``, ``oedema``, ``rim`` and ``dead`` (necrosis),
            relative to white matter.
        unit: intensity of white matter in scanner units.
        shading: logarithm of the bias field, 1 channel.
        noise: standard deviation in a 1 mm voxel before blurring, relative to white matter.
        blur: standard deviation of the in-plane point spread function, in mm.
        sulci: the template's T1 value, in [0, 1], below which a voxel is fluid rather than cortex.
    """

    levels: Mapping[str, float]
    unit: float
    shading: Lattice
    noise: float
    blur: float
    sulci: float

    def of(self, tissue: Tissue, regions: tuple[np.ndarray, ...]) -> np.ndarray:
        """Return noise-free brightness at the m points of a tissue: (m,) float32, relative to white matter.

        Args:
            tissue: the anatomy.
            regions: membership of each point in oedema, rim and necrosis, and noise; each (m,).
        """
        levels = self.levels
        ladder = [0.30, self.sulci, 0.64, 0.72, 0.86, 1.0]
        fluid, grey = levels["fluid"], levels["grey"]
        value = np.interp(
            tissue.t1, ladder, [fluid, 0.4 * fluid + 0.6 * grey, grey, 0.4 + 0.6 * grey, 1, 1.03]
        )
        value *= 1 + 0.018 * tissue.grain[0]
        weight = vessels(tissue)
        value += weight * (levels["vessel"] - value)
        # Partial volume of the outermost voxels with air.
        value *= np.clip(4.5 * tissue.depth - 2.05, 0.2, 1)
        oedema, rim, dead, uneven = regions
        white = np.clip((tissue.t1 - 0.55) / 0.25, 0.25, 1.0)
        value += oedema * white * 0.85 * (levels["oedema"] * (1 + 0.06 * uneven) - value)
        value += rim * (levels["rim"] + (levels["rim"] - 0.6) * 0.3 * uneven - value)
        value += dead * 0.95 * (levels["dead"] * (1 + 0.10 * uneven) - value)
        return value.astype(np.float32)


def vessels(tissue: Tissue) -> np.ndarray:
    """Return the vessel membership of each point, in [0, 1]: tubes in the sulci, and the sagittal sinus."""
    fluid = np.clip((0.66 - tissue.t1) / 0.2, 0, 1)
    # Two random surfaces intersect in curves; the neighbourhood of these curves is a tube.
    tube = np.exp(-(tissue.grain[1] ** 2 + tissue.grain[2] ** 2) / (2 * 0.17**2))
    across, along, up = tissue.places - template().centre[:, None].astype(np.float32)
    surface = np.clip((0.80 - tissue.depth) / 0.2, 0, 1)
    outer = (np.abs(along) > 30) | (up > 32)
    falx = 0.35 * np.exp(-0.5 * (across / 0.9) ** 2) * fluid * outer
    sinus = np.exp(-0.5 * (across / 2.4) ** 2) * surface * ((along > 30) | (up > 40))
    dura = 0.7 * np.clip(tissue.grain[1] - 1.2, 0, 1) * np.clip((0.68 - tissue.depth) / 0.1, 0, 1)
    return np.clip(tube * (0.12 + 0.88 * fluid) * (0.5 + 0.5 * surface) + dura + falx + sinus, 0, 1)


def draw_contrast(generator: np.random.Generator, sequence: str, faint: bool) -> Contrast:
    """Draw the contrast of one sequence.

    Args:
        generator: random number generator.
        sequence: one of `SEQUENCES`.
        faint: whether the rim of the tumour enhances only faintly.
    """
    levels = {tissue: float(generator.uniform(*limits)) for tissue, limits in _RANGES[sequence].items()}
    if faint and sequence == "t1c":
        levels["rim"] = float(generator.uniform(*_FAINT_RIM))
    shading = smooth_noise(generator, 1, _BOUNDS, 90.0)
    scaled = Lattice(
        shading.values * np.float32(generator.uniform(0.03, 0.12)), shading.origin, 90.0, shading.degree
    )
    return Contrast(
        levels=levels,
        unit=float(np.exp(generator.uniform(np.log(250), np.log(900)))),
        shading=scaled,
        noise=float(generator.uniform(0.03, 0.07)),
        blur=float(generator.uniform(0.45, 0.85)),
        sulci=float(generator.uniform(0.38, 0.52)),
    )
