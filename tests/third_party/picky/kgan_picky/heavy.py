"""Imports Keras, which a configuration must not before it builds."""

import keras  # noqa: F401

from kgan.contracts.config import ImageToImageConfig


class HeavyConfig(ImageToImageConfig):
    """Never seen."""

    def build(self, image_shape): ...
