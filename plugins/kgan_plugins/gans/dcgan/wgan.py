"""WGAN: the networks of DCGAN, trained by RMSprop with a critic that is several updates ahead."""

import keras

from kgan_plugins.gans.dcgan.networks import ConvolutionalGAN


class WGAN(ConvolutionalGAN):
    """Wasserstein GAN: the networks of `dcgan`, five critic updates a step, RMSprop without momentum.

    The networks are the multi-sequence paper's by default; ``architecture`` and the fields after it mean
    what they mean in `dcgan`. The clipping of the critic's weights comes with the loss `wgan`; the gains of
    its normalisations are held in [-1, 1] instead, since under smaller ones ELU would be a straight line (a
    decision of ours).

    The papers: see `WGANConfig`.
    """

    def new_optimizer(self) -> keras.optimizers.Optimizer:
        """Return RMSprop."""
        return keras.optimizers.RMSprop(self.config.learning_rate, self.config.rho, epsilon=1e-8)
