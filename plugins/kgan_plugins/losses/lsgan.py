"""Least-squares loss."""

from typing import Literal

import keras
import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.losses.labels import Label


@keras.saving.register_keras_serializable("kgan_plugins")
class LSGAN(AdversarialLoss):
    """D is drawn to labels, 1 for real and 0 for generated images, by its squared distance from them.

    Args:
        scores: what D is. "raw": the critic's score (Mao et al., section 3.1). "probability": its sigmoid, as
            in equation 2 of Delplace et al., whose D(y) is the probability that y is real.
        smoothing: label of real images for the critic, above 0.5 and up to 1; 0.9 in Delplace et al.
            Generated images keep 0: smoothing is one-sided.
        smooth_generator: whether the generator, too, aims at that label and no longer at 1, as Delplace
            et al. have it.

    Reference:
        Mao et al., Least Squares Generative Adversarial Networks, 2017, arXiv:1611.04076, equations 2 and 9
        with a = 0, b = c = 1, without the factor 1/2; Delplace et al. (the paper of the thesis
        arXiv:2001.05447), equation 2 and table 2.
    """

    deviations_by = "kgan_plugins.losses.deviations:lsgan"

    def __init__(
        self,
        *,
        scores: Literal["raw", "probability"] = "raw",
        smoothing: Label = 1.0,
        smooth_generator: bool = False,
    ) -> None:
        self.scores = scores
        self.smoothing = smoothing
        self.smooth_generator = smooth_generator

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``(D(real) - smoothing)² + D(fake)²``."""
        return tf.square(self._read(real) - self.smoothing) + tf.square(self._read(fake))

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``(D(fake) - 1)²``."""
        return tf.square(self._read(fake) - (self.smoothing if self.smooth_generator else 1.0))

    def _read(self, scores: tf.Tensor) -> tf.Tensor:
        return tf.sigmoid(scores) if self.scores == "probability" else scores
