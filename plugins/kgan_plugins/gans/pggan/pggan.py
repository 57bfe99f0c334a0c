"""PGGAN: a generator and a critic that grow together from 4x4 images to the final size."""

import keras
import tensorflow as tf

from kgan.contracts.config import ImageShape
from kgan.contracts.gan import NoiseToImageGAN, Phase
from kgan.contracts.loss import AdversarialLoss
from kgan.nn import optimizers
from kgan.nn.functional import built
from kgan.random import tensors
from kgan_plugins.gans.pggan.config import PGGANConfig
from kgan_plugins.gans.pggan.growth import Stage, share, stages
from kgan_plugins.gans.pggan.networks import (
    FadeIn,
    GrowingCritic,
    GrowingGenerator,
    Widths,
    downsample,
    upsample,
)
from kgan_plugins.layers.equalized import Equalized, at_least_float32


class PGGAN(NoiseToImageGAN):
    """Progressive growing of GANs, with the widths of Han et al. by default.

    Training passes through the phases "4", "4-8", "8", ..., ending at the final resolution; in a phase
    such as "4-8" the block of the higher resolution is blended in. Optimisers start afresh in each phase, as
    in Karras et al.'s own code: moments of another phase would scale the first steps of new layers wrongly.

    Args:
        config: of the GAN.
        image_shape: (size, size, channels); the size is a power of two from 8 to 1024.
        loss: any adversarial loss; `WGANGP` in the papers.
    """

    def __init__(self, config: PGGANConfig, image_shape: ImageShape, loss: AdversarialLoss) -> None:
        super().__init__(config, image_shape, loss)
        self.stages = stages(self.image_shape[0], config.first_resolution)
        self.stage = self.stages[-1]
        self._build()

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
        return tensors.normal((count, self.config.latent_size), seed)

    def phases(self, steps: int) -> tuple[Phase, ...]:
        """Share the steps among all phases; rounding never adds or loses one."""
        lengths = share(steps, self.stages, self.config.phase_share)
        return tuple(Phase(stage.name, length) for stage, length in zip(self.stages, lengths, strict=True))

    def enter(self, phase: int, start: int, steps: int) -> None:
        """Take up the networks of a phase; make new optimisers if it begins just now."""
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
        widths = Widths(
            size=size,
            image_channels=image_channels,
            channels=self.config.features,
            latent=self.config.latent_size,
            kernel=self.config.kernel,
            group=self.config.stddev_group,
            output=self.config.output,
        )
        self.built_stages: dict[str, tuple[keras.Model, keras.Model]] = {}
        self.fade = FadeIn(name="fade_in", dtype=at_least_float32())
        self.fade.build([])
        self.growing_generator = GrowingGenerator(widths, self.fade)
        self.growing_critic = GrowingCritic(widths, self.fade)
        self.generator_optimizer = self._adam(self.growing_generator)
        self.critic_optimizer = self._adam(self.growing_critic)
        self.fade_start, self.fade_steps = 0, 1

    def _adam(self, layers: keras.layers.Layer) -> keras.optimizers.Optimizer:
        adam = optimizers.Adam(
            self.config.learning_rate, self.config.beta_1, self.config.beta_2, epsilon=1e-8
        )
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
