"""SimGAN: a refiner that makes synthetic images look real and leaves what they show in its place."""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from kgan.contracts.config import ImageShape
from kgan.contracts.gan import ImageToImageGAN, Phase
from kgan.nn import optimizers
from kgan.nn.batch_norm import BatchNorm
from kgan.nn.convolution import Conv2D
from kgan.nn.functional import Functional, Values, assign_updates, built, clean, replica_mean, values_of
from kgan.random import tensors
from kgan_plugins.gans.simgan.config import SimGANConfig
from kgan_plugins.gans.simgan.image_buffer import ImageBuffer
from kgan_plugins.gans.simgan.losses import REAL, REFINED, local_cross_entropy, self_regularisation
from kgan_plugins.layers.changed_image import ChangedImage

# Keras's 0.99 would still be far from the statistics after a demo's few hundred updates.
_BATCH_NORM_MOMENTUM = 0.9


class SimGAN(ImageToImageGAN):
    """SimGAN in the architecture of Han et al. 2019, table 3.

    A step of the adversarial phase is one turn of the outer loop of Shrivastava's algorithm 1:
    ``refiner_updates`` updates of the refiner and then one of the critic, each on images of its own.
    A step of the phase before it is one update of the refiner on self-regularisation alone.

    λ and the learning rate mean at every size of image what they mean at the paper's: see `simgan_losses`.

    Where the two papers are silent, these are decisions of ours: losses are averaged over the batch; the
    critic's last layer gives raw logits (table 3 has a ReLU there, under which the softmax loses its gradient
    as soon as both logits are negative); the max-pools are 3x3; the critic always sees real and refined
    images in one batch, as batch normalisation of each kind apart takes away most of what
    distinguishes them (in a trial on blurred images 200 updates then taught it nothing; together, nearly
    everything); the image buffer serves half of the refined images once it is full, and is one for all
    replicas. Residual blocks end in the sum, as table 3 lists no activation after their second convolution;
    Shrivastava's have a ReLU there (``block_relu``).

    Args:
        config: of the GAN.
        image_shape: (height, width, channels); at least 29 px a side.
    """

    def __init__(self, config: SimGANConfig, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        self.adversarial = True
        rate, halve_at = config.learning_rate, config.halve_at
        self._refiner = _build_refiner(self.image_shape, config)
        self._critic = _build_critic(self.image_shape, config.width, config.stride_for(self.image_shape))
        refiner_updates = config.warm_up + config.refiner_updates * halve_at
        self._optimizers = {
            "refiner": _optimizer(self._refiner, rate, refiner_updates),
            "critic": _optimizer(self._critic, rate, halve_at),
        }
        self._buffer = ImageBuffer(self.image_shape, config.buffer) if config.buffer else None

    @property
    def refiner(self) -> keras.Model:
        """Images (n, *image_shape) float32 in [-1, 1] -> refined images of the same shape, in [-1, 1]."""
        return self._refiner

    @property
    def critic(self) -> keras.Model:
        """Images -> (n, rows, columns, 2) float32 logits; channel 0 says real, channel 1 refined."""
        return self._critic

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Refiner and critic."""
        return {"refiner": self.refiner, "critic": self.critic}

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """Two of SGD without momentum."""
        return self._optimizers

    @property
    def reported(self) -> tuple[str, ...]:
        """The refiner's two terms and the critic's loss."""
        return ("regularisation", "realism", "critic_loss")

    @property
    def batch_factor(self) -> int:
        """One batch for each update of the refiner and one for the critic's."""
        return self.config.refiner_updates + 1

    def phases(self, steps: int) -> tuple[Phase, ...]:
        """The warm-up comes before the ``steps`` adversarial steps, not out of them."""
        return Phase("refiner alone", self.config.warm_up, counted=False), Phase("adversarial", steps)

    def enter(self, phase: int, start: int, steps: int) -> None:
        """Choose between self-regularisation alone and the whole loss."""
        self.adversarial = phase == 1
        super().enter(phase, start, steps)

    def state(self) -> list[Any]:
        """Return all variables of a continued training, the image buffer among them."""
        return super().state() + ([self._buffer.images] if self._buffer else [])

    def compile_differentiation(self) -> None:
        """Wrap the two differentiations and the refinement that the critic is shown."""
        self.differentiate_refiner = self.as_graph(self._differentiate_refiner)
        self.differentiate_critic = self.as_graph(self._differentiate_critic)
        self.refine_purely = self.as_graph(self._refine_purely)

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        """Train on one batch.

        Args:
            data: source and target images, each (batch_factor * n, *image_shape) float32 in [-1, 1]. Each
                update takes n of both that no other takes; a warm-up step leaves all but n sources.

        Returns:
            dict: running means of ``regularisation`` (weighted) and, in the adversarial phase, of
            ``realism`` and ``critic_loss``.
        """
        batches = list(zip(*(tf.split(images, self.batch_factor) for images in data), strict=True))
        if not self.adversarial:
            return self.report(**self._update_refiner(*batches[0]))
        for batch in batches[:-1]:
            self.report(**self._update_refiner(*batch))
        return self.report(**self._update_critic(*batches[-1]))

    def _update_refiner(self, source: tf.Tensor, target: tf.Tensor) -> dict[str, tf.Tensor]:
        values = values_of(self.refiner), values_of(self.critic)
        results, gradients, updates = self.differentiate_refiner(*values, source, target)

        self.optimizers["refiner"].apply(gradients, self.refiner.trainable_variables)
        assign_updates(self.refiner, updates)
        return results

    def _update_critic(self, source: tf.Tensor, target: tf.Tensor) -> dict[str, tf.Tensor]:
        fresh = self.refine_purely(values_of(self.refiner), source)
        shown = self._shown(fresh)

        loss, gradients, updates = self.differentiate_critic(values_of(self.critic), target, shown)

        self.optimizers["critic"].apply(gradients, self.critic.trainable_variables)
        assign_updates(self.critic, updates)
        if self._buffer:
            self._buffer.remember(fresh, tensors.common_seed(self.run_seed, "history/replaced", self.step))
        return {"critic_loss": loss}

    def _differentiate_refiner(
        self, refiner_values: Values, critic_values: Values, source: tf.Tensor, target: tf.Tensor
    ) -> tuple[Any, ...]:
        refiner, critic = Functional(self.refiner, refiner_values), Functional(self.critic, critic_values)
        with tf.GradientTape() as tape:
            tape.watch(refiner.trainable)
            refined = refiner(source)
            loss = self.config.regularisation * self_regularisation(refined, source)
            results = {"regularisation": loss}
            if self.adversarial:
                logits, _ = _judge(critic, refined, target)
                results["realism"] = local_cross_entropy(logits, REAL)
                loss += results["realism"]
            objective = self.optimizers["refiner"].scale_loss(replica_mean(loss))
        gradients = tape.gradient(objective, refiner.trainable)
        names = [variable.path for variable in self.refiner.trainable_variables]
        return results, clean(gradients, names), refiner.updates

    def _differentiate_critic(
        self, critic_values: Values, target: tf.Tensor, refined: tf.Tensor
    ) -> tuple[Any, ...]:
        critic = Functional(self.critic, critic_values)
        with tf.GradientTape() as tape:
            tape.watch(critic.trainable)
            refined, real = _judge(critic, refined, target)
            loss = local_cross_entropy(refined, REFINED) + local_cross_entropy(real, REAL)
            objective = self.optimizers["critic"].scale_loss(replica_mean(loss))
        gradients = tape.gradient(objective, critic.trainable)
        names = [variable.path for variable in self.critic.trainable_variables]
        return loss, clean(gradients, names), critic.updates

    def _shown(self, fresh: tf.Tensor) -> tf.Tensor:
        """Return the refined images that the critic sees: half are from the image buffer, if there is one."""
        if self._buffer is None:
            return fresh
        return self._buffer.mix(fresh, tensors.common_seed(self.run_seed, "history/shown", self.step))

    def _refine_purely(self, refiner_values: Values, source: tf.Tensor) -> tf.Tensor:
        return Functional(self.refiner, refiner_values)(source)


def _judge(critic: Functional, refined: tf.Tensor, real: tf.Tensor) -> list[tf.Tensor]:
    """Return the critic's logits of both, normalised as one batch."""
    return tf.split(critic(tf.concat([refined, real], axis=0)), 2)


def _optimizer(network: keras.Model, learning_rate: float, updates: int) -> keras.optimizers.Optimizer:
    """Return SGD whose learning rate is half from update number ``updates`` (from 0) on."""
    rates = [learning_rate, learning_rate / 2]
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([updates - 1], rates)
    return built(optimizers.SGD(schedule), network.trainable_variables)


def _filters(filters: int, width: float) -> int:
    return max(1, round(filters * width))


def _normed(x: keras.KerasTensor, filters: int, size: int, name: str, **options: Any) -> keras.KerasTensor:
    x = Conv2D(filters, size, use_bias=False, name=name, **options)(x)
    return BatchNorm(momentum=_BATCH_NORM_MOMENTUM, name=f"{name}_bn")(x)


def _build_refiner(image_shape: ImageShape, config: SimGANConfig) -> keras.Model:
    filters = _filters(64, config.width)
    images = keras.Input(image_shape)
    x = layers.ReLU(name="first_relu")(_normed(images, filters, 9, "first", padding="same"))
    for number in range(1, config.blocks + 1):
        name = f"block{number}"
        inner = _normed(x, filters, 3, f"{name}_1", padding="same")
        inner = layers.ReLU(name=f"{name}_relu")(inner)
        inner = _normed(inner, filters, 3, f"{name}_2", padding="same")
        x = layers.Add(name=f"{name}_sum")([x, inner])
        x = layers.ReLU(name=f"{name}_sum_relu")(x) if config.block_relu else x
    if config.residual:
        no_change = {"kernel_initializer": "zeros", "dtype": "float32", "name": "change"}
        x = ChangedImage(name="refined")([images, layers.Conv2D(image_shape[-1], 1, **no_change)(x)])
    else:
        x = layers.Conv2D(image_shape[-1], 1, activation="tanh", dtype="float32", name="refined")(x)
    return keras.Model(images, x, name="refiner")


def _build_critic(image_shape: tuple[Any, ...], width: float, stride: int) -> keras.Model:
    images = keras.Input(image_shape)
    x = layers.ReLU()(_normed(images, _filters(96, width), 9, "conv1", strides=stride))
    x = layers.ReLU()(_normed(x, _filters(64, width), 5, "conv2"))
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool1")(x)
    x = layers.ReLU()(_normed(x, _filters(64, width), 5, "conv3", strides=2))
    x = layers.ReLU()(_normed(x, _filters(32, width), 3, "conv4"))
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool2")(x)
    x = layers.ReLU()(_normed(x, _filters(32, width), 1, "conv5"))
    x = layers.Conv2D(2, 1, dtype="float32", name="logits")(x)
    return keras.Model(images, x, name="critic")
