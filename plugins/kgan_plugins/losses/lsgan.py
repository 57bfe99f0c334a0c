"""Least-squares loss."""

import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss


class LSGAN(AdversarialLoss):
    """D is drawn to labels, 1 for real and 0 for generated images, by its squared distance from them.

    The papers: see `LSGANConfig`.
    """

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``(D(real) - smoothing)² + D(fake)²``."""
        return tf.square(self._read(real) - self.config.smoothing) + tf.square(self._read(fake))

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``(D(fake) - 1)²``."""
        return tf.square(self._read(fake) - (self.config.smoothing if self.config.smooth_generator else 1.0))

    def _read(self, scores: tf.Tensor) -> tf.Tensor:
        return tf.sigmoid(scores) if self.config.scores == "probability" else scores
