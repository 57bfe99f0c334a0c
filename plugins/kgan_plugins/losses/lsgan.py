"""Least-squares loss."""

import keras
import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.losses.labels import Label


@keras.saving.register_keras_serializable("kgan_plugins")
class LSGAN(AdversarialLoss):
    """Scores are drawn to labels, 1 for real and 0 for generated images, by their squared distance.

    Args:
        smoothing: label of real images for the critic, above 0.5 and up to 1; 0.9 in Delplace et al.
            Generated images keep 0: smoothing is one-sided.
        smooth_generator: whether the generator, too, aims at that label and no longer at 1, as Delplace
            et al. have it.

    Reference:
        Mao et al., Least Squares Generative Adversarial Networks, 2017, arXiv:1611.04076, equations 2 and 9
        with a = 0, b = c = 1, without the factor 1/2; Delplace et al. (the paper of the thesis
        arXiv:2001.05447), equation 2.
    """

    def __init__(self, *, smoothing: Label = 1.0, smooth_generator: bool = False) -> None:
        self.smoothing = smoothing
        self.smooth_generator = smooth_generator

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``(real - smoothing)² + fake²``."""
        return tf.square(real - self.smoothing) + tf.square(fake)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``(fake - 1)²``."""
        return tf.square(fake - (self.smoothing if self.smooth_generator else 1.0))
