"""The original loss with a gradient penalty around real images."""

import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss, Critic
from kgan.nn.gradient_norm import gradient_norm
from kgan.random import tensors
from kgan_plugins.losses.configs import DRAGANConfig, OriginalConfig
from kgan_plugins.losses.original import Original


class DRAGAN(AdversarialLoss):
    """The original loss; the critic's gradient is held near one around real images.

    The penalty looks at α x + (1 - α) p, with x a real image, α of U(0, 1) for each image and p made of
    noise of U(0, σ/2) for each pixel and channel. Where the paper is silent: σ is the standard deviation of
    that image's own pixels (its authors' code takes all of the batch's), so that what an image costs depends
    neither on its neighbours nor on the number of replicas; the gradient is that of the raw score, not of
    its sigmoid, as in its authors' code.

    Delplace et al.'s code has two forms of it. Their SRResNet's is equation 5. Their DCGAN's draws α for each
    pixel and squares gradients over the rows only, so that every column of pixels has a norm of its own and
    each is drawn to 1: with 256 columns alike the norm of the whole image is drawn to √256 = 16. That form is
    ``alpha="pixel", slopes="rows"``.

    The papers: see `DRAGANConfig`.
    """

    def __init__(self, config: DRAGANConfig) -> None:
        super().__init__(config)
        labels = OriginalConfig(smoothing=config.smoothing, smooth_generator=config.smooth_generator)
        self._original = Original(labels)

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return the original loss."""
        return self._original.discriminator(real, fake)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return the original loss."""
        return self._original.generator(fake)

    def penalty(self, critic: Critic, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return ``weight * (‖∇critic‖₂ - 1)²`` around each real image, or the mean of it over its norms.

        Args:
            critic: images -> scores, differentiable twice.
            real: (n, height, width, channels) images.
            fake: not looked at.
            seed: (2,) int64; draws α and the noise.

        Returns:
            Tensor (n,) of the images' dtype.

        Raises:
            PluginError: the critic's scores do not depend on the images.
        """
        axes = (1,) if self.config.slopes == "rows" else (1, 2, 3)
        norms = gradient_norm(critic, self._around(real, seed), "dragan", axes)
        return self.config.weight * tf.reduce_mean(
            tf.square(norms - 1.0), axis=tuple(range(1, norms.shape.rank))
        )

    def _around(self, real: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        shape = tf.shape(real)
        each = shape if self.config.alpha == "pixel" else (shape[0], 1, 1, 1)
        share = tf.cast(tensors.uniform(each, seed), real.dtype)
        apart = tf.stack([seed[0] + 1, seed[1]])
        noise = tf.cast(tensors.uniform(shape, apart), real.dtype)
        noise *= 0.5 * tf.math.reduce_std(real, axis=(1, 2, 3), keepdims=True)
        if self.config.noise == "added":
            noise += real
        return share * real + (1.0 - share) * noise
