"""Wasserstein loss with gradient penalty."""

import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss, Critic
from kgan.nn.gradient_norm import gradient_norm
from kgan.random import tensors


class WGANGP(AdversarialLoss):
    """The critic estimates the Wasserstein distance; its gradient's norm is held near one.

    The papers: see `WGANGPConfig`.
    """

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``fake - real + drift * real²``."""
        return fake - real + self.config.drift * tf.square(real)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return ``-fake``."""
        return -fake

    def penalty(self, critic: Critic, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return ``weight * (‖∇critic‖₂ - 1)²`` between each real image and a generated one.

        Args:
            critic: images -> scores, differentiable twice.
            real: (n, height, width, channels) images.
            fake: the same shape.
            seed: (2,) int64; draws the n places between real and fake.

        Returns:
            Tensor (n,) of the images' dtype.

        Raises:
            PluginError: the critic's scores do not depend on the images.
        """
        share = tf.cast(tensors.uniform((tf.shape(real)[0], 1, 1, 1), seed), real.dtype)
        between = real + share * (fake - real)
        return self.config.weight * tf.square(gradient_norm(critic, between, "wgan_gp") - 1.0)
