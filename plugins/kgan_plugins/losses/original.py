"""The original GAN's loss, in the form that does not saturate."""

import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss


class Original(AdversarialLoss):
    """The critic's score is the logit of "real"; the generator maximises log D of its images.

    The papers: see `OriginalConfig`.
    """

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-log D(real) - log(1 - D(fake))``, with D the sigmoid of the score."""
        return cross_entropy(real, self.config.smoothing) + cross_entropy(fake, 0.0)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-log D(fake)``."""
        return cross_entropy(fake, self.config.smoothing if self.config.smooth_generator else 1.0)


def cross_entropy(scores: tf.Tensor, label: float) -> tf.Tensor:
    """Return ``-label log D - (1 - label) log(1 - D)`` of scores that are D's logits, however large."""
    return label * tf.nn.softplus(-scores) + (1.0 - label) * tf.nn.softplus(scores)
