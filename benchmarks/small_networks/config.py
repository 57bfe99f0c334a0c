"""Configurations of the small networks. No TensorFlow."""

from typing import TYPE_CHECKING, ClassVar

from kgan.contracts.config import ClassifierConfig, ImageShape, ImageToImageConfig, NoiseToImageConfig
from kgan.contracts.loss import AdversarialLoss

if TYPE_CHECKING:
    from small_networks.networks import SmallClassifier, SmallGAN, SmallRefiner

_REFERENCE = "None: networks for measuring what surrounds a network."


class SmallGANConfig(NoiseToImageConfig):
    """Upsamples a coarse map; sides are multiples of 32 pixels."""

    reference: ClassVar[str] = _REFERENCE

    def build(self, image_shape: ImageShape, loss: AdversarialLoss) -> "SmallGAN":
        """Make an untrained GAN."""
        from small_networks.networks import SmallGAN

        return SmallGAN(self, image_shape, loss)


class SmallRefinerConfig(ImageToImageConfig):
    """Two convolutions, trained towards the mean and the contrast of the real images."""

    reference: ClassVar[str] = _REFERENCE

    def build(self, image_shape: ImageShape) -> "SmallRefiner":
        """Make an untrained refiner."""
        from small_networks.networks import SmallRefiner

        return SmallRefiner(self, image_shape)


class SmallClassifierConfig(ClassifierConfig):
    """Two strided convolutions, an average and a neuron."""

    reference: ClassVar[str] = _REFERENCE

    def build(self, image_shape: ImageShape) -> "SmallClassifier":
        """Make an untrained classifier."""
        from small_networks.networks import SmallClassifier

        return SmallClassifier(self, image_shape)
