"""The original GAN's loss, in the form that does not saturate."""

import keras
import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.losses.labels import Label


@keras.saving.register_keras_serializable("kgan_plugins")
class Original(AdversarialLoss):
    """The critic's score is the logit of "real"; the generator maximises log D of its images.

    Args:
        smoothing: label of real images for the critic, above 0.5 and up to 1; 0.9 in Delplace et al.
            Generated images keep 0: smoothing is one-sided.
        smooth_generator: whether the generator, too, aims at that label and no longer at 1. Delplace et al.
            train "both networks" with 0.9; Salimans et al. 2016 (arXiv:1606.03498, section 3.4) the critic.

    Reference:
        Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661, equation 1 and section 3;
        Delplace et al. (the paper of the thesis arXiv:2001.05447), equation 1 and section 2.3.
    """

    deviations_by = "kgan_plugins.losses.deviations:original"

    def __init__(self, *, smoothing: Label = 1.0, smooth_generator: bool = False) -> None:
        self.smoothing = smoothing
        self.smooth_generator = smooth_generator

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-log D(real) - log(1 - D(fake))``, with D the sigmoid of the score."""
        return cross_entropy(real, self.smoothing) + cross_entropy(fake, 0.0)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-log D(fake)``."""
        return cross_entropy(fake, self.smoothing if self.smooth_generator else 1.0)


def cross_entropy(scores: tf.Tensor, label: float) -> tf.Tensor:
    """Return ``-label log D - (1 - label) log(1 - D)`` of scores that are D's logits, however large."""
    return label * tf.nn.softplus(-scores) + (1.0 - label) * tf.nn.softplus(scores)
