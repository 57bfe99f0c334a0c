"""Configuration of MUNIT and UNIT. No TensorFlow."""

from typing import TYPE_CHECKING, ClassVar, Literal

from kgan.contracts.config import IMAGE_SIZE, ImageShape, ImageToImageConfig, Unfit
from kgan.contracts.constraints import InputFile, NonNegativeFloat, PositiveFloat, PositiveInt

if TYPE_CHECKING:
    from kgan_plugins.gans.munit.munit import MUNIT

#: Both encoders halve an image twice.
STRIDE = 4

#: A critic halves an image four times; what is halved last must be of 2 px or more, to pad it by reflection.
_SMALLEST_FOR_ONE_SCALE = 16

_WITHOUT_BIAS = "Convolutions that a normalisation follows have no bias, which it would subtract again."


class MUNITConfig(ImageToImageConfig):
    """MUNIT in the architecture of Han et al. 2019, table 2, with the UNIT loss that they trained it with."""

    reference: ClassVar[str] = (
        "Huang et al. 2018, arXiv:1804.04732; Liu et al. 2017, arXiv:1703.00848 (UNIT); Han et al. 2019, "
        '"Combining noise-to-image and image-to-image GANs", table 2 and section III-C.'
    )

    style: Literal["none"] | PositiveInt = "none"
    """"none" for the UNIT loss, or the size of style codes (8 in Huang et al.) for the MUNIT loss."""
    width: PositiveFloat = 1.0
    """Multiplies the number of filters of every layer but the outputs."""
    blocks: PositiveInt = 4
    """Residual blocks of each encoder and each decoder."""
    scales: PositiveInt = 3
    """At which each critic looks: each half the size of the one before."""
    residual: bool = False
    """Whether decoders add a change, none before training, to the image that was encoded."""
    learning_rate: PositiveFloat = 1e-4
    """Of Adam (0.5, 0.999), all networks."""
    halve_every: PositiveInt = 20_000
    """Steps after which the learning rate is halved, again and again."""
    adversarial: NonNegativeFloat = 1.0
    """Weight of the least-squares adversarial term."""
    reconstruction: NonNegativeFloat = 10.0
    """Weight of the L1 error of images that are encoded and decoded."""
    kl: NonNegativeFloat = 0.01
    """Weight of the divergence of codes from N(0, 1); UNIT loss alone."""
    cycle: NonNegativeFloat = 10.0
    """Weight of the L1 error of images translated there and back; 0 leaves it out of the MUNIT loss, where
    Huang et al. call it optional."""
    cycle_kl: NonNegativeFloat = 0.01
    """Weight of the divergence of the translated images' codes; UNIT loss alone."""
    content_code: NonNegativeFloat = 1.0
    """Weight of the L1 error of content codes estimated again; MUNIT loss alone."""
    style_code: NonNegativeFloat = 1.0
    """Weight of the L1 error of style codes estimated again; MUNIT loss alone."""
    perceptual: NonNegativeFloat = 1.0
    """Weight of the domain-invariant perceptual term; it is off without ``vgg_weights``."""
    vgg_weights: Literal["imagenet"] | InputFile | None = None
    """For it: "imagenet" for the weights that Keras downloads, or the path of a file of VGG16 weights."""

    @property
    def has_styles(self) -> bool:
        """Whether images have style codes and the loss is MUNIT's."""
        return self.style != "none"

    @property
    def is_perceptual(self) -> bool:
        """Whether the perceptual term is part of the loss."""
        return self.perceptual > 0 and self.vgg_weights is not None

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse sizes that cannot be halved often enough."""
        least = smallest_side(self.scales)
        height, width, channels = image_shape
        if height % STRIDE or width % STRIDE:
            near = [max(least, round(side / STRIDE) * STRIDE) for side in (height, width)]
            raise Unfit(
                f"images of {height}x{width} px; expected sides that are multiples of {STRIDE}, as images "
                f"are halved twice and doubled again. Take {near[0]}x{near[1]}.",
                IMAGE_SIZE,
            )
        if min(height, width) < least:
            raise Unfit(
                f"images of {height}x{width} px are too small for critics of {self.scales} scale(s); "
                f"expected at least {least} px a side. Take larger images, or fewer 'scales': 1 needs "
                f"{smallest_side(1)} px, 2 need {smallest_side(2)}.",
                IMAGE_SIZE,
            )
        if self.vgg_weights is not None and channels not in (1, 3):
            raise Unfit(
                f"vgg_weights is for images of 1 or 3 channels; received {channels}. "
                "Leave it out, which leaves out the perceptual term.",
                "vgg_weights",
            )

    def build(self, image_shape: ImageShape) -> "MUNIT":
        """Make an untrained MUNIT."""
        from kgan_plugins.gans.munit.munit import MUNIT

        return MUNIT(self, image_shape)

    @classmethod
    def tiny(cls) -> "MUNIT":
        """Return a GAN that `kgan.testing` can train in seconds."""
        return cls(width=0.05, blocks=1, scales=1).build((16, 16, 1))

    def deviations(self) -> dict[str, str]:
        """Return departures from Han et al. 2019, table 2, after Huang et al. 2018 and Liu et al. 2017: key
        -> sentence."""
        texts = {
            "adaptive": "Adaptive instance normalisation follows every decoder convolution but the last, as "
            "Han et al. say; Huang et al.'s code has layer normalisation after an upsampling.",
            "decay": "There is no weight decay; the configuration of Liu et al. that the loss weights are "
            "from has 1e-4.",
            "borders": "Borders are reflected, as in Huang et al.'s configurations, and zero at the critics' "
            "last convolution, which is table 2's 4x4 where their code has 1x1.",
            "bias": _WITHOUT_BIAS,
            "start": "Kernels start as He's, the critics' from N(0, 0.02), as in Huang et al.'s code; Adam's "
            "epsilon is Keras's 1e-7.",
            "means": "Losses are means over pixels, features and score maps, and sums over scales and "
            "domains; the divergence of a code is its mean square: both as in the authors' code.",
            "channels": "Grey images are repeated to three channels, and the three that come out are "
            "averaged.",
            "step": "A step is one update of the critics and then one of encoders and decoders, on the same "
            "images.",
        }
        if self.style == "none":
            texts["parameters"] = (
                "Scales and shifts of adaptive instance normalisation are a learnt vector for each decoder: "
                "the UNIT loss has no style code that they could come from, and the UNIT code no such "
                "parameters."
            )
            texts["noise"] = "Codes have N(0, 1) noise in training and none when an image is refined."
        else:
            texts["style"] = (
                f"The MUNIT loss with style codes of {self.style} numbers stands for Han et al.'s UNIT "
                "loss; images are refined with the style code zero."
            )
        if not self.perceptual or self.vgg_weights is None:
            texts["perceptual"] = "The domain-invariant perceptual term is left out."
        else:
            texts["perceptual"] = (
                "The perceptual term compares instance-normalised features of VGG16 after its thirteenth "
                "convolution, as in Huang et al.'s code."
            )
        if self.residual:
            texts["residual"] = (
                "Decoders add a change, none before training, to the image that was encoded; table 2's make "
                "images from codes alone."
            )
        if self.scales != 3:
            texts["scales"] = f"The critics look at {self.scales} scales instead of three."
        if self.width != 1:
            texts["width"] = f"Every layer but the outputs has {self.width:g} times the published features."
        if self.blocks != 4:
            texts["number"] = f"There are {self.blocks} residual blocks instead of 4."
        return texts


def smallest_side(scales: int) -> int:
    """Return the least number of pixels a side that critics of so many scales can see."""
    return _SMALLEST_FOR_ONE_SCALE * 2 ** (scales - 1)


def channels_inside(channels: int) -> int:
    """Return how many channels the networks see of images of so many: grey images are repeated to three."""
    return 3 if channels == 1 else channels
