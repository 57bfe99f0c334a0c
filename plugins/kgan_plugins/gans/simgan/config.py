"""Configuration of SimGAN. No TensorFlow."""

from typing import TYPE_CHECKING, ClassVar

from kgan.contracts.config import IMAGE_SIZE, ImageShape, ImageToImageConfig, Unfit
from kgan.contracts.constraints import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

if TYPE_CHECKING:
    from kgan_plugins.gans.simgan.simgan import SimGAN

#: Side of the smallest images that the critic's convolutions leave anything of.
SMALLEST_SIDE = 29

# Table 3's stride, for images of table 3's size.
_PAPERS_STRIDE, _PAPERS_SIDE = 3, 224

_WITHOUT_BIAS = "Convolutions that a normalisation follows have no bias, which it would subtract again."


class SimGANConfig(ImageToImageConfig):
    """SimGAN in the architecture of Han et al. 2019, table 3."""

    reference: ClassVar[str] = (
        'Shrivastava et al. 2017, arXiv:1612.07828; Han et al. 2019, "Combining noise-to-image and '
        'image-to-image GANs", table 3 and section III-C.'
    )

    width: PositiveFloat = 1.0
    """Multiplies the number of filters of every layer but the outputs."""
    blocks: NonNegativeInt = 12
    """Residual blocks of the refiner."""
    block_relu: bool = False
    """Whether a ReLU follows the sum at the end of each block."""
    residual: bool = False
    """Whether the refiner adds a change, none before training, to the image itself."""
    learning_rate: PositiveFloat = 1e-4
    """Of SGD without momentum, both networks."""
    halve_at: PositiveInt = 15_000
    """Adversarial step from which the learning rate is half."""
    regularisation: NonNegativeFloat = 5e-5
    """Weight of the L1 norm in the refiner's loss (lambda), the same for every size."""
    warm_up: NonNegativeInt = 500
    """Steps in which the refiner alone is trained."""
    refiner_updates: PositiveInt = 5
    """Updates of the refiner for each of the critic."""
    buffer: NonNegativeInt = 50
    """Size of the buffer of refined images, in batches; 0 for none."""
    critic_stride: PositiveInt | None = None
    """Stride of the critic's first layer; by default 3 at 224 px and in proportion at other sizes, so that
    the map stays near 7x7 locations."""

    def stride_for(self, image_shape: ImageShape) -> int:
        """Return the stride of the critic's first layer."""
        proportional = round(min(image_shape[:2]) * _PAPERS_STRIDE / _PAPERS_SIDE)
        return self.critic_stride or max(1, proportional)

    def warm_up_steps(self) -> int:
        """Return how many steps come before the adversarial ones, which a recipe counts."""
        return self.warm_up

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse images of which the critic's convolutions leave nothing."""
        stride = self.stride_for(image_shape)
        smallest = 20 * stride + 9
        if min(image_shape[:2]) < smallest:
            smaller = f" ({SMALLEST_SIDE} with critic_stride: 1)" if stride > 1 else ""
            raise Unfit(
                f"images of {image_shape[0]}x{image_shape[1]} px are too small for the critic's first "
                f"stride of {stride}; expected at least {smallest} px a side{smaller}",
                IMAGE_SIZE,
            )

    def build(self, image_shape: ImageShape) -> "SimGAN":
        """Make an untrained SimGAN."""
        from kgan_plugins.gans.simgan.simgan import SimGAN

        return SimGAN(self, image_shape)

    @classmethod
    def tiny(cls) -> "SimGAN":
        """Return a GAN that `kgan.testing` can train in seconds."""
        return cls(width=0.1, blocks=1, warm_up=2, refiner_updates=2, buffer=2).build((32, 32, 1))

    def deviations(self) -> dict[str, str]:
        """Return departures from Han et al. 2019, table 3, after Shrivastava et al. 2017: key -> sentence."""
        texts = {
            "logits": "The critic ends in raw logits; table 3 has a ReLU there, under which the softmax "
            "loses its gradient as soon as both logits are negative.",
            "batch": "The loss is the mean over a batch of each image's sum over pixels and locations; at "
            "other sizes than 224 px both sums are scaled to 224x224 pixels and 7x7 locations.",
            "statistics": "Batch normalisation has a momentum of 0.9 and an epsilon of 1e-3; kernels start "
            "as Glorot's.",
            "together": "The critic normalises real and refined images in one batch.",
            "pools": "Max-pools are 3x3 with a stride of 2.",
            "start": "The critic has no training of its own before the adversarial steps; Shrivastava et al. "
            "give it 200 steps.",
            "step": f"A step is {self.refiner_updates} updates of the refiner and one of the critic, each "
            "on images of its own.",
            "bias": _WITHOUT_BIAS,
        }
        if self.block_relu:
            texts["blocks"] = (
                "Residual blocks end in a ReLU after the sum, as in Shrivastava et al.; table 3 of Han et "
                "al. lists none."
            )
        else:
            texts["blocks"] = (
                "Residual blocks end in the sum, as table 3 of Han et al. lists no activation after their "
                "second convolution; Shrivastava et al.'s have a ReLU there."
            )
        if self.residual:
            texts["residual"] = (
                "The refiner adds a change, none before training, to the image; table 3's makes the image "
                "from its features alone."
            )
        if self.buffer:
            texts["history"] = (
                f"The buffer of refined images holds {self.buffer} batches and serves half of a batch "
                "once it is full; the paper gives no size."
            )
        else:
            texts["history"] = "The critic is shown no earlier refined images."
        if self.regularisation != 5e-5:
            texts["lambda"] = (
                f"The weight of self-regularisation is {self.regularisation:g}, "
                f"{self.regularisation / 5e-5:g} times the paper's."
            )
        if self.critic_stride not in (None, 3):
            texts["stride"] = f"The critic's first stride is {self.critic_stride} instead of 3."
        if self.width != 1:
            texts["width"] = f"Every layer but the outputs has {self.width:g} times the published features."
        if self.blocks != 12:
            texts["number"] = f"There are {self.blocks} residual blocks instead of 12."
        return texts
