"""Configurations of the losses. No TensorFlow."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from annotated_types import Gt, Le

from kgan.contracts.config import CriticProperty, LossConfig
from kgan.contracts.constraints import NonNegativeFloat, PositiveFloat

if TYPE_CHECKING:
    from kgan_plugins.losses.dragan import DRAGAN
    from kgan_plugins.losses.lsgan import LSGAN
    from kgan_plugins.losses.original import Original
    from kgan_plugins.losses.wgan import WGAN
    from kgan_plugins.losses.wgan_gp import WGANGP

#: What real images are labelled with. Generated ones have 0, and a label nearer to that teaches nothing; the
#: range also catches those who write 0.1 because elsewhere smoothing is the distance from 1.
Label: TypeAlias = Annotated[float, Gt(0.5), Le(1)]


class LabelledConfig(LossConfig):
    """A loss that has labels: 1, or less, for real images and 0 for generated ones."""

    smoothing: Label = 1.0
    """Label of real images for the critic, above 0.5 and up to 1; 0.9 in Delplace et al. Generated images
    keep 0: smoothing is one-sided."""
    smooth_generator: bool = False
    """Whether the generator, too, aims at that label and no longer at 1. Delplace et al. train "both
    networks" with 0.9; Salimans et al. 2016 (arXiv:1606.03498, section 3.4) the critic."""

    def _of_labels(self) -> dict[str, str]:
        if self.smoothing == 1:
            return {}
        who = "both networks'" if self.smooth_generator else "the critic's"
        return {"labels": f"Real images are labelled {self.smoothing:g} in {who} loss; the equations have 1."}


class OriginalConfig(LabelledConfig):
    """The critic's score is the logit of "real"; the generator maximises log D of its images."""

    reference: ClassVar[str] = (
        "Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661, equation 1 and section 3; "
        "Delplace et al. (the paper of the thesis arXiv:2001.05447), equation 1 and section 2.3."
    )

    def build(self) -> "Original":
        """Make the loss."""
        from kgan_plugins.losses.original import Original

        return Original(self)

    def deviations(self) -> dict[str, str]:
        """Return departures from Goodfellow et al. 2014: key -> sentence."""
        return {
            "form": "The generator maximises log D of its images instead of minimising log(1 - D), as "
            "Goodfellow et al. train it; equation 1 of Delplace et al. has this form, that of Han et al. "
            "2018 the other.",
            **self._of_labels(),
        }


class LSGANConfig(LabelledConfig):
    """D is drawn to labels, 1 for real and 0 for generated images, by its squared distance from them."""

    reference: ClassVar[str] = (
        "Mao et al., Least Squares Generative Adversarial Networks, 2017, arXiv:1611.04076, equations 2 and "
        "9 with a = 0, b = c = 1, without the factor 1/2; Delplace et al. (the paper of the thesis "
        "arXiv:2001.05447), equation 2 and table 2."
    )

    scores: Literal["raw", "probability"] = "raw"
    """What D is. "raw": the critic's score (Mao et al., section 3.1). "probability": its sigmoid, as in
    equation 2 of Delplace et al., whose D(y) is the probability that y is real."""

    def build(self) -> "LSGAN":
        """Make the loss."""
        from kgan_plugins.losses.lsgan import LSGAN

        return LSGAN(self)

    def deviations(self) -> dict[str, str]:
        """Return departures from Mao et al. 2017 and Delplace et al., equation 2: key -> sentence."""
        if self.scores == "raw":
            squared = (
                "Raw scores are squared, as in Mao et al.; equation 2 of Delplace et al. squares "
                "probabilities."
            )
        else:
            squared = (
                "Probabilities are squared, as in equation 2 of Delplace et al.; Mao et al. square raw "
                "scores."
            )
        return {"scores": squared, "half": "Mao et al.'s factor of 1/2 is left out.", **self._of_labels()}


class WassersteinConfig(LossConfig):
    """The critic estimates the Wasserstein distance; clipped weights bound its gradient."""

    reference: ClassVar[str] = (
        "Arjovsky et al., Wasserstein GAN, 2017, arXiv:1701.07875, algorithm 1; Delplace et al. (the paper "
        "of the thesis arXiv:2001.05447), equation 3."
    )
    requires: ClassVar[tuple[CriticProperty, ...]] = (CriticProperty.UNBOUNDED_SCORES,)

    clip: PositiveFloat | None = 0.01
    """Largest absolute value of the critic's weights after each of its updates, c in the paper (a GAN may
    bound gains of normalisations otherwise: see its ``clip_critic``); null where the critic's gradient is
    bounded in another way."""

    def build(self) -> "WGAN":
        """Make the loss."""
        from kgan_plugins.losses.wgan import WGAN

        return WGAN(self)

    def deviations(self) -> dict[str, str]:
        """Return departures from Arjovsky et al. 2017 and Delplace et al., equation 3: key -> sentence."""
        if self.clip is None:
            return {"clip": "The critic's weights are not clipped."}
        if self.clip != 0.01:
            return {"clip": f"Weights are clipped to ±{self.clip:g}, Arjovsky et al.'s to ±0.01."}
        return {}


class WGANGPConfig(LossConfig):
    """The critic estimates the Wasserstein distance; its gradient's norm is held near one."""

    reference: ClassVar[str] = (
        "Gulrajani et al., Improved Training of Wasserstein GANs, 2017, arXiv:1704.00028, equation 3 and "
        "algorithm 1; Delplace et al. (the paper of the thesis arXiv:2001.05447), equation 4."
    )
    requires: ClassVar[tuple[CriticProperty, ...]] = (
        CriticProperty.INDEPENDENT_SCORES,
        CriticProperty.UNBOUNDED_SCORES,
    )

    weight: NonNegativeFloat = 10.0
    """Of the gradient penalty, λ in the papers; 0.25 in the code of Delplace et al."""
    drift: NonNegativeFloat = 0.0
    """Weight of the critic's squared scores of real images, which keeps scores near zero; 0.001 in Karras et
    al. 2018 (appendix A.1) and in the code of Delplace et al., 0 in the WGAN-GP paper."""

    def build(self) -> "WGANGP":
        """Make the loss."""
        from kgan_plugins.losses.wgan_gp import WGANGP

        return WGANGP(self)

    def deviations(self) -> dict[str, str]:
        """Return departures from Gulrajani et al. 2017, Han et al. 2019, equation 1, and Delplace et al.,
        equation 4: key -> sentence."""
        texts = {}
        if self.weight != 10:
            texts["weight"] = f"The weight of the gradient penalty is {self.weight:g}, Gulrajani et al.'s 10."
        if self.drift:
            texts["drift"] = (
                f"Squared scores of real images are added with the weight {self.drift:g}, as in Karras et "
                "al. 2018; the papers' equations have no such term."
            )
        return texts


class DRAGANConfig(LabelledConfig):
    """The original loss; the critic's gradient is held near one around real images."""

    reference: ClassVar[str] = (
        "Kodali et al., On Convergence and Stability of GANs, 2017, arXiv:1705.07215, equation 1; Delplace "
        "et al. (the paper of the thesis arXiv:2001.05447), equation 5."
    )
    requires: ClassVar[tuple[CriticProperty, ...]] = (CriticProperty.INDEPENDENT_SCORES,)

    weight: NonNegativeFloat = 10.0
    """Of the gradient penalty, λ in the papers; 10 in Kodali et al., 0.25 in the code of Delplace et al."""
    noise: Literal["mixed", "added"] = "mixed"
    """What images are moved towards. "mixed": noise alone, a faint mid-grey, in which images dissolve
    (Delplace et al.). "added": the image plus noise, so that the penalty stays near real images (Kodali et
    al.'s code; their paper draws Gaussian noise)."""
    alpha: Literal["image", "pixel"] = "image"
    """Whether α is drawn for each "image" or for each "pixel" and channel."""
    slopes: Literal["image", "rows"] = "image"
    """Whose gradient's norm is drawn to 1: that of the "image", or that of each column of pixels and channel,
    over its "rows"; the penalty is the mean of these."""

    def build(self) -> "DRAGAN":
        """Make the loss."""
        from kgan_plugins.losses.dragan import DRAGAN

        return DRAGAN(self)

    def deviations(self) -> dict[str, str]:
        """Return departures from Kodali et al. 2017 and Delplace et al., equation 5: key -> sentence."""
        texts = {
            "width": "The noise is as wide as half the standard deviation of each image's pixels; the code "
            "of Kodali et al. and of Delplace et al. takes that of the whole batch, which makes an image's "
            "penalty its neighbours' too.",
            "score": "The penalised gradient is that of the raw score, as in the authors' code, not of its "
            "sigmoid.",
        }
        if self.alpha == self.slopes == "image":
            texts["form"] = (
                "The penalty has one alpha and one gradient norm for each image, as in equation 5 of "
                "Delplace et al.; the code of their DCGAN draws alpha for each pixel and gives each column "
                "of pixels a norm, so that at 256 px the same weight lets its critic be about 16 times as "
                "steep."
            )
        else:
            texts["form"] = (
                f"Alpha is drawn for each {self.alpha}, and gradient norms are taken over the "
                f"{'rows of each column' if self.slopes == 'rows' else 'whole image'}, unlike equation 5 "
                "of Delplace et al. and like the code of their DCGAN."
            )
        if self.noise == "mixed":
            texts["noise"] = (
                "Images are mixed with noise, as in equation 5 of Delplace et al.; Kodali et al. add it to "
                "them."
            )
        else:
            texts["noise"] = (
                "Uniform noise is added to images, as in Kodali et al.'s code; their paper's is Gaussian."
            )
        return {**texts, **self._of_labels()}
