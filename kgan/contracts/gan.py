"""The two kinds of GAN, and the step that all noise-to-image GANs share."""

import abc
from collections.abc import Sequence

import keras
import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss
from kgan.contracts.pure import Pure, Values, assign_updates, clean, replica_mean, values_of
from kgan.contracts.trainable import Phase, Trainable

__all__ = ["GAN", "ImageToImageGAN", "NoiseToImageGAN", "Phase"]


class GAN(Trainable):
    """Base of both kinds."""

    def finish(self) -> None:
        """Put what training kept aside (averaged weights) in its place, once, at the end."""


class NoiseToImageGAN(GAN):
    """Latents -> images. A plugin is final and brings networks, optimisers and, if it must, phases.

    Each step updates the critic ``critic_updates`` times, each time on its own part of the batch, and then
    the generator ``generator_updates`` times.

    Args:
        image_shape: (height, width, channels) of the images.
        loss: any adversarial loss.
        critic_updates: critic updates a step.
        generator_updates: generator updates a step.
        average: decay of the moving average of the generator's weights, or ``None`` for none.
    """

    def __init__(
        self,
        image_shape: Sequence[int],
        loss: AdversarialLoss,
        *,
        critic_updates: int = 1,
        generator_updates: int = 1,
        average: float | None = None,
    ) -> None:
        super().__init__()
        self.image_shape = tuple(image_shape)
        self.loss = loss
        self.critic_updates = critic_updates
        self.generator_updates = generator_updates
        self.average = average
        self.averages: list[tf.Variable] = []

    @property
    @abc.abstractmethod
    def generator(self) -> keras.Model:
        """Latents (n, latent) float32 -> images (n, *image_shape) float32; in [-1, 1] after `sample`."""

    @property
    @abc.abstractmethod
    def critic(self) -> keras.Model:
        """Images (n, *image_shape) float32 in [-1, 1] -> raw scores (n, 1) float32."""

    @abc.abstractmethod
    def sample_latents(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draw latents (count, latent) float32 from the GAN's own distribution.

        Args:
            count: how many.
            seed: (2,) int64, for a stateless draw.
        """

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Generator and critic of the current phase."""
        return {"generator": self.generator, "critic": self.critic}

    @property
    def reported(self) -> tuple[str, ...]:
        """Both losses and, where the loss has one, its penalty."""
        penalised = type(self.loss).penalty is not AdversarialLoss.penalty
        return ("critic_loss", *(["penalty"] if penalised else []), "generator_loss")

    @property
    def batch_factor(self) -> int:
        """One batch for each critic update."""
        return self.critic_updates

    def view(self, images: tf.Tensor) -> tf.Tensor:
        """Return real images as the critic of the current phase is to see them."""
        return images

    def sample(self, latents: tf.Tensor) -> tf.Tensor:
        """Generate images in inference mode, clipped to [-1, 1]."""
        return tf.clip_by_value(self.generator(latents, training=False), -1.0, 1.0)

    def begin(self, *, seed: int, jit: bool = False) -> None:
        """Set the run's seed and compiler; start the averages at the initial weights."""
        super().begin(seed=seed, jit=jit)
        if self.average is not None and not self.averages:
            self.averages = [tf.Variable(v.value, trainable=False) for v in self.averaged_variables()]

    def averaged_variables(self) -> list[keras.Variable]:
        """Return the generator's trainable variables of all phases."""
        return list(self.generator.trainable_variables)

    def compile_differentiation(self) -> None:
        """Wrap the two differentiations for the current phase."""
        self.differentiate_critic = self.as_graph(self._differentiate_critic)
        self.differentiate_generator = self.as_graph(self._differentiate_generator)

    def train_step(self, data: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train on one batch.

        Args:
            data: (critic_updates * n, *image_shape) float32 in [-1, 1].

        Returns:
            dict: running means of ``critic_loss``, ``penalty`` (where the loss has one), ``generator_loss``.
        """
        results: dict[str, tf.Tensor] = {}
        for update, real in enumerate(tf.split(data, self.critic_updates)):
            results.update(self._update_critic(self.view(real), update))
        count = tf.shape(data)[0] // self.critic_updates
        for update in range(self.generator_updates):
            results.update(self._update_generator(count, update))
        return self.report(**results)

    def advance(self) -> None:
        """Count the step and move the averages of what the current phase trains.

        Early in a phase they follow faster, as a layer that is new in it starts untrained.
        """
        super().advance()
        if self.average is None:
            return
        step = tf.cast(self.step - self.phase_start, tf.float32)
        decay = tf.minimum(self.average, (1.0 + step) / (10.0 + step))
        trained = {id(variable) for variable in self.generator.trainable_variables}
        for kept, variable in zip(self.averages, self.averaged_variables(), strict=True):
            if id(variable) in trained:
                kept.assign_add((1.0 - decay) * (tf.cast(variable.value, kept.dtype) - kept))

    def finish(self) -> None:
        """Put the averaged weights, if there are any, into the generator."""
        for kept, variable in zip(self.averages, self.averaged_variables(), strict=True):
            variable.assign(kept)

    def state(self) -> list:
        """Return all variables of a continued training, the averages among them."""
        return super().state() + list(self.averages)

    def _update_critic(self, real: tf.Tensor, update: int) -> dict[str, tf.Tensor]:
        latents = self.sample_latents(tf.shape(real)[0], self.seed_for(f"critic/{update}/latents"))
        seed = self.seed_for(f"critic/{update}/penalty")

        values = values_of(self.critic), values_of(self.generator)
        results, gradients, updates = self.differentiate_critic(*values, real, latents, seed)

        self.optimizers["critic"].apply(gradients, self.critic.trainable_variables)
        assign_updates(self.critic, updates)
        return results

    def _update_generator(self, count: tf.Tensor, update: int) -> dict[str, tf.Tensor]:
        latents = self.sample_latents(count, self.seed_for(f"generator/{update}/latents"))

        values = values_of(self.critic), values_of(self.generator)
        results, gradients, updates = self.differentiate_generator(*values, latents)

        self.optimizers["generator"].apply(gradients, self.generator.trainable_variables)
        assign_updates(self.generator, updates)
        return results

    def _differentiate_critic(
        self,
        critic_values: Values,
        generator_values: Values,
        real: tf.Tensor,
        latents: tf.Tensor,
        seed: tf.Tensor,
    ) -> tuple:
        critic, generator = Pure(self.critic, critic_values), Pure(self.generator, generator_values)
        fake = tf.stop_gradient(generator(latents))
        with tf.GradientTape() as tape:
            tape.watch(critic.trainable)
            loss = self.loss.discriminator(critic(real), critic(fake))
            results = {"critic_loss": loss}
            objective = replica_mean(loss)
            penalty = self.loss.penalty(critic, real, fake, seed)
            if penalty is not None:
                results["penalty"] = penalty
                objective += replica_mean(penalty)
            objective = self.optimizers["critic"].scale_loss(objective)
        gradients = tape.gradient(objective, critic.trainable)
        names = [variable.path for variable in self.critic.trainable_variables]
        return results, clean(gradients, names), critic.updates

    def _differentiate_generator(
        self, critic_values: Values, generator_values: Values, latents: tf.Tensor
    ) -> tuple:
        critic, generator = Pure(self.critic, critic_values), Pure(self.generator, generator_values)
        with tf.GradientTape() as tape:
            tape.watch(generator.trainable)
            loss = self.loss.generator(critic(generator(latents)))
            objective = self.optimizers["generator"].scale_loss(replica_mean(loss))
        gradients = tape.gradient(objective, generator.trainable)
        names = [variable.path for variable in self.generator.trainable_variables]
        return {"generator_loss": loss}, clean(gradients, names), generator.updates


class ImageToImageGAN(GAN):
    """Source and target images -> refined images. A plugin is final and takes ``image_shape`` first."""

    @property
    @abc.abstractmethod
    def refiner(self) -> keras.Model:
        """Images (n, height, width, channels) float32 in [-1, 1] -> refined images of the same shape."""

    def refine(self, images: tf.Tensor) -> tf.Tensor:
        """Refine a batch, in inference mode, clipped to [-1, 1]."""
        return tf.clip_by_value(self.refiner(images, training=False), -1.0, 1.0)
