"""Dependencies between pools, and the required size of each."""

import graphlib
import math
from collections.abc import Mapping

from kgan.analyses import ANALYSES
from kgan.analyses.curation.settings import Curation
from kgan.recipe.schema import Gan, Recipe, Refiner
from kgan.schema.data import ViewSettings
from kgan.steps.settings.shared import PlacedView

#: Minimum size of a pool, for the figures.
MIN_POOL = 64


def making_order(recipe: Recipe) -> tuple[str, ...]:
    """Return the curations and refiners in topological order, each after its source.

    Raises:
        graphlib.CycleError: the sources contain a cycle.
    """
    sources = {name: [derived.source] for name, derived in _derived(recipe).items()}
    return tuple(name for name in graphlib.TopologicalSorter(sources).static_order() if name in sources)


def source_of(recipe: Recipe, name: str) -> str | None:
    """Return the source of a curation or refiner; ``None`` for anything else."""
    derived = _derived(recipe).get(name)
    return None if derived is None else derived.source


def origin_of(recipe: Recipe, name: str) -> str:
    """Return the GAN from which a curation or refiner derives; any other name is returned unchanged."""
    while (source := source_of(recipe, name)) is not None:
        name = source
    return name


def placed_view(recipe: Recipe, name: str) -> PlacedView:
    """Return the view of the real images that the model of a pool is trained on.

    Args:
        recipe: a checked recipe.
        name: of a GAN, curation or refiner.
    """
    while name in recipe.curations:
        name = recipe.curations[name].source
    if name in recipe.refiners:
        size = recipe.refiners[name].image_size
        return PlacedView(view=ViewSettings(image_size=size), canvas=size)
    gan = recipe.gans[name]
    return PlacedView(view=view(gan), canvas=gan.canvas, crop=gan.crop)


def view(gan: Gan) -> ViewSettings:
    """Return the view of the real images that a GAN is trained on."""
    return ViewSettings(sequences=gan.sequences, concat=gan.concat, image_size=gan.image_size)


def pool_sizes(recipe: Recipe, classes: int) -> dict[str, int]:
    """Return the required number of images of each GAN, curation and refiner, over all classes.

    It is the maximum over setups, refiners, analyses and figures, rounded up to a multiple of the number of
    classes. The source of a curation is enlarged by the discarded fraction.

    Args:
        recipe: a checked recipe.
        classes: number of classes.
    """
    pools = (*recipe.gans, *_derived(recipe))
    sizes = {name: max(MIN_POOL, _analysed(recipe, name, classes)) for name in pools}
    for setup in recipe.setups.values():
        for source, count in setup.items():
            if source in sizes and isinstance(count, int):
                sizes[source] = max(sizes[source], count)
    for name in reversed(making_order(recipe)):
        if name in recipe.refiners:
            refiner = recipe.refiners[name]
            required = max(sizes[name], refiner.images_per_class * classes)
        else:
            kept = math.ceil(sizes[name] / classes)
            required = classes * math.ceil(kept / (1 - recipe.curations[name].discard))
        source = _derived(recipe)[name].source
        sizes[source] = max(sizes[source], required)
    return {name: -(-size // classes) * classes for name, size in sizes.items()}


def _analysed(recipe: Recipe, pool: str, classes: int) -> int:
    """Return the largest number of images of a pool that any analysis needs."""
    needs = [0]
    for analysis in ANALYSES:
        section = recipe.section(analysis.name)
        if section is not None:
            needs.append(analysis.images_needed(section, pool, classes))
    return max(needs)


def _derived(recipe: Recipe) -> Mapping[str, Refiner | Curation]:
    return {**recipe.curations, **recipe.refiners}
