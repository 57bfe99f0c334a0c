"""Configurations for GANs that tests make by hand."""

from kgan.contracts.config import ImageToImageConfig, NoiseToImageConfig


class NoiseByHandConfig(NoiseToImageConfig):
    """Of a noise-to-image GAN that is never built from a recipe."""

    def build(self, image_shape, loss):
        raise NotImplementedError


class ImageByHandConfig(ImageToImageConfig):
    """Of an image-to-image GAN that is never built from a recipe."""

    def build(self, image_shape):
        raise NotImplementedError
