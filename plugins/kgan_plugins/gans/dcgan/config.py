"""Configurations of DCGAN and WGAN, whose networks are the same. No TensorFlow."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from annotated_types import Ge

from kgan.contracts.config import BATCH_SIZE, CriticProperty, ImageShape, NoiseToImageConfig, Unfit
from kgan.contracts.constraints import DecayRate, NonNegativeInt, PositiveFloat, PositiveInt
from kgan.contracts.training_options import TrainingOptions
from kgan_plugins.gans.dcgan.layout import SIZES, STDDEV_GROUP, Architecture, architecture_of
from kgan_plugins.gans.square_images import check_square

if TYPE_CHECKING:
    from kgan.contracts.loss import AdversarialLoss
    from kgan_plugins.gans.dcgan.dcgan import DCGAN
    from kgan_plugins.gans.dcgan.wgan import WGAN

_WITHOUT_BIAS = "Convolutions that a normalisation follows have no bias, which it would subtract again."


class ConvolutionalConfig(NoiseToImageConfig):
    """Networks of DCGAN and WGAN. Where no value is given, the architecture's holds."""

    architecture: Literal["radford", "multi_sequence", "zoo"] = "radford"
    """Whose networks: Radford et al.'s, Han et al.'s of 2018, or Delplace et al.'s."""
    width: PositiveFloat = 1.0
    """Multiplies the filters of every layer but the outputs; 1 is the paper's."""
    latent_size: PositiveInt | None = None
    """Features of the latents."""
    kernel: Annotated[int, Ge(2)] | None = None
    """Side of all kernels; smaller ones would leave pixels out at a stride of 2."""
    generator_output: Literal["tanh", "linear"] | None = None
    """Activation of the generator's last layer."""
    critic_activation: Literal["leaky_relu", "elu"] | None = None
    """Of the critic's layers."""
    critic_norm: Literal["auto", "batch", "layer", "none"] = "auto"
    """After the critic's convolutions but the first; "auto" is as published, or layer normalisation under a
    gradient penalty."""
    dense: NonNegativeInt | None = None
    """Units of a dense layer before the critic's score; 0 for none."""
    similarity: Literal["stddev", "discrimination", "none"] | None = None
    """How the critic compares the images of a batch: minibatch standard deviation, minibatch discrimination,
    or not. "stddev" takes batches of up to four images in a replica, or of multiples of four."""

    @property
    def chosen(self) -> Architecture:
        """What the architecture says, and what is given in its place."""
        return architecture_of(self)

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse sizes that the architecture is not laid out for, and batches that it cannot compare."""
        check_square(image_shape, SIZES, f"architecture {self.architecture}: ")
        similarity = self.chosen.similarity
        if batch_size is None or similarity == "none":
            return
        if batch_size < 2:
            raise Unfit(
                f"a batch of {batch_size} image in each replica with similarity: {similarity}, which "
                "compares the images of a batch; expected 2 or more; raise batch_size or set similarity: "
                "none",
                BATCH_SIZE,
            )
        if similarity == "stddev" and batch_size > STDDEV_GROUP and batch_size % STDDEV_GROUP:
            raise Unfit(
                f"a batch of {batch_size} images in each replica with similarity: stddev; expected a "
                f"multiple of {STDDEV_GROUP}, its group, such as "
                f"{batch_size // STDDEV_GROUP * STDDEV_GROUP}; change batch_size or similarity",
                BATCH_SIZE,
            )

    def group_size(self, batch: int) -> int:
        """Return how many images of a batch the critic compares with each other."""
        groups = {"stddev": min(STDDEV_GROUP, batch), "discrimination": batch, "none": 1}
        return groups[self.chosen.similarity]

    def missing_properties(self) -> Mapping[CriticProperty, str]:
        """Batch normalisation makes a score a matter of the whole batch."""
        return {CriticProperty.INDEPENDENT_SCORES: "critic_norm"} if self.critic_norm == "batch" else {}

    def _of_networks(self) -> dict[str, str]:
        texts = {
            "gains": "Where the loss clips the critic's weights, the gains of its normalisations are held in "
            "[-1, 1]; Arjovsky et al.'s code clips these too, under which ELU is a straight line.",
        }
        if self.critic_norm == "auto":
            texts["norm"] = (
                "Where the loss has a gradient penalty, the critic has layer normalisation instead of the "
                "published batch normalisation, under which an image's own gradient is largely its "
                "neighbours'; Delplace et al. kept it."
            )
        else:
            texts["norm"] = f"The critic's normalisation is {self.critic_norm!r}, not the published one."
        if self.architecture == "zoo":
            texts["dense"] = (
                "The critic's dense layer has table 2's 1024 units; the code of Delplace et al. has 1025."
            )
            if self.similarity in (None, "stddev"):
                texts["similarity"] = (
                    "The similarity layer that Delplace et al.'s text gives DCGAN, and their table 2 does "
                    "not, is the minibatch standard deviation in groups of four after the last convolution, "
                    "as in their code."
                )
        else:
            texts["sizes"] = (
                "At other sizes than Radford et al.'s 64 px layers of stride 2 are added or left out; the "
                "widths double on towards the 4x4 grid, up to his 1024 (or half of that, where all are "
                "halved)."
            )
        if self.architecture == "multi_sequence":
            texts["reading"] = (
                "Han et al.'s 'ELU as the discriminator' is read as ELU in place of its leaky ReLU; latents "
                "are 100 numbers of U(-1, 1), as in Radford et al.; images are clipped to [-1, 1] when they "
                "are sampled."
            )
        if self.width != 1:
            texts["width"] = f"Every layer but the outputs has {self.width:g} times the published features."
        return texts


class DCGANConfig(ConvolutionalConfig):
    """Deep convolutional GAN, in the architectures of three papers."""

    reference: ClassVar[str] = (
        "Radford et al., Unsupervised Representation Learning with Deep Convolutional GANs, 2016, "
        "arXiv:1511.06434, section 4; Han et al., GAN-based Synthetic Brain MR Image Generation, 2018, "
        "section 3.2.2; Delplace et al. (the paper of the thesis arXiv:2001.05447), tables 1 and 2."
    )

    learning_rate: PositiveFloat = 2e-4
    """Of Adam, for both networks."""
    beta_1: DecayRate = 0.5
    """Of Adam."""

    def build(self, image_shape: ImageShape, loss: "AdversarialLoss") -> "DCGAN":
        """Make an untrained DCGAN."""
        from kgan_plugins.gans.dcgan.dcgan import DCGAN

        return DCGAN(self, image_shape, loss)

    @classmethod
    def tiny(cls) -> "DCGAN":
        """Return a GAN that `kgan.testing` can train in seconds."""
        from kgan_plugins.losses.configs import OriginalConfig

        return cls(width=1 / 32, latent_size=8).build((16, 16, 1), OriginalConfig().build())

    def deviations(self) -> dict[str, str]:
        """Return departures from Radford et al. 2016, Han et al. 2018 (multi_sequence) and Delplace et al.,
        tables 1 and 2 (zoo): key -> sentence."""
        texts = {
            "bias": _WITHOUT_BIAS,
            "statistics": "Moving statistics of batch normalisation have momentum 0.9 and epsilon 1e-5, "
            "Adam a second moment of 0.999 and an epsilon of 1e-8, as in the code of Delplace et al.",
            "latents": "Every update of the generator draws latents of its own.",
        }
        return {**texts, **self._of_networks()}


class WGANConfig(ConvolutionalConfig):
    """Wasserstein GAN: the networks of `dcgan`, five critic updates a step, RMSprop without momentum."""

    reference: ClassVar[str] = (
        "Arjovsky et al., Wasserstein GAN, 2017, arXiv:1701.07875, algorithm 1; Han et al., GAN-based "
        "Synthetic Brain MR Image Generation, 2018, section 3.2.2."
    )
    training_options: ClassVar[TrainingOptions] = TrainingOptions(critic_updates=5)

    architecture: Literal["radford", "multi_sequence", "zoo"] = "multi_sequence"
    """Whose networks: Radford et al.'s, Han et al.'s of 2018, or Delplace et al.'s."""
    learning_rate: PositiveFloat = 5e-5
    """Of RMSprop, for both networks."""
    rho: DecayRate = 0.99
    """Of RMSprop, the decay of its mean squares; 0.99 in the code of Arjovsky et al."""

    def build(self, image_shape: ImageShape, loss: "AdversarialLoss") -> "WGAN":
        """Make an untrained WGAN."""
        from kgan_plugins.gans.dcgan.wgan import WGAN

        return WGAN(self, image_shape, loss)

    @classmethod
    def tiny(cls) -> "WGAN":
        """Return a GAN that `kgan.testing` can train in seconds."""
        from kgan_plugins.losses.configs import WassersteinConfig

        gan = cls(width=1 / 16, latent_size=8).build((16, 16, 1), WassersteinConfig().build())
        return gan.train_as(critic_updates=2)

    def deviations(self) -> dict[str, str]:
        """Return departures from Arjovsky et al. 2017 and Han et al. 2018 (multi_sequence): key ->
        sentence."""
        texts = {
            "bias": _WITHOUT_BIAS,
            "rmsprop": f"RMSprop has a decay of {self.rho:g}, an epsilon of 1e-8 and no momentum, as in "
            "the code of Arjovsky et al.",
            "updates": "The 100 critic updates that Arjovsky et al.'s code, but not their paper, has in "
            "each of the first 25 steps and in every 500th are left out.",
        }
        if self.architecture == "multi_sequence":
            texts["networks"] = (
                "The networks are Han et al.'s changed DCGAN; their 'same DCGAN architecture' may also mean "
                "Radford et al.'s unchanged."
            )
        return {**texts, **self._of_networks()}
