"""On how many devices each training of a recipe will run, known before anything runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kgan import registry
from kgan.contracts.sharing import most_devices
from kgan.recipe.schema import Recipe
from kgan.recipe.source_graph import origin_of


@dataclass(frozen=True)
class Sharing:
    """What decides on how many devices a training runs.

    Args:
        name: of the GAN or refiner, or "classifiers".
        batch: images of one update.
        group: consecutive images of it that one device must hold together.
    """

    name: str
    batch: int
    group: int


def training_runs(recipe: Recipe) -> Iterator[Sharing]:
    """Yield what is trained, a line for each GAN and refiner and one for all classifiers.

    Args:
        recipe: a checked recipe.
    """
    channels = {name: gan.image_shape(recipe.data.sequences)[2] for name, gan in recipe.gans.items()}
    for name, gan in recipe.gans.items():
        shape = gan.image_shape(recipe.data.sequences)
        yield _sharing(name, "gans", gan.plugin, gan.parameters, shape, gan.train.batch_size)
    for name, refiner in recipe.refiners.items():
        shape = (*refiner.image_size, channels[origin_of(recipe, name)])
        yield _sharing(name, "gans", refiner.plugin, refiner.parameters, shape, refiner.train.batch_size)
    if recipe.classifier is not None:
        section = recipe.classifier
        shape = (*section.image_size, len(recipe.data.sequences))
        batch = section.train.batch_size
        yield _sharing("classifiers", "classifiers", section.plugin, section.parameters, shape, batch)


def device_lines(recipe: Recipe, gpus: int) -> list[str]:
    """Say on how many GPUs each training runs.

    Args:
        recipe: a checked recipe.
        gpus: that this machine has.
    """
    here = f"this machine has {gpus or 'no'} GPU{'s' if gpus > 1 else ''}"
    devices = recipe.compute.devices
    if isinstance(devices, tuple):
        names = ", ".join(map(str, devices))
        return [f"devices: one of the GPUs {names} for each training (compute.devices); {here}"]
    if devices == 1 or recipe.compute.strategy == "one":
        return [f"devices: one GPU for each training, where there are GPUs; {here}"]
    shares = {
        sharing.name: str(most_devices(devices, sharing.batch, sharing.group))
        for sharing in training_runs(recipe)
    }
    used = ", ".join(f"{name} {share}" for name, share in _together(shares).items())
    return [
        f"devices: of {devices} GPUs each training takes as many as share its batch evenly: {used}; {here}"
    ]


def _together(shares: Mapping[str, str]) -> dict[str, str]:
    """Name what has the same share together."""
    names: dict[str, list[str]] = {}
    for name, share in shares.items():
        names.setdefault(share, []).append(name)
    return {", ".join(same): share for share, same in names.items()}


def _sharing(
    name: str, kind: str, plugin: str, parameters: Mapping[str, Any], shape: tuple[int, ...], batch: int
) -> Sharing:
    return Sharing(name, batch, registry.configure(kind, plugin, parameters).images_together(batch))
