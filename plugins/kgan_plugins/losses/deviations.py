"""Where the losses depart from their papers, or decide what these leave open; needs no TensorFlow.

Each function takes the constructor's parameters, defaults filled in, and returns key -> sentence.
"""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]


def original(figures: Figures) -> dict[str, str]:
    """Goodfellow et al. 2014."""
    return {
        "form": "The generator maximises log D of its images instead of minimising log(1 - D), as "
        "Goodfellow et al. train it; equation 1 of Delplace et al. has this form, that of Han et al. 2018 "
        "the other.",
        **_labels(figures),
    }


def lsgan(figures: Figures) -> dict[str, str]:
    """Mao et al. 2017; Delplace et al., equation 2."""
    if figures["scores"] == "raw":
        squared = (
            "Raw scores are squared, as in Mao et al.; equation 2 of Delplace et al. squares probabilities."
        )
    else:
        squared = (
            "Probabilities are squared, as in equation 2 of Delplace et al.; Mao et al. square raw scores."
        )
    return {"scores": squared, "half": "Mao et al.'s factor of 1/2 is left out.", **_labels(figures)}


def wgan(figures: Figures) -> dict[str, str]:
    """Arjovsky et al. 2017; Delplace et al., equation 3."""
    if figures["clip"] is None:
        return {"clip": "The critic's weights are not clipped."}
    if figures["clip"] != 0.01:
        return {"clip": f"Weights are clipped to ±{figures['clip']:g}, Arjovsky et al.'s to ±0.01."}
    return {}


def wgan_gp(figures: Figures) -> dict[str, str]:
    """Gulrajani et al. 2017; Han et al. 2019, equation 1; Delplace et al., equation 4."""
    found = {}
    if figures["weight"] != 10:
        found["weight"] = (
            f"The weight of the gradient penalty is {figures['weight']:g}, Gulrajani et al.'s 10."
        )
    if figures["drift"]:
        found["drift"] = (
            f"Squared scores of real images are added with the weight {figures['drift']:g}, as in Karras et "
            "al. 2018; the papers' equations have no such term."
        )
    return found


def dragan(figures: Figures) -> dict[str, str]:
    """Kodali et al. 2017; Delplace et al., equation 5."""
    found = {
        "width": "The noise is as wide as half the standard deviation of each image's pixels; the code of "
        "Kodali et al. and of Delplace et al. takes that of the whole batch, which makes an image's penalty "
        "its neighbours' too.",
        "score": "The penalised gradient is that of the raw score, as in the authors' code, not of its "
        "sigmoid.",
    }
    if figures["alpha"] == figures["slopes"] == "image":
        found["form"] = (
            "The penalty has one alpha and one slope for each image, as in equation 5 of Delplace et al.; "
            "the code of their DCGAN draws alpha for each pixel and gives each column of pixels a slope, so "
            "that at 256 px the same weight lets its critic be about 16 times as steep."
        )
    else:
        found["form"] = (
            f"Alpha is drawn for each {figures['alpha']}, and slopes are taken over the "
            f"{'rows of each column' if figures['slopes'] == 'rows' else 'whole image'}, unlike equation 5 "
            "of Delplace et al. and like the code of their DCGAN."
        )
    if figures["noise"] == "mixed":
        found["noise"] = (
            "Images are mixed with noise, as in equation 5 of Delplace et al.; Kodali et al. add it to them."
        )
    else:
        found["noise"] = (
            "Uniform noise is added to images, as in Kodali et al.'s code; their paper's is Gaussian."
        )
    return {**found, **_labels(figures)}


def _labels(figures: Figures) -> dict[str, str]:
    if figures["smoothing"] == 1:
        return {}
    who = "both networks'" if figures["smooth_generator"] else "the critic's"
    return {
        "labels": f"Real images are labelled {figures['smoothing']:g} in {who} loss; the equations have 1."
    }
