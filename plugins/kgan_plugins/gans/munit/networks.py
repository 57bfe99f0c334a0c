"""The networks of MUNIT, as Han et al. 2019, table 2, has them: encoders, decoders, critics of three scales.

Reference:
    Huang et al., Multimodal Unsupervised Image-to-Image Translation, 2018, arXiv:1804.04732, section 5.1 and
    appendix B.2; Han et al., Combining Noise-to-Image and Image-to-Image GANs, 2019, table 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from kgan.nn.convolution import Conv2D
from kgan_plugins.gans.munit.config import STRIDE, channels_inside
from kgan_plugins.layers.adaptive_norm import AdaptiveInstanceNorm, InstanceNorm, LearntParameters
from kgan_plugins.layers.changed_image import ChangedImage
from kgan_plugins.layers.equalized import NEGATIVE_SLOPE, at_least_float32

#: Where images come from and where they go to.
DOMAINS = ("source", "target")

_CRITIC_FILTERS = (64, 128, 256, 512)
_STYLE_DOWN = 4
_MLP_UNITS = 256


@dataclass(frozen=True)
class Plan:
    """What fixes the size of all networks.

    Args:
        image_shape: (height, width, channels) of the images in stores.
        width: multiplies the number of filters of every layer but the outputs.
        blocks: residual blocks of each encoder and each decoder.
        scales: at which each critic looks.
        style: numbers of a style code, or ``None``.
        residual: whether decoders add a change to the image that was encoded.
    """

    image_shape: tuple[int, ...]
    width: float
    blocks: int
    scales: int
    style: int | None
    residual: bool = False

    @property
    def inside(self) -> tuple[int, int, int]:
        """Shape of the images as the networks see them."""
        height, width, channels = self.image_shape
        return height, width, channels_inside(channels)

    @property
    def content(self) -> tuple[int, int, int]:
        """Shape of a content code."""
        height, width, _ = self.image_shape
        return height // STRIDE, width // STRIDE, self.filters(256)

    def filters(self, published: int) -> int:
        """Return how many filters a layer has here."""
        return max(1, round(published * self.width))


@keras.saving.register_keras_serializable("kgan_plugins")
class Reflect(layers.Layer):
    """Pads both sides of an image by reflecting what is there.

    Args:
        pixels: on each side.
    """

    def __init__(self, pixels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pixels = pixels

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map (n, h, w, c) to (n, h + 2 pixels, w + 2 pixels, c)."""
        both = (self.pixels, self.pixels)
        return tf.pad(inputs, ((0, 0), both, both, (0, 0)), "REFLECT")


@keras.saving.register_keras_serializable("kgan_plugins")
class MiddleStyle(layers.Layer):
    """Gives every image the style code zero, the middle of what style codes are drawn from.

    Args:
        size: numbers of a style code.
    """

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Map anything of n images to (n, size)."""
        return tf.zeros((tf.shape(inputs)[0], self.size), self.compute_dtype)


def content_encoder(plan: Plan, name: str) -> keras.Model:
    """Return images -> content codes (n, height / 4, width / 4, 256) float32, instance-normalised."""
    images = keras.Input(plan.inside, name="images")
    x = images
    for number, (size, filters, stride) in enumerate(((7, 64, 1), (4, 128, 2), (4, 256, 2)), 1):
        x = _convolved(x, plan.filters(filters), size, f"conv{number}", stride, use_bias=False)
        x = layers.ReLU(name=f"conv{number}_relu")(InstanceNorm(name=f"conv{number}_norm")(x))
    for number in range(1, plan.blocks + 1):
        block = f"block{number}"
        inner = _convolved(x, x.shape[-1], 3, f"{block}_1", use_bias=False)
        inner = layers.ReLU(name=f"{block}_relu")(InstanceNorm(name=f"{block}_1_norm")(inner))
        inner = _convolved(inner, x.shape[-1], 3, f"{block}_2", use_bias=False)
        inner = InstanceNorm(name=f"{block}_2_norm")(inner)
        dtype = at_least_float32() if number == plan.blocks else None
        x = layers.Add(dtype=dtype, name=f"{block}_sum")([x, inner])
    return keras.Model(images, x, name=name)


def style_encoder(plan: Plan, name: str) -> keras.Model:
    """Return images -> style codes (n, style) float32; not normalised, as that would take the style away."""
    images = keras.Input(plan.inside, name="images")
    x = layers.ReLU(name="conv1_relu")(_convolved(images, plan.filters(64), 7, "conv1"))
    for number in range(2, 2 + _STYLE_DOWN):
        filters = plan.filters(min(64 * 2 ** (number - 1), 256))
        x = layers.ReLU(name=f"conv{number}_relu")(_convolved(x, filters, 4, f"conv{number}", 2))
    x = layers.GlobalAveragePooling2D(dtype=at_least_float32(), name="pool")(x)
    return keras.Model(images, _dense(plan.style, "style")(x), name=name)


def decoder(plan: Plan, name: str) -> keras.Model:
    """Return what makes images (n, *plan.inside) in [-1, 1] of content codes.

    It takes content codes alone, or a list of content codes, then style codes if the plan has styles, then,
    if it is residual, the images that were encoded. The parameters of its normalisations come from the style
    code through three dense layers or, without style codes, are learnt.
    """
    content = keras.Input(plan.content, name="content")
    style = keras.Input((plan.style,), name="style") if plan.style else None
    wide = plan.filters(256)
    normalised = [wide] * (2 * plan.blocks) + [plan.filters(128), plan.filters(64)]
    parameters = iter(_parameters(plan, content, style, normalised))

    def norm(x: keras.KerasTensor, layer: str) -> keras.KerasTensor:
        return AdaptiveInstanceNorm(name=f"{layer}_norm")(x, next(parameters))

    x = content
    for number in range(1, plan.blocks + 1):
        block = f"block{number}"
        inner = norm(_convolved(x, wide, 3, f"{block}_1", use_bias=False), f"{block}_1")
        inner = layers.ReLU(name=f"{block}_relu")(inner)
        inner = norm(_convolved(inner, wide, 3, f"{block}_2", use_bias=False), f"{block}_2")
        x = layers.Add(name=f"{block}_sum")([x, inner])
    for number, filters in enumerate((128, 64), 1):
        x = layers.UpSampling2D(name=f"up{number}")(x)
        x = _convolved(x, plan.filters(filters), 5, f"conv{number}", use_bias=False)
        x = layers.ReLU(name=f"conv{number}_relu")(norm(x, f"conv{number}"))
    inputs = [content, style] if plan.style else [content]
    if plan.residual:
        inputs.append(keras.Input(plan.inside, name="encoded"))
        no_change: dict[str, Any] = {"kernel_initializer": "zeros", "dtype": at_least_float32()}
        change = _convolved(x, plan.inside[-1], 7, "change", **no_change)
        x = ChangedImage(name="images")([inputs[-1], change])
    else:
        x = _convolved(x, plan.inside[-1], 7, "images", activation="tanh", dtype=at_least_float32())
    return keras.Model(inputs if len(inputs) > 1 else content, x, name=name)


def critic(plan: Plan, name: str) -> keras.Model:
    """Return images -> a list of score maps (n, rows, columns, 1) float32, one a scale, the finest first."""
    images = keras.Input(plan.inside, name="images")
    maps, seen = [], images
    for scale in range(1, plan.scales + 1):
        x = seen
        for number, filters in enumerate(_CRITIC_FILTERS, 1):
            layer = f"scale{scale}_conv{number}"
            x = _convolved(x, plan.filters(filters), 4, layer, 2, kernel_initializer=_small())
            x = layers.LeakyReLU(negative_slope=NEGATIVE_SLOPE, name=f"{layer}_lrelu")(x)
        score = layers.Conv2D(
            1,
            4,
            padding="same",
            kernel_initializer=_small(),
            dtype=at_least_float32(),
            name=f"scale{scale}_scores",
        )
        maps.append(score(x))
        if scale < plan.scales:
            seen = layers.AveragePooling2D(3, 2, padding="same", name=f"scale{scale}_pool")(seen)
    return keras.Model(images, maps, name=name)


def generators(plan: Plan) -> dict[str, keras.Model]:
    """Return encoder, decoder and, if there are styles, style encoder of both: ``"source encoder"``, ..."""
    kinds = {"encoder": content_encoder, "decoder": decoder, "style": style_encoder}
    return {
        f"{domain} {kind}": build(plan, f"{domain}_{kind}")
        for domain in DOMAINS
        for kind, build in kinds.items()
        if plan.style or kind != "style"
    }


def critics(plan: Plan) -> dict[str, keras.Model]:
    """Return the critic of each domain."""
    return {domain: critic(plan, f"{domain}_critic") for domain in DOMAINS}


def translators(plan: Plan, networks: Mapping[str, keras.Model]) -> dict[str, keras.Model]:
    """Return the models that images of one domain go through to look like those of the other.

    They map (n, *plan.image_shape) to the same. Grey images are repeated to three channels, and the three
    that come out are averaged. Styles are those of `MiddleStyle`.

    Args:
        plan: of the networks.
        networks: what `generators` made; the models hold them.

    Returns:
        dict: ``"refiner"`` (source to target) and ``"reverse"``.
    """
    source, target = DOMAINS
    return {
        name: _translator(plan, networks[f"{start} encoder"], networks[f"{other} decoder"], name)
        for name, start, other in (("refiner", source, target), ("reverse", target, source))
    }


def _translator(plan: Plan, encoder: keras.Model, painter: keras.Model, name: str) -> keras.Model:
    images = keras.Input(plan.image_shape, name="source_images")
    seen = inside(images)
    content = encoder(seen)
    inputs = [content, MiddleStyle(plan.style, name="style")(content)] if plan.style else [content]
    if plan.residual:
        inputs.append(seen)
    painted = painter(inputs if len(inputs) > 1 else content)
    return keras.Model(images, outside(painted, plan.image_shape[-1]), name=name)


def inside(images: tf.Tensor) -> tf.Tensor:
    """Return images as the networks see them: (n, h, w, 1) -> (n, h, w, 3), others as they are."""
    return ops.repeat(images, channels_inside(images.shape[-1]) // images.shape[-1], axis=-1)


def outside(images: tf.Tensor, channels: int) -> tf.Tensor:
    """Return what a decoder made as images of so many channels: the mean of three where grey is wanted."""
    return ops.mean(images, axis=-1, keepdims=True) if channels != images.shape[-1] else images


def _parameters(
    plan: Plan, content: keras.KerasTensor, style: keras.KerasTensor | None, filters: Sequence[int]
) -> list[keras.KerasTensor]:
    """Return scales and shifts (n, 2 * filters) for each normalisation of a decoder."""
    ends = np.cumsum([2 * number for number in filters]).tolist()
    if style is None:
        return ops.split(LearntParameters(ends[-1], name="parameters")(content), ends[:-1], axis=1)
    x = style
    for number in (1, 2):
        x = _dense(plan.filters(_MLP_UNITS), f"mlp{number}", activation="relu")(x)
    x = _dense(ends[-1], "parameters")(x)
    return ops.split(x, ends[:-1], axis=1)


def _dense(units: int | None, name: str, **options: Any) -> layers.Dense:
    return layers.Dense(units, kernel_initializer="he_normal", dtype=at_least_float32(), name=name, **options)


def _convolved(
    x: keras.KerasTensor, filters: int, size: int, name: str, stride: int = 1, **options: Any
) -> keras.KerasTensor:
    """Convolve with reflected borders: the size is kept or, by a stride of two, halved and rounded down."""
    options = {"kernel_initializer": "he_normal", **options}
    x = Reflect((size - 1) // 2, dtype=options.get("dtype"), name=f"{name}_pad")(x)
    return Conv2D(filters, size, stride, name=name, **options)(x)


def _small() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=0.02)
