"""DCGAN, in the architectures of Radford et al., of the multi-sequence paper and of the zoo paper."""

import keras

from kgan.nn import optimizers
from kgan_plugins.gans.dcgan.networks import ConvolutionalGAN


class DCGAN(ConvolutionalGAN):
    """Deep convolutional GAN, in the architectures of three papers.

    Weights are drawn from N(0, 0.02), latents from U(-1, 1); scores are raw, as the sigmoid of the papers'
    tables belongs to the loss.

    - ``radford`` at 64 px: latents of 100 are projected to 4x4x1024; 5x5 transposed convolutions of stride 2,
      batch normalisation, ReLU; tanh. The critic is its mirror, with leaky ReLU (0.2).
    - ``multi_sequence``: the same with 4x4 kernels, half of each width (at 128 px: of 128, 256, 512, 1024,
      1024), no tanh (images are clipped when they are sampled) and ELU in the critic.
    - ``zoo`` at 256 px: the paper's tables 1 and 2.

    Where the papers are silent, these are decisions of ours. Beyond 64 px Radford's widths double on towards
    the 4x4 grid, as in public code, up to 1024; at other sizes than 256 px the zoo's generator keeps the end
    of its table, and its critic the beginning. The zoo's *minibatch similarity* is the minibatch standard
    deviation of Karras et al. in groups of four after the last convolution: the paper gives it to its ProGAN
    too, and its code has it there. ``similarity: discrimination`` is the other layer of that sense (Salimans
    et al. 2016), before the score. Layers that batch normalisation follows have no bias.

    Under a penalty on each image's own gradient (and R1) batch normalisation is replaced by layer
    normalisation, unless ``critic_norm`` says otherwise; the zoo's code kept it under DRAGAN. Similarity
    stays, as in the zoo paper and PGGAN, since it disturbs the penalty little: of what is taken for an
    image's gradient, up to 4 % came from its neighbours' scores with the standard deviation, 9 to 17 % with
    discrimination, 11 to 50 % with batch normalisation (``docs/decisions/014``).

    The papers: see `DCGANConfig`.
    """

    def new_optimizer(self) -> keras.optimizers.Optimizer:
        """Return Adam."""
        return optimizers.Adam(self.config.learning_rate, self.config.beta_1, epsilon=1e-8)
