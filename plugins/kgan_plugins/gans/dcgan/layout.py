"""Which layers the networks of DCGAN and WGAN have, in each of three papers; needs no TensorFlow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan.errors import RecipeError, did_you_mean
from kgan_plugins.gans.square_images import check_square

#: Sizes of images that the networks are laid out for.
SIZES = (16, 32, 64, 128, 256)

#: Images in a group of the minibatch standard deviation, as in Karras et al. and in the zoo paper's own code.
STDDEV_GROUP = 4

#: Widths of Radford et al.'s narrowest and widest layer; larger images repeat the latter.
RADFORD = (128, 1024)

#: Parameters of the constructors that the networks are made of.
PARAMETERS = (
    "architecture",
    "width",
    "latent_size",
    "kernel",
    "generator_output",
    "critic_activation",
    "critic_norm",
    "dense",
    "similarity",
)

#: Parameter -> what it may be, where the constructor takes words.
CHOICES = {
    "architecture": ("radford", "multi_sequence", "zoo"),
    "generator_output": ("tanh", "linear"),
    "critic_activation": ("leaky_relu", "elu"),
    "critic_norm": ("auto", "batch", "layer", "none"),
    "similarity": ("stddev", "discrimination", "none"),
}


@dataclass(frozen=True)
class Figures:
    """What an architecture says; a recipe's parameters of the same names go before it.

    Args:
        latent_size: features of the latents.
        kernel: side of all kernels.
        generator_output: activation of the generator's last layer, "tanh" or "linear".
        critic_activation: "leaky_relu" (slope 0.2) or "elu".
        dense: units of a dense layer between the critic's last convolution and its score; 0 for none.
        similarity: how the critic compares the images of a batch, one of `CHOICES`.
    """

    latent_size: int
    kernel: int
    generator_output: str
    critic_activation: str
    dense: int
    similarity: str


ARCHITECTURES = {
    "radford": Figures(100, 5, "tanh", "leaky_relu", 0, "none"),
    "multi_sequence": Figures(100, 4, "linear", "elu", 0, "none"),
    "zoo": Figures(256, 5, "tanh", "leaky_relu", 1024, "stddev"),
}


@dataclass(frozen=True)
class Layout:
    """Two networks, laid out for one size of image.

    Args:
        image_shape: (size, size, channels).
        figures: of the architecture, after the recipe's own.
        grid: side of the grid that latents are projected to, and that the critic's convolutions end at.
        projected: features of that grid in the generator.
        generator: (filters, stride) of each further layer of the generator but the last.
        last_stride: of the generator's last layer.
        critic: filters of the critic's convolutions, each of stride 2.
    """

    image_shape: tuple[int, int, int]
    figures: Figures
    grid: int
    projected: int
    generator: tuple[tuple[int, int], ...]
    last_stride: int
    critic: tuple[int, ...]


def check(parameters: Mapping[str, Any], image_shape: Sequence[int], batch_size: int | None = None) -> None:
    """Refuse what no such network can have; asked when a recipe is read and when a GAN is made.

    Args:
        parameters: of the constructor, defaults filled in.
        image_shape: (height, width, channels) of the images.
        batch_size: images of one update, or ``None`` where that is not known.

    Raises:
        RecipeError: with what was expected.
    """
    for name, choices in CHOICES.items():
        value = parameters.get(name)
        if value is not None and value not in choices:
            hint = did_you_mean(str(value), choices) or "."
            raise RecipeError(f"{name} {value!r}{hint} Expected one of {', '.join(choices)}")
    who = f"architecture {parameters['architecture']}"
    check_square(who, image_shape, SIZES)
    for name, least in (("latent_size", 1), ("kernel", 2), ("dense", 0)):
        value = parameters.get(name)
        if value is not None and value < least:
            why = "; smaller kernels leave pixels out at a stride of 2" if name == "kernel" else ""
            raise RecipeError(f"{who}: {name} {value}; expected {least} or more{why}")
    if not 0 < parameters["width"] < float("inf"):
        raise RecipeError(f"{who}: width {parameters['width']}; expected a number above 0; 1 is the paper's")
    if batch_size is not None:
        check_batch(figures_of(parameters).similarity, batch_size)


def check_batch(similarity: str, images: int) -> None:
    """Refuse a batch in which the critic cannot compare images.

    Args:
        similarity: how it compares them, one of `CHOICES`.
        images: of one update in one replica.

    Raises:
        RecipeError: with the nearest batch that can be used.
    """
    if similarity != "none" and images < 2:
        raise RecipeError(
            f"a batch of {images} image in each replica with similarity: {similarity}, which compares the "
            "images of a batch; expected 2 or more; raise batch_size or set similarity: none"
        )
    if similarity == "stddev" and images > STDDEV_GROUP and images % STDDEV_GROUP:
        near = images // STDDEV_GROUP * STDDEV_GROUP
        raise RecipeError(
            f"a batch of {images} images in each replica with similarity: stddev; expected a multiple of "
            f"{STDDEV_GROUP}, its group, such as {near}; change batch_size or similarity"
        )


def group_size(parameters: Mapping[str, Any], image_shape: Sequence[int], batch: int) -> int:
    """Return how many images of a batch the critic compares with each other."""
    groups = {"stddev": min(STDDEV_GROUP, batch), "discrimination": batch, "none": 1}
    return groups[figures_of(parameters).similarity]


def figures_of(parameters: Mapping[str, Any]) -> Figures:
    """Return an architecture's figures, with the recipe's own in place of those that it names."""
    published = vars(ARCHITECTURES[parameters["architecture"]])
    own = {name: parameters.get(name) for name in published}
    figures = {name: published[name] if value is None else value for name, value in own.items()}
    if own["dense"] is None:
        figures["dense"] = _scaled(published["dense"], parameters["width"])
    return Figures(**figures)


def layout(parameters: Mapping[str, Any], image_shape: Sequence[int]) -> Layout:
    """Lay out the networks of checked parameters.

    Args:
        parameters: of the constructor; ``width`` multiplies the papers' widths.
        image_shape: (size, size, channels).
    """
    size, width = image_shape[0], parameters["width"]
    zoo = parameters["architecture"] == "zoo"
    grid = 8 if zoo else 4
    steps = (size // grid).bit_length() - 1
    critic = _critic(parameters["architecture"], steps)
    if zoo:
        projected, generator, last_stride = 256, _zoo_generator(size), 1
    else:
        projected, *widths = reversed(critic)
        generator, last_stride = [(filters, 2) for filters in widths], 2
    return Layout(
        image_shape=(size, size, image_shape[2]),
        figures=figures_of(parameters),
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
