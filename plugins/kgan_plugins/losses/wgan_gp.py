"""Wasserstein loss with gradient penalty."""

import keras
import tensorflow as tf

from kgan.contracts.constraints import NonNegative
from kgan.contracts.loss import AdversarialLoss, Critic
from kgan.nn.gradient_norm import gradient_norm
from kgan.random import tensors


@keras.saving.register_keras_serializable("kgan_plugins")
class WGANGP(AdversarialLoss):
    """The critic estimates the Wasserstein distance; its gradient's norm is held near one.

    Args:
        weight: of the gradient penalty, λ in the papers; 0.25 in the code of Delplace et al.
        drift: weight of the critic's squared scores of real images, which keeps scores near zero; 0.001 in
            Karras et al. 2018 (appendix A.1) and in the code of Delplace et al., 0 in the WGAN-GP paper.

    Reference:
        Gulrajani et al., Improved Training of Wasserstein GANs, 2017, arXiv:1704.00028, equation 3 and
        algorithm 1; Delplace et al. (the paper of the thesis arXiv:2001.05447), equation 4.
    """

    needs = ("independent scores", "unbounded scores")
    deviations_by = "kgan_plugins.losses.deviations:wgan_gp"

    def __init__(self, *, weight: NonNegative = 10.0, drift: NonNegative = 0.0) -> None:
        self.weight = weight
        self.drift = drift

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return ``fake - real + drift * real²``."""
        return fake - real + self.drift * tf.square(real)

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
        return self.weight * tf.square(gradient_norm(critic, between, "wgan_gp") - 1.0)
