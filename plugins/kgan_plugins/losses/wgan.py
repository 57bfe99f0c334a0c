"""Wasserstein loss with weight clipping."""

import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.losses.configs import WassersteinConfig


class WGAN(AdversarialLoss):
    """The critic estimates the Wasserstein distance; clipped weights bound its gradient.

    There are no labels in it, and so nothing to smooth.

    The papers: see `WassersteinConfig`.
    """

    def __init__(self, config: WassersteinConfig) -> None:
        super().__init__(config)
        self.clip = config.clip

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``fake - real``."""
        return fake - real

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-fake``."""
        return -fake
