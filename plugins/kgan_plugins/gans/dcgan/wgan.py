"""WGAN: the networks of DCGAN, trained by RMSprop with a critic that is several updates ahead."""

from collections.abc import Sequence
from typing import Literal

import keras

from kgan.contracts.constraints import Count, Decay, Positive, Whole
from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.gans.dcgan.networks import ConvolutionalGAN
from kgan_plugins.losses.wgan import WGAN as WassersteinLoss


# The loss of the same name is registered too.
@keras.saving.register_keras_serializable("kgan_plugins", name="WGANNetworks")
class WGAN(ConvolutionalGAN):
    """Wasserstein GAN: the networks of `dcgan`, five critic updates a step, RMSprop without momentum.

    The networks are the multi-sequence paper's by default; ``architecture`` and the figures after it mean
    what they mean in `dcgan`. The clipping of the critic's weights comes with the loss `wgan`; the gains of
    its normalisations are held in [-1, 1] instead, since under smaller ones ELU would be a straight line (a
    decision of ours).

    Args:
        image_shape: (size, size, channels); the size is a power of two from 16 to 256.
        loss: any adversarial loss; `wgan` in the papers.
        architecture: whose figures hold where the following are not given.
        width: multiplies the filters of every layer but the outputs.
        latent_size: features of the latents.
        kernel: side of all kernels, 2 or more.
        generator_output: activation of the generator's last layer.
        critic_activation: of the critic's layers.
        critic_norm: after the critic's convolutions but the first; "auto" is as published, or layer
            normalisation under a gradient penalty.
        dense: units of a dense layer before the critic's score; 0 for none.
        similarity: how the critic compares the images of a batch.
        learning_rate: of RMSprop, for both networks.
        rho: of RMSprop, the decay of its mean squares; 0.99 in the code of Arjovsky et al.

    Raises:
        RecipeError: a figure that no such network can have.

    Reference:
        Arjovsky et al., Wasserstein GAN, 2017, arXiv:1701.07875, algorithm 1; Han et al., GAN-based Synthetic
        Brain MR Image Generation, 2018, section 3.2.2.
    """

    regime_defaults = {"critic_updates": 5}
    deviations_by = "kgan_plugins.gans.deviations:wgan"

    def __init__(
        self,
        image_shape: Sequence[int],
        loss: AdversarialLoss,
        *,
        architecture: Literal["radford", "multi_sequence", "zoo"] = "multi_sequence",
        width: Positive = 1.0,
        latent_size: Count | None = None,
        kernel: Count | None = None,
        generator_output: Literal["tanh", "linear"] | None = None,
        critic_activation: Literal["leaky_relu", "elu"] | None = None,
        critic_norm: Literal["auto", "batch", "layer", "none"] = "auto",
        dense: Whole | None = None,
        similarity: Literal["stddev", "discrimination", "none"] | None = None,
        learning_rate: Positive = 5e-5,
        rho: Decay = 0.99,
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
        self.rho = rho
        self.build_networks()

    @classmethod
    def tiny(cls) -> "WGAN":
        """Return an instance that `kgan.testing` can train in seconds."""
        gan = cls((16, 16, 1), WassersteinLoss(), width=1 / 16, latent_size=8)
        return gan.train_as(critic_updates=2)

    def new_optimizer(self) -> keras.optimizers.Optimizer:
        """Return RMSprop."""
        return keras.optimizers.RMSprop(self.learning_rate, self.rho, epsilon=1e-8)
