"""Which layers the networks of DCGAN and WGAN have, in each of three papers; needs no TensorFlow."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from kgan.contracts.config import ImageShape

if TYPE_CHECKING:
    from kgan_plugins.gans.dcgan.config import ConvolutionalConfig

#: Sizes of images that the networks are laid out for.
SIZES = (16, 32, 64, 128, 256)

#: Images in a group of the minibatch standard deviation, as in Karras et al. and in the zoo paper's own code.
STDDEV_GROUP = 4

#: Widths of Radford et al.'s narrowest and widest layer; larger images repeat the latter.
RADFORD = (128, 1024)


@dataclass(frozen=True)
class Architecture:
    """What an architecture says; a recipe's parameters of the same names go before it.

    Args:
        latent_size: features of the latents.
        kernel: side of all kernels.
        generator_output: activation of the generator's last layer, "tanh" or "linear".
        critic_activation: "leaky_relu" (0.2) or "elu".
        dense: units of a dense layer between the critic's last convolution and its score; 0 for none.
        similarity: how the critic compares the images of a batch, "stddev", "discrimination" or "none".
    """

    latent_size: int
    kernel: int
    generator_output: str
    critic_activation: str
    dense: int
    similarity: str


ARCHITECTURES = {
    "radford": Architecture(100, 5, "tanh", "leaky_relu", 0, "none"),
    "multi_sequence": Architecture(100, 4, "linear", "elu", 0, "none"),
    "zoo": Architecture(256, 5, "tanh", "leaky_relu", 1024, "stddev"),
}


@dataclass(frozen=True)
class Layout:
    """Two networks, laid out for one size of image.

    Args:
        image_shape: (size, size, channels).
        architecture: after the recipe's own values.
        grid: side of the grid that latents are projected to, and that the critic's convolutions end at.
        projected: features of that grid in the generator.
        generator: (filters, stride) of each further layer of the generator but the last.
        last_stride: of the generator's last layer.
        critic: filters of the critic's convolutions, each of stride 2.
    """

    image_shape: tuple[int, int, int]
    architecture: Architecture
    grid: int
    projected: int
    generator: tuple[tuple[int, int], ...]
    last_stride: int
    critic: tuple[int, ...]


def architecture_of(config: "ConvolutionalConfig") -> Architecture:
    """Return what an architecture says, and what the configuration gives in its place."""
    published = ARCHITECTURES[config.architecture]
    own = {field.name: getattr(config, field.name) for field in fields(Architecture)}
    given = {name: value for name, value in own.items() if value is not None}
    return replace(published, **{"dense": _scaled(published.dense, config.width), **given})


def layout(config: "ConvolutionalConfig", image_shape: ImageShape) -> Layout:
    """Lay out the networks.

    Args:
        config: ``width`` multiplies the papers' widths.
        image_shape: (size, size, channels), which the configuration has checked.
    """
    size, width = image_shape[0], config.width
    zoo = config.architecture == "zoo"
    grid = 8 if zoo else 4
    steps = (size // grid).bit_length() - 1
    critic = _critic(config.architecture, steps)
    if zoo:
        projected, generator, last_stride = 256, _zoo_generator(size), 1
    else:
        projected, *widths = reversed(critic)
        generator, last_stride = [(filters, 2) for filters in widths], 2
    return Layout(
        image_shape=(size, size, image_shape[2]),
        architecture=architecture_of(config),
        grid=grid,
        projected=_scaled(projected, width),
        generator=tuple((_scaled(filters, width), stride) for filters, stride in generator),
        last_stride=last_stride,
        critic=tuple(_scaled(filters, width) for filters in critic),
    )


def _critic(architecture: str, steps: int) -> list[int]:
    if architecture == "zoo":
        return [64 * 2**step for step in range(steps)]
    narrowest, widest = RADFORD
    table = [min(widest, narrowest * 2**step) for step in range(steps)]
    return [filters // 2 for filters in table] if architecture == "multi_sequence" else table


def _zoo_generator(size: int) -> list[tuple[int, int]]:
    # Table 1 from its end: one layer at the full size, one at half of it, two at each smaller grid.
    layers, side = [], 16
    while side < size // 2:
        layers += [(256, 2), (256, 1)]
        side *= 2
    return [*layers, *([(128, 2)] if side < size else []), (64, 2)]


def _scaled(filters: int, width: float) -> int:
    return max(1, round(filters * width)) if filters else 0
