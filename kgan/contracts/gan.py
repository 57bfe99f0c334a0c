"""The two kinds of GAN, and the step that all noise-to-image GANs share."""

import abc
from collections.abc import Mapping
from typing import Any, TypeVar

import keras
import tensorflow as tf

from kgan.contracts.config import CriticProperty, ImageShape, NoiseToImageConfig, from_json
from kgan.contracts.loss import AdversarialLoss, Critic
from kgan.contracts.trainable import Phase, Trainable
from kgan.contracts.training_options import TrainingOptions
from kgan.errors import RecipeError
from kgan.nn.augmentation import diff_augment
from kgan.nn.functional import FLOATS, Functional, Values, assign_updates, clean, replica_mean, values_of
from kgan.nn.gradient_norm import r1
from kgan.nn.learning_rates import rate_share

__all__ = ["GAN", "ImageToImageGAN", "NoiseToImageGAN", "Phase"]

_GAN = TypeVar("_GAN", bound="NoiseToImageGAN")

#: Streams of the augmentations of real images, generated ones, and those that a penalty looks at.
_VIEWS = ("augment real", "augment fake", "augment between")


class GAN(Trainable):
    """Base of both kinds."""

    #: Sentences on departures of this instance from the recipe or the paper; in the log and the report.
    notes: tuple[str, ...] = ()

    def finish(self) -> None:
        """Put what training kept aside (averaged weights) in its place, once, at the end."""


class NoiseToImageGAN(GAN):
    """Latents -> images. A plugin is final and brings networks, optimisers, latents and, if it must, phases.

    All else is here, once: the step, the moving average of the generator's weights, differentiable
    augmentation, R1, weight clipping, learning rates that fall. Each step updates the critic
    ``training_options.critic_updates`` times, each time on its own part of the batch, and then the generator
    ``training_options.generator_updates`` times.

    Args:
        config: of the GAN, kept as ``config``.
        image_shape: (height, width, channels) of the images.
        loss: any adversarial loss.
    """

    def __init__(self, config: NoiseToImageConfig, image_shape: ImageShape, loss: AdversarialLoss) -> None:
        super().__init__(config, image_shape)
        self.loss = loss
        self.training_options = config.training_options
        self.averages: list[tf.Variable] = []
        self.first_rates: dict[str, float] = {}

    def get_config(self) -> dict[str, Any]:
        """Return the JSON form of the configuration, and what the GAN was built with."""
        return {**super().get_config(), "loss": self.loss.get_config()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Build a GAN from what `get_config` returned."""
        loss = from_json(config["loss"]).build()
        return from_json(config).build(tuple(config["image_shape"]), loss)

    def train_as(self: _GAN, **options: Any) -> _GAN:
        """Change `TrainingOptions`; to be called before `begin`.

        Args:
            options: by the names of `TrainingOptions`; ``None`` leaves the plugin's own.

        Returns:
            the GAN itself.

        Raises:
            pydantic.ValidationError: an option out of range.
        """
        given = {name: value for name, value in options.items() if value is not None}
        self.training_options = TrainingOptions(**{**dict(self.training_options), **given})
        return self

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
        """Both losses, and the penalties that there are."""
        penalised = type(self.loss).penalty is not AdversarialLoss.penalty
        penalties = [*(["penalty"] if penalised else []), *(["r1"] if self.training_options.r1 else [])]
        return ("critic_loss", *penalties, "generator_loss")

    @property
    def batch_factor(self) -> int:
        """One batch for each critic update."""
        return self.training_options.critic_updates

    def clip_critic(self, limit: float) -> None:
        """Bring the critic's weights into [-limit, limit]."""
        for variable in self.critic.trainable_variables:
            variable.assign(tf.clip_by_value(tf.convert_to_tensor(variable.value), -limit, limit))

    def view(self, images: tf.Tensor) -> tf.Tensor:
        """Return real images as the critic of the current phase is to see them."""
        return images

    def sample(self, latents: tf.Tensor) -> tf.Tensor:
        """Generate images in inference mode, clipped to [-1, 1]."""
        return tf.clip_by_value(self.generator(latents, training=False), -1.0, 1.0)

    def begin(self, *, seed: int, jit: bool = False) -> None:
        """Set the run's seed and compiler; start the averages at the initial weights.

        Raises:
            RecipeError: the loss, or R1, needs a critic of another kind; a decay without its length.
        """
        self.training_options.check_length()
        self._check_requirements()
        super().begin(seed=seed, jit=jit)
        if self.training_options.average is not None and not self.averages:
            self.averages = [tf.Variable(v.value, trainable=False) for v in self.averaged_variables()]
        if not self.first_rates:
            self.first_rates = {name: _rate_of(optimizer) for name, optimizer in self.optimizers.items()}

    def averaged_variables(self) -> list[keras.Variable]:
        """Return the generator's floating-point variables of all phases.

        The moving statistics of batch normalisation are among them, as they belong to the weights.
        """
        return [variable for variable in self.generator.variables if variable.dtype.startswith(FLOATS)]

    def compile_differentiation(self) -> None:
        """Wrap the two differentiations for the current phase."""
        self.differentiate_critic = self.as_graph(self._differentiate_critic)
        self.differentiate_generator = self.as_graph(self._differentiate_generator)

    def train_step(self, data: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train on one batch.

        Args:
            data: (critic_updates * n, *image_shape) float32 in [-1, 1].

        Returns:
            dict: running means of the `reported`.
        """
        results: dict[str, tf.Tensor] = {}
        for update, real in enumerate(tf.split(data, self.training_options.critic_updates)):
            results.update(self._update_critic(self.view(real), update))
        count = tf.shape(data)[0] // self.training_options.critic_updates
        for update in range(self.training_options.generator_updates):
            results.update(self._update_generator(count, update))
        return self.report(**results)

    def advance(self) -> None:
        """Count the step, set the next one's learning rates, move the averages of what the phase trains.

        Early in a phase they follow faster, as a layer that is new in it starts untrained.
        """
        super().advance()
        self._set_rates()
        if self.training_options.average is None:
            return
        step = tf.cast(self.step - self.phase_start, tf.float32)
        decay = tf.minimum(self.training_options.average, (1.0 + step) / (10.0 + step))
        trained = {id(variable) for variable in self.generator.variables}
        for kept, variable in zip(self.averages, self.averaged_variables(), strict=True):
            if id(variable) in trained:
                kept.assign_add((1.0 - decay) * (tf.cast(variable.value, kept.dtype) - kept))

    def finish(self) -> None:
        """Put the averaged weights, if there are any, into the generator."""
        if not self.averages:
            return
        for kept, variable in zip(self.averages, self.averaged_variables(), strict=True):
            variable.assign(kept)

    def state(self) -> list[Any]:
        """Return all variables of a continued training, the averages among them."""
        return super().state() + list(self.averages)

    def _check_requirements(self) -> None:
        """Refuse a loss, or R1, that requires what the critic does not offer."""
        required = [(requirement, type(self.loss).__name__) for requirement in self.loss.config.requires]
        if self.training_options.r1:
            required.append((CriticProperty.INDEPENDENT_SCORES, "R1"))
        missing = self.config.missing_properties()
        for critic_property, who in required:
            if critic_property in missing:
                field = missing[critic_property]
                raise RecipeError(
                    f"{who} needs {critic_property.value}: {critic_property.reason}. "
                    f"{field}: {getattr(self.config, field)} takes them away; choose another value or "
                    "another loss"
                )

    def _set_rates(self) -> None:
        if not self.training_options.changes_rates:
            return
        options = self.training_options
        share = rate_share(
            self.step, halve_every=options.halve_every, decay=options.decay, steps=options.steps
        )
        for name, optimizer in self.optimizers.items():
            _inner(optimizer).learning_rate.assign(self.first_rates[name] * share)

    def _update_critic(self, real: tf.Tensor, update: int) -> dict[str, tf.Tensor]:
        latents = self.sample_latents(tf.shape(real)[0], self.seed_for(f"critic/{update}/latents"))
        seeds = {what: self.seed_for(f"critic/{update}/{what}") for what in ("penalty", *_VIEWS)}

        values = values_of(self.critic), values_of(self.generator)
        results, gradients, updates = self.differentiate_critic(*values, real, latents, seeds)

        self.optimizers["critic"].apply(gradients, self.critic.trainable_variables)
        assign_updates(self.critic, updates)
        if self.loss.clip is not None:
            self.clip_critic(self.loss.clip)
        return results

    def _update_generator(self, count: tf.Tensor, update: int) -> dict[str, tf.Tensor]:
        latents = self.sample_latents(count, self.seed_for(f"generator/{update}/latents"))
        seed = self.seed_for(f"generator/{update}/augment fake")

        values = values_of(self.critic), values_of(self.generator)
        results, gradients, updates = self.differentiate_generator(*values, latents, seed)

        self.optimizers["generator"].apply(gradients, self.generator.trainable_variables)
        assign_updates(self.generator, updates)
        return results

    def _differentiate_critic(
        self,
        critic_values: Values,
        generator_values: Values,
        real: tf.Tensor,
        latents: tf.Tensor,
        seeds: Mapping[str, tf.Tensor],
    ) -> tuple[Any, ...]:
        critic, generator = (
            Functional(self.critic, critic_values),
            Functional(self.generator, generator_values),
        )
        fake = tf.stop_gradient(generator(latents))
        on_real, on_fake, on_between = (self._augmenting(critic, seeds[view]) for view in _VIEWS)
        with tf.GradientTape() as tape:
            tape.watch(critic.trainable)
            results = {"critic_loss": self.loss.discriminator(on_real(real), on_fake(fake))}
            penalty = self.loss.penalty(on_between, real, fake, seeds["penalty"])
            if penalty is not None:
                results["penalty"] = penalty
            if self.training_options.r1:
                results["r1"] = r1(on_real, real, self.training_options.r1)
            objective = tf.add_n([replica_mean(value) for value in results.values()])
            objective = self.optimizers["critic"].scale_loss(objective)
        gradients = tape.gradient(objective, critic.trainable)
        names = [variable.path for variable in self.critic.trainable_variables]
        return results, clean(gradients, names), critic.updates

    def _differentiate_generator(
        self, critic_values: Values, generator_values: Values, latents: tf.Tensor, seed: tf.Tensor
    ) -> tuple[Any, ...]:
        critic, generator = (
            Functional(self.critic, critic_values),
            Functional(self.generator, generator_values),
        )
        on_fake = self._augmenting(critic, seed)
        with tf.GradientTape() as tape:
            tape.watch(generator.trainable)
            loss = self.loss.generator(on_fake(generator(latents)))
            objective = self.optimizers["generator"].scale_loss(replica_mean(loss))
        gradients = tape.gradient(objective, generator.trainable)
        names = [variable.path for variable in self.generator.trainable_variables]
        return {"generator_loss": loss}, clean(gradients, names), generator.updates

    def _augmenting(self, critic: Critic, seed: tf.Tensor) -> Critic:
        """Return the critic of augmented images, or itself where nothing is augmented."""
        if not self.training_options.augment:
            return critic
        return lambda images: critic(diff_augment(images, self.training_options.augment, seed))


class ImageToImageGAN(GAN):
    """Source and target images -> refined images. A plugin is final."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Build a GAN from what `get_config` returned."""
        return from_json(config).build(tuple(config["image_shape"]))

    @property
    @abc.abstractmethod
    def refiner(self) -> keras.Model:
        """Images (n, height, width, channels) float32 in [-1, 1] -> refined images of the same shape."""

    def refine(self, images: tf.Tensor) -> tf.Tensor:
        """Refine a batch, in inference mode, clipped to [-1, 1]."""
        return tf.clip_by_value(self.refiner(images, training=False), -1.0, 1.0)


def _rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    return float(tf.convert_to_tensor(_inner(optimizer).learning_rate))


def _inner(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    return getattr(optimizer, "inner_optimizer", optimizer)
