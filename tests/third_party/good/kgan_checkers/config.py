"""Configurations of the plugins that train."""

from typing import ClassVar, Literal

from kgan.contracts.config import ClassifierConfig, ImageToImageConfig, LossConfig, NoiseToImageConfig
from kgan.contracts.constraints import PositiveFloat, PositiveInt


class PlainConfig(LossConfig):
    """Scores as they are."""

    reference: ClassVar[str] = "Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, without the clipping."

    scale: float = 1.0
    """Of both losses."""

    def build(self):
        from .plain import Plain

        return Plain(self)


class TilesConfig(NoiseToImageConfig):
    """Dense generator, dense critic."""

    latent: PositiveInt = 8
    rates: tuple[PositiveFloat, PositiveFloat] = (1e-3, 1e-3)
    """Learning rates of generator and critic."""

    def build(self, image_shape, loss):
        from .gan import Tiles

        return Tiles(self, image_shape, loss)

    @classmethod
    def tiny(cls):
        return cls().build((8, 8, 1), PlainConfig().build()).train_as(average=0.9)


class PolishConfig(ImageToImageConfig):
    """Brings refined images near the target images that come in the same place of the batch."""

    rate: PositiveFloat = 0.01

    def build(self, image_shape):
        from .refiner import Polish

        return Polish(self, image_shape)


class BrightnessConfig(ClassifierConfig):
    """Logistic regression on the mean grey value."""

    rate: PositiveFloat = 0.1
    form: Literal["mean", "max"] = "mean"

    def build(self, image_shape):
        from .classifier import Brightness

        return Brightness(self, image_shape)
