"""Networks that grow: layers made once, and a Keras model over them for each stage of growth.

Reference:
    Karras et al., Progressive Growing of GANs, 2018, arXiv:1710.10196, sections 2 and 3, and table 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kgan_plugins.gans.pggan.growth import BASE, Stage, resolutions
from kgan_plugins.layers.equalized import (
    EqualizedConv2D,
    EqualizedDense,
    EqualizedUpConv2D,
    LatentToGrid,
    PixelNorm,
    at_least_float32,
)
from kgan_plugins.layers.minibatch_discrimination import MinibatchStddev


@dataclass(frozen=True)
class Widths:
    """What fixes the size of both networks.

    Args:
        size: height and width of the final images, a power of two.
        image_channels: channels of the images.
        channels: resolution -> features, for 4, 8, ..., ``size``.
        latent: features of the latents.
        kernel: side of the convolutions' kernels.
        group: of the minibatch standard deviation.
        output: what the generator's last convolution goes through: ``"linear"`` or ``"tanh"``.
    """

    size: int
    image_channels: int
    channels: Mapping[int, int]
    latent: int
    kernel: int
    group: int
    output: str = "linear"


def upsample(images: tf.Tensor) -> tf.Tensor:
    """Repeat each pixel twice in both directions; (n, h, w, c) -> (n, 2h, 2w, c).

    Concatenation and reshaping have exact first and second derivatives, with and without XLA, which
    ``tf.image.resize`` has not, and copy whole rows.
    """
    count = tf.shape(images)[0]
    _, height, width, channels = images.shape
    rows = tf.reshape(tf.concat([images, images], axis=3), (count, height, 1, 2 * width * channels))
    return tf.reshape(tf.concat([rows, rows], axis=2), (count, 2 * height, 2 * width, channels))


def downsample(images: tf.Tensor, factor: int = 2) -> tf.Tensor:
    """Average squares of ``factor`` by ``factor`` pixels."""
    if factor == 1:
        return images
    return tf.nn.avg_pool2d(images, factor, factor, "VALID")


@keras.saving.register_keras_serializable("kgan_plugins")
class Upsample(keras.layers.Layer):
    """`upsample` as a layer."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, h, w, c) to (n, 2h, 2w, c)."""
        return upsample(inputs)


@keras.saving.register_keras_serializable("kgan_plugins")
class Downsample(keras.layers.Layer):
    """`downsample` by two as a layer."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, 2h, 2w, c) to (n, h, w, c)."""
        return downsample(inputs)


@keras.saving.register_keras_serializable("kgan_plugins")
class FadeIn(keras.layers.Layer):
    """Blends the old path into the new one; ``alpha`` is the share of the new."""

    def build(self, input_shape: list[Any]) -> None:
        """Make ``alpha``, a scalar in [0, 1]."""
        self.alpha = self.add_weight(
            shape=(), initializer="ones", trainable=False, name="alpha", aggregation="only_first_replica"
        )

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        """Map [old, new] of one shape to a blend of that shape."""
        old, new = inputs
        alpha = tf.cast(tf.convert_to_tensor(self.alpha), new.dtype)
        # Both ends are exact, unlike old + alpha * (new - old).
        return (1.0 - alpha) * old + alpha * new


class GrowingGenerator(keras.layers.Layer):
    """All layers of the generator; `stage` makes the model of one state of growth.

    Args:
        widths: of the networks.
        fade: the blend, shared with the critic.
    """

    def __init__(self, widths: Widths, fade: FadeIn) -> None:
        super().__init__(name="generator")
        self.widths = widths
        self.fade = fade
        features = widths.channels
        self.first = LatentToGrid(features[BASE], BASE, name="generator_4_latent")
        self.first.build((None, widths.latent))
        self.convolutions = {BASE: [self._convolution(BASE, features[BASE], 1)]}
        for r in resolutions(widths.size)[1:]:
            self.convolutions[r] = [
                self._convolution(r, features[r // 2], 0, EqualizedUpConv2D),
                self._convolution(r, features[r], 1),
            ]
        self.to_image = {r: self._to_image(r) for r in resolutions(widths.size)}
        self.built = True

    def stage(self, stage: Stage) -> keras.Model:
        """Return latents (n, latent) -> images (n, resolution, resolution, channels).

        They are not clipped: a linear output may leave [-1, 1].
        """
        latents = keras.Input((self.widths.latent,), name="latents")
        x = PixelNorm(name="latent_norm")(latents)
        x = PixelNorm(name="norm_4_0")(self.first(x))
        below = x
        for r in resolutions(self.widths.size):
            if r > stage.resolution:
                break
            if r > BASE:
                below = x
            first = 1 if r == BASE else 0
            for number, convolution in enumerate(self.convolutions[r], first):
                x = PixelNorm(name=f"norm_{r}_{number}")(convolution(x))
        images = self.to_image[stage.resolution](x)
        if stage.fading:
            old = Upsample(name="up_old")(self.to_image[stage.resolution // 2](below))
            images = self.fade([old, images])
        if self.widths.output != "linear":
            activation = keras.layers.Activation
            images = activation(self.widths.output, dtype=at_least_float32(), name="output")(images)
        return keras.Model(latents, images, name=f"generator_{stage.name}")

    def _convolution(
        self, resolution: int, inputs: int, number: int, kind: type[EqualizedConv2D] = EqualizedConv2D
    ) -> EqualizedConv2D:
        filters, size = self.widths.channels[resolution], self.widths.kernel
        layer = kind(filters, size, name=f"generator_{resolution}_{number}")
        layer.build((None, resolution, resolution, inputs))
        return layer

    def _to_image(self, resolution: int) -> EqualizedConv2D:
        name = f"to_image_{resolution}"
        layer = EqualizedConv2D(
            self.widths.image_channels, 1, linear=True, dtype=at_least_float32(), name=name
        )
        layer.build((None, resolution, resolution, self.widths.channels[resolution]))
        return layer


class GrowingCritic(keras.layers.Layer):
    """All layers of the critic; `stage` makes the model of one state of growth.

    Args:
        widths: of the networks.
        fade: the blend, shared with the generator.
    """

    def __init__(self, widths: Widths, fade: FadeIn) -> None:
        super().__init__(name="critic")
        self.widths = widths
        self.fade = fade
        features = widths.channels
        self.from_image = {r: self._from_image(r) for r in resolutions(widths.size)}
        self.convolutions = {}
        for r in resolutions(widths.size)[1:]:
            self.convolutions[r] = [
                self._convolution(r, features[r], 0),
                self._convolution(r, features[r // 2], 1),
            ]
        base = features[BASE]
        self.deviation = MinibatchStddev(widths.group, name="minibatch_stddev")
        self.last = EqualizedConv2D(base, widths.kernel, name="critic_4_0")
        self.last.build((None, BASE, BASE, base + 1))
        self.whole = EqualizedConv2D(base, BASE, padding="valid", name="critic_4_1")
        self.whole.build((None, BASE, BASE, base))
        self.score = EqualizedDense(1, linear=True, dtype=at_least_float32(), name="score")
        self.score.build((None, base))
        self.built = True

    def stage(self, stage: Stage) -> keras.Model:
        """Return images (n, resolution, resolution, channels) -> scores (n, 1)."""
        resolution = stage.resolution
        images = keras.Input((resolution, resolution, self.widths.image_channels), name="images")
        x = self.from_image[resolution](images)
        for r in reversed(resolutions(self.widths.size)[1:]):
            if r > resolution:
                continue
            for convolution in self.convolutions[r]:
                x = convolution(x)
            x = Downsample(name=f"down_{r}")(x)
            if stage.fading and r == resolution:
                old = self.from_image[r // 2](Downsample(name="down_old")(images))
                x = self.fade([old, x])
        x = self.whole(self.last(self.deviation(x)))
        scores = self.score(keras.layers.Flatten(name="flatten")(x))
        return keras.Model(images, scores, name=f"critic_{stage.name}")

    def _convolution(self, resolution: int, filters: int, number: int) -> EqualizedConv2D:
        layer = EqualizedConv2D(filters, self.widths.kernel, name=f"critic_{resolution}_{number}")
        layer.build((None, resolution, resolution, self.widths.channels[resolution]))
        return layer

    def _from_image(self, resolution: int) -> EqualizedConv2D:
        layer = EqualizedConv2D(self.widths.channels[resolution], 1, name=f"from_image_{resolution}")
        layer.build((None, resolution, resolution, self.widths.image_channels))
        return layer
