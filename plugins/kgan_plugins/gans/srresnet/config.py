"""Configuration of SRResNet. No TensorFlow."""

from typing import TYPE_CHECKING, ClassVar

from kgan.contracts.config import ImageShape, NoiseToImageConfig
from kgan.contracts.constraints import DecayRate, PositiveFloat, PositiveInt
from kgan.contracts.training_options import TrainingOptions
from kgan_plugins.gans.square_images import check_square

if TYPE_CHECKING:
    from kgan.contracts.loss import AdversarialLoss
    from kgan_plugins.gans.srresnet.srresnet import SRResNet

#: Side of the grid that the generator starts from.
START = 16

#: Side of the grid that the critic ends with.
END = 2

#: Sizes of images that it makes: the first grid, doubled by each shuffle.
SIZES = (32, 64, 128, 256, 512)

_WITHOUT_BIAS = "Convolutions that a normalisation follows have no bias, which it would subtract again."


class SRResNetConfig(NoiseToImageConfig):
    """Residual blocks at 16x16 followed by pixel shuffles, against a residual critic without batch norm."""

    reference: ClassVar[str] = (
        "Delplace et al. (the paper of the thesis arXiv:2001.05447), section 2.1; Ledig et al., "
        "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network, 2017, "
        "arXiv:1609.04802."
    )
    #: r of section 2.3.
    training_options: ClassVar[TrainingOptions] = TrainingOptions(generator_updates=2)

    latent_size: PositiveInt = 256
    """Features of the latents."""
    width: PositiveInt = 64
    """Features of all the generator's layers."""
    blocks: PositiveInt = 16
    """Residual blocks of the generator."""
    critic_width: PositiveInt = 32
    """Features of the critic's first convolution; each further one doubles them."""
    critic_blocks: PositiveInt = 2
    """Residual blocks of the critic after each of its stride-2 convolutions but the last."""
    learning_rate: PositiveFloat = 2e-4
    """Of Adam, for both networks."""
    beta_1: DecayRate = 0.5
    """Of Adam."""
    beta_2: DecayRate = 0.999
    """Of Adam."""

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse sizes that no number of pixel shuffles makes."""
        check_square(image_shape, SIZES)

    def build(self, image_shape: ImageShape, loss: "AdversarialLoss") -> "SRResNet":
        """Make an untrained SRResNet."""
        from kgan_plugins.gans.srresnet.srresnet import SRResNet

        return SRResNet(self, image_shape, loss)

    @classmethod
    def tiny(cls) -> "SRResNet":
        """Return a GAN that `kgan.testing` can train in seconds."""
        from kgan_plugins.losses.configs import WGANGPConfig

        config = cls(latent_size=8, width=4, blocks=1, critic_width=4, critic_blocks=1)
        return config.build((32, 32, 1), WGANGPConfig().build())

    def deviations(self) -> dict[str, str]:
        """Return departures from Delplace et al., section 2.1, after Ledig et al. 2017: key -> sentence."""
        texts = {
            "code": "Where Delplace et al.'s text is silent their code is followed: the critic's widths and "
            "two blocks at each resolution, batch normalisation (momentum 0.9) and ReLU in the generator, "
            "the skip around all blocks, the last 9x9 convolution, tanh.",
            "stride": "The critic's convolutions of stride 2 are 3x3, as the text says; the code has 4x4.",
            "bias": _WITHOUT_BIAS,
            "latents": "Every update of the generator draws latents of its own.",
            "sizes": "At other sizes than 256 px pixel shuffles, and stages of the critic, are added or left "
            "out.",
        }
        published = {"latent_size": 256, "width": 64, "blocks": 16, "critic_width": 32, "critic_blocks": 2}
        changed = [
            f"{name} {getattr(self, name)} for {value}"
            for name, value in published.items()
            if getattr(self, name) != value
        ]
        return {
            **texts,
            **(
                {"smaller": f"The networks are not the published ones: {', '.join(changed)}."}
                if changed
                else {}
            ),
        }


def doublings(smaller: int, larger: int) -> int:
    """Return how often ``smaller`` must be doubled to make ``larger``, which is a power of two of it."""
    return (larger // smaller).bit_length() - 1
