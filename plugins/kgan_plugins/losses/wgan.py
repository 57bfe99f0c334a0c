"""Wasserstein loss with weight clipping."""

import keras
import tensorflow as tf

from kgan.contracts.constraints import Positive
from kgan.contracts.loss import AdversarialLoss


@keras.saving.register_keras_serializable("kgan_plugins")
class WGAN(AdversarialLoss):
    """The critic estimates the Wasserstein distance; clipped weights bound its slope.

    There are no labels in it, and so nothing to smooth.

    Args:
        clip: largest absolute value of the critic's weights after each of its updates, c in the paper (a
            GAN may bound gains of normalisations otherwise: see its ``clip_critic``);
            ``None`` where the critic's slope is bounded in another way.

    Reference:
        Arjovsky et al., Wasserstein GAN, 2017, arXiv:1701.07875, algorithm 1; Delplace et al. (the paper of
        the thesis arXiv:2001.05447), equation 3.
    """

    needs = ("unbounded scores",)
    deviations_by = "kgan_plugins.losses.deviations:wgan"

    def __init__(self, *, clip: Positive | None = 0.01) -> None:
        self.clip = clip

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``fake - real``."""
        return fake - real

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-fake``."""
        return -fake
