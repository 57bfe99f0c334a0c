"""PGGAN: a generator and a critic that grow together from 4x4 images to the final size."""

from collections.abc import Mapping, Sequence
from typing import Literal

import keras
import tensorflow as tf

from kgan.contracts.constraints import Count, Decay, NonNegative, Positive
from kgan.contracts.gan import NoiseToImageGAN, Phase
from kgan.contracts.loss import AdversarialLoss
from kgan.nn.functional import built
from kgan.random import tensors
from kgan_plugins.gans.pggan.growth import Stage, by_name, check_group, check_pggan, share, stages, widths
from kgan_plugins.gans.pggan.networks import (
    FadeIn,
    GrowingCritic,
    GrowingGenerator,
    Widths,
    downsample,
    upsample,
)
from kgan_plugins.layers.equalized import Equalized, at_least_float32
from kgan_plugins.losses.wgan_gp import WGANGP


@keras.saving.register_keras_serializable("kgan_plugins")
class PGGAN(NoiseToImageGAN):
    """Progressive growing of GANs, with the widths of Han et al. by default.

    Training passes through the phases "4", "4-8", "8", ..., ending at the final resolution; in a phase
    such as "4-8" the block of the higher resolution is blended in. Optimisers start afresh in each phase, as
    in Karras et al.'s own code: moments of another phase would scale the first steps of new layers wrongly.

    Args:
        image_shape: (size, size, channels); the size is a power of two from 8 to 1024.
        loss: any adversarial loss; `WGANGP` in the papers.
        latent_size: features of the latents, which are scaled to a hypersphere.
        channels: resolution -> features, for 4, 8, ..., size.
        kernel: side of the convolutions' kernels, odd: 3 in Han et al., 5 in Delplace et al. The generator's
            first one and the critic's last one (4x4), and those to and from images (1x1), keep theirs.
        learning_rate: of Adam, for both networks.
        beta_1: of Adam.
        beta_2: of Adam.
        stddev_group: images in a group of the minibatch standard deviation; batches are multiples of it.
        first_resolution: where training starts; the layers below it are there from the beginning.
        phase_share: relative numbers of steps: two numbers for each blending phase and each other one, or
            phase name -> number (1 where a phase is not named; 0 leaves one out).
        output: what generated images go through at last: nothing in Karras et al. and Han et al., tanh in the
            public code of Delplace et al.

    Raises:
        RecipeError: a figure that no such network can have.

    Reference:
        Karras et al., Progressive Growing of GANs, 2018, arXiv:1710.10196; Han et al., Combining
        Noise-to-Image and Image-to-Image GANs, 2019, section III-B and table 1; Delplace et al. (the paper of
        the thesis arXiv:2001.05447), section 2.1, ProGAN.
    """

    checked_by = "kgan_plugins.gans.pggan.growth:check_pggan"
    deviations_by = "kgan_plugins.gans.deviations:pggan"
    grouped_by = "kgan_plugins.gans.pggan.growth:group_size"

    def __init__(
        self,
        image_shape: Sequence[int],
        loss: AdversarialLoss,
        *,
        latent_size: Count = 512,
        channels: Mapping[int, Count] | None = None,
        kernel: Count = 3,
        learning_rate: Positive = 1e-3,
        beta_1: Decay = 0.0,
        beta_2: Decay = 0.99,
        stddev_group: Count = 4,
        first_resolution: Count = 4,
        phase_share: Mapping[str, NonNegative] | Sequence[NonNegative] | None = None,
        output: Literal["linear", "tanh"] = "linear",
    ) -> None:
        super().__init__(image_shape, loss)
        self.latent_size = latent_size
        self.channels = widths(channels)
        self.kernel = kernel
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.stddev_group = stddev_group
        self.first_resolution = first_resolution
        self.phase_share = by_name(phase_share)
        self.output_ = output
        check_pggan(vars(self), self.image_shape)
        self.stages = stages(self.image_shape[0], first_resolution)
        self.stage = self.stages[-1]
        self._build()

    @classmethod
    def tiny(cls) -> "PGGAN":
        """Return an instance that `kgan.testing` can train in seconds."""
        return cls((8, 8, 1), WGANGP(), latent_size=8, channels={4: 8, 8: 4}).train_as(average=0.9)

    @property
    def generator(self) -> keras.Model:
        """The generator of the current phase."""
        return self._networks(self.stage)[0]

    @property
    def critic(self) -> keras.Model:
        """The critic of the current phase."""
        return self._networks(self.stage)[1]

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """One Adam for each network, built on the layers of all phases."""
        return {"generator": self.generator_optimizer, "critic": self.critic_optimizer}

    def sample_latents(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draw from N(0, 1); the generator itself scales latents to the hypersphere."""
        return tensors.normal((count, self.latent_size), seed)

    def phases(self, steps: int) -> tuple[Phase, ...]:
        """Share the steps among all phases; rounding never adds or loses one."""
        lengths = share(steps, self.stages, self.phase_share)
        return tuple(Phase(stage.name, length) for stage, length in zip(self.stages, lengths, strict=True))

    def enter(self, phase: int, start: int, steps: int) -> None:
        """Take up the networks of a phase; make the optimisers anew if it begins just now."""
        self.stage = self.stages[phase]
        self.fade_start, self.fade_steps = start, max(steps, 1)
        self._set_alpha()
        if int(tf.convert_to_tensor(self.step)) == start:
            self._reset_optimizers()
        super().enter(phase, start, steps)

    def advance(self) -> None:
        """Count the step, move the averages, blend in a little more."""
        super().advance()
        self._set_alpha()

    def view(self, images: tf.Tensor) -> tf.Tensor:
        """Average real images down to the phase's resolution, blended as generated ones are."""
        images = downsample(images, self.image_shape[0] // self.stage.resolution)
        if not self.stage.fading:
            return images
        alpha = tf.convert_to_tensor(self.fade.alpha)
        return (1.0 - alpha) * upsample(downsample(images)) + alpha * images

    def check_batch(self, images: int) -> None:
        """Refuse a batch that the groups of the minibatch standard deviation do not divide.

        Raises:
            RecipeError: with the nearest batch that can be used.
        """
        check_group(images, self.stddev_group)

    def clip_critic(self, limit: float) -> None:
        """Bring the weights of the current phase's critic, as they are once scaled, into [-limit, limit]."""
        for layer in self.critic.layers:
            if isinstance(layer, Equalized):
                layer.clip(limit)

    def trained_networks(self) -> list[keras.layers.Layer]:
        """Return the layers of all phases."""
        return [self.growing_generator, self.growing_critic]

    def averaged_variables(self) -> list[keras.Variable]:
        """Return the trainable variables of the generator's layers of all phases."""
        return list(self.growing_generator.trainable_variables)

    def _build(self) -> None:
        size, _, image_channels = self.image_shape
        figures = Widths(
            size=size,
            image_channels=image_channels,
            channels=dict(self.channels),
            latent=self.latent_size,
            kernel=self.kernel,
            group=self.stddev_group,
            output=self.output_,
        )
        self.built_stages: dict[str, tuple[keras.Model, keras.Model]] = {}
        self.fade = FadeIn(name="fade_in", dtype=at_least_float32())
        self.fade.build([])
        self.growing_generator = GrowingGenerator(figures, self.fade)
        self.growing_critic = GrowingCritic(figures, self.fade)
        self.generator_optimizer = self._adam(self.growing_generator)
        self.critic_optimizer = self._adam(self.growing_critic)
        self.fade_start, self.fade_steps = 0, 1

    def _adam(self, layers: keras.layers.Layer) -> keras.optimizers.Optimizer:
        adam = keras.optimizers.Adam(self.learning_rate, self.beta_1, self.beta_2, epsilon=1e-8)
        return built(adam, layers.trainable_variables)

    def _networks(self, stage: Stage) -> tuple[keras.Model, keras.Model]:
        if stage.name not in self.built_stages:
            networks = self.growing_generator.stage(stage), self.growing_critic.stage(stage)
            self.built_stages[stage.name] = networks
        return self.built_stages[stage.name]

    def _set_alpha(self) -> None:
        if self.stage.fading:
            done = tf.cast(self.step - self.fade_start, tf.float32)
            self.fade.alpha.assign(tf.clip_by_value(done / self.fade_steps, 0.0, 1.0))

    def _reset_optimizers(self) -> None:
        for optimizer in self.optimizers.values():
            for variable in getattr(optimizer, "inner_optimizer", optimizer).variables:
                if variable.name != "learning_rate":
                    variable.assign(tf.zeros(variable.shape, variable.dtype))
