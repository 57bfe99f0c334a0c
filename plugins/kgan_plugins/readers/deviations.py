"""Where the readers' data differ from the papers'; needs no TensorFlow.

Each function takes the constructor's parameters, defaults filled in, and returns key -> sentence.
"""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]

_WINDOW = (
    "Each scan's intensities are mapped to [0, 1] by the 0.5th and 99.5th percentile of its foreground, and "
    "clipped outside; the papers name no window."
)


def brats(figures: Figures) -> dict[str, str]:
    """Han et al. 2018 and 2019: the 220 high-grade glioma cases of BRATS 2016."""
    found = {
        "persons": "Several scans of one person, which BRATS counts as patients, are kept in one split.",
        "window": _WINDOW,
    }
    if figures["grade"] != "HGG":
        found["grade"] = (
            f"Gliomas of grade {figures['grade']} are read; the papers have the high-grade ones alone."
        )
    return found


def oasis(figures: Figures) -> dict[str, str]:
    """Delplace et al.: 11,328 slices of a teaching copy of OASIS."""
    if figures["tree"] == "png":
        return {"split": "The teaching copy's folders for training, validation and test are read together."}
    return {
        "tree": f"Slices are of OASIS's own scans ({figures['tree']}), not of the paper's teaching copy.",
        "window": _WINDOW,
    }


def phantom(figures: Figures) -> dict[str, str]:
    """Any paper."""
    return {
        "phantoms": "Patients are phantoms: an atlas of the normal brain, deformed, with computed tumours."
    }
