"""Configuration of ResNet-50. No TensorFlow."""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from kgan.contracts.config import IMAGE_SIZE, ClassifierConfig, ImageShape, Unfit
from kgan.contracts.constraints import DecayRate, InputFile, PositiveFloat, PositiveInt

if TYPE_CHECKING:
    from kgan_plugins.classifiers.resnet50.resnet50 import ResNet50

#: Width and residual blocks that Keras's ImageNet weights are for.
IMAGENET_WIDTH, IMAGENET_BLOCKS = 1.0, (3, 4, 6, 3)

_SMALLEST_SIDE = 5


class ResNet50Config(ClassifierConfig):
    """ResNet-50 as Han et al. 2019, table 4, has it; layers are named as in `keras.applications.ResNet50`."""

    reference: ClassVar[str] = (
        'He et al. 2016, arXiv:1512.03385; Han et al. 2019, "Combining noise-to-image and image-to-image '
        'GANs", table 4 and section III-D; Han et al. 2018, "Infinite brain MR images".'
    )

    weights: Literal["imagenet"] | InputFile | None = None
    """None for random ones, "imagenet" for those Keras downloads, or the path of a weights file: Keras's
    (with or without its top) or one that kgan saved."""
    width: PositiveFloat = IMAGENET_WIDTH
    """Multiplies the number of filters of every layer."""
    blocks: tuple[PositiveInt, PositiveInt, PositiveInt, PositiveInt] = IMAGENET_BLOCKS
    """Residual blocks of the four stages."""
    head: Literal["sigmoid", "softmax"] = "sigmoid"
    """"sigmoid" (average pool, dropout, dense, batch norm, sigmoid and binary cross-entropy on two one-hot
    outputs: Han et al. 2019) or "softmax" (without the batch norm: Han et al. 2018)."""
    dropout: DecayRate = 0.5
    """Share of the pooled features that training drops."""
    optimizer: Literal["sgd", "adam"] = "sgd"
    """Of the whole network."""
    learning_rate: PositiveFloat = 1e-2
    """At first."""
    momentum: DecayRate = 0.9
    """Of SGD."""
    decay_factor: PositiveFloat = 0.1
    """What the learning rate is multiplied by every ``decay_every`` epochs."""
    decay_every: PositiveInt = 20
    """Epochs."""
    batch_norm_momentum: DecayRate = 0.99
    """Of the moving statistics; Keras's 0.99 wants some hundreds of steps."""
    preprocessing: Literal["auto", "imagenet", "none"] = "auto"
    """"imagenet" (three channels, see `ImageNetInput`), "none", or "auto": "imagenet" if there are weights.
    With "none" a file that kgan saved from scratch can be trained further."""

    @property
    def takes_imagenet_input(self) -> bool:
        """Whether images are changed to what ImageNet weights want: see `ImageNetInput`."""
        return self.weights is not None if self.preprocessing == "auto" else self.preprocessing == "imagenet"

    @model_validator(mode="after")
    def _fits_the_published_weights(self) -> "ResNet50Config":
        size = self.width, self.blocks
        if self.weights == "imagenet" and size != (IMAGENET_WIDTH, IMAGENET_BLOCKS):
            raise Unfit(
                f"weights imagenet with width {self.width:g} and blocks {list(self.blocks)}; expected width "
                f"{IMAGENET_WIDTH:g} and blocks {list(IMAGENET_BLOCKS)}, or weights: null",
                "weights",
            )
        return self

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse images that are too small, or of channels that ImageNet's preprocessing does not take."""
        height, width, channels = image_shape
        if self.takes_imagenet_input and channels not in (1, 3):
            raise Unfit(
                f"images of {channels} channels; expected 1 or 3, which is what ImageNet's preprocessing "
                "takes, or preprocessing: none",
                "weights" if self.preprocessing == "auto" else "preprocessing",
            )
        if min(height, width) < _SMALLEST_SIDE:
            raise Unfit(
                f"images of {height}x{width} px; expected at least {_SMALLEST_SIDE} px a side", IMAGE_SIZE
            )

    def build(self, image_shape: ImageShape) -> "ResNet50":
        """Make an untrained ResNet-50; its pre-trained weights are loaded when training begins."""
        from kgan_plugins.classifiers.resnet50.resnet50 import ResNet50

        return ResNet50(self, image_shape)

    @classmethod
    def tiny(cls) -> "ResNet50":
        """Return a classifier that `kgan.testing` can train in seconds."""
        return cls(width=0.1, blocks=(1, 1, 1, 1)).build((16, 16, 1))

    def deviations(self) -> dict[str, str]:
        """Return departures from Han et al. 2019, or 2018, and from He et al. 2016: key -> sentence."""
        texts = {
            "keras": "Where the papers are silent it is Keras's ResNet-50: kernels start as Glorot's, "
            "convolutions have a bias, batch normalisation has a momentum of "
            f"{self.batch_norm_momentum:g}, and there is no weight decay.",
            "pool": "The max-pool has no padding, so that it gives table 4's 55x55; He et al.'s gives 56x56.",
        }
        if self.head == "sigmoid":
            texts["score"] = (
                "An image's score is p1 / (p0 + p1) of the two sigmoids, and the loss the mean of both "
                "binary cross-entropies; the paper does not say how the class is read off."
            )
        if self.optimizer == "adam":
            texts["adam"] = "Adam's moments are Keras's 0.9 and 0.999 and its epsilon 1e-7."
        if self.takes_imagenet_input:
            texts["input"] = (
                "Images are brought to the range and means of the ImageNet weights, grey ones repeated to "
                "three channels."
            )
        if (self.width, self.blocks) != (IMAGENET_WIDTH, IMAGENET_BLOCKS):
            texts["smaller"] = (
                f"Layers have {self.width:g} times the published features, and the stages "
                f"{', '.join(map(str, self.blocks))} blocks instead of 3, 4, 6, 3."
            )
        return texts
