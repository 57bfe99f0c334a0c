"""DCGAN, in the architectures of Radford et al., of the multi-sequence paper and of the zoo paper."""

from collections.abc import Sequence
from typing import Literal

import keras

from kgan.contracts.constraints import Count, Decay, Positive, Whole
from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.gans.dcgan.networks import ConvolutionalGAN
from kgan_plugins.losses.original import Original


@keras.saving.register_keras_serializable("kgan_plugins")
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

    Args:
        image_shape: (size, size, channels); the size is a power of two from 16 to 256.
        loss: any adversarial loss; the original one, or DRAGAN's, in the papers.
        architecture: whose figures hold where the following are not given.
        width: multiplies the filters of every layer but the outputs.
        latent_size: features of the latents.
        kernel: side of all kernels, 2 or more.
        generator_output: activation of the generator's last layer.
        critic_activation: of the critic's layers.
        critic_norm: after the critic's convolutions but the first; "auto" is as published, or layer
            normalisation under a gradient penalty.
        dense: units of a dense layer before the critic's score; 0 for none.
        similarity: how the critic compares the images of a batch; "stddev" takes batches of up to four
            images in a replica, or of multiples of four.
        learning_rate: of Adam, for both networks.
        beta_1: of Adam.

    Raises:
        RecipeError: a figure that no such network can have.

    Reference:
        Radford et al., Unsupervised Representation Learning with Deep Convolutional GANs, 2016,
        arXiv:1511.06434, section 4; Han et al., GAN-based Synthetic Brain MR Image Generation, 2018, section
        3.2.2; Delplace et al. (the paper of the thesis arXiv:2001.05447), tables 1 and 2.
    """

    deviations_by = "kgan_plugins.gans.deviations:dcgan"

    def __init__(
        self,
        image_shape: Sequence[int],
        loss: AdversarialLoss,
        *,
        architecture: Literal["radford", "multi_sequence", "zoo"] = "radford",
        width: Positive = 1.0,
        latent_size: Count | None = None,
        kernel: Count | None = None,
        generator_output: Literal["tanh", "linear"] | None = None,
        critic_activation: Literal["leaky_relu", "elu"] | None = None,
        critic_norm: Literal["auto", "batch", "layer", "none"] = "auto",
        dense: Whole | None = None,
        similarity: Literal["stddev", "discrimination", "none"] | None = None,
        learning_rate: Positive = 2e-4,
        beta_1: Decay = 0.5,
    ) -> None:
        super().__init__(image_shape, loss)
        self.architecture = architecture
        self.width = width
        self.latent_size = latent_size
        self.kernel = kernel
        self.generator_output = generator_output
        self.critic_activation = critic_activation
        self.critic_norm = critic_norm
        self.dense = dense
        self.similarity = similarity
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.build_networks()

    @classmethod
    def tiny(cls) -> "DCGAN":
        """Return an instance that `kgan.testing` can train in seconds."""
        return cls((16, 16, 1), Original(), width=1 / 32, latent_size=8)

    def new_optimizer(self) -> keras.optimizers.Optimizer:
        """Return Adam."""
        return keras.optimizers.Adam(self.learning_rate, self.beta_1, epsilon=1e-8)
