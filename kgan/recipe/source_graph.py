"""Which pool is made from which, and how many images each must hold."""

import graphlib
import math
from collections.abc import Mapping

from kgan.analyses import ANALYSES
from kgan.analyses.curation.settings import Curation
from kgan.recipe.schema import Gan, Recipe, Refiner
from kgan.steps.settings.shared import PlacedView, ViewSettings

#: A pool is never smaller: the figures show that many.
FEWEST = 64

#: Sources of a setup that need no model.
REAL, CLASSIC = "real", "classic"


def making_order(recipe: Recipe) -> tuple[str, ...]:
    """Return the curations and refiners so that each follows the one whose pool it takes.

    Raises:
        graphlib.CycleError: some that take each other's pools.
    """
    sources = {name: [made.source] for name, made in _derived(recipe).items()}
    return tuple(name for name in graphlib.TopologicalSorter(sources).static_order() if name in sources)


def source_of(recipe: Recipe, name: str) -> str | None:
    """Return whose pool a curation or refiner takes; ``None`` for anything else."""
    made = _derived(recipe).get(name)
    return None if made is None else made.source


def origin_of(recipe: Recipe, name: str) -> str:
    """Return the GAN behind a curation or refiner; the name itself where it is neither."""
    while (source := source_of(recipe, name)) is not None:
        name = source
    return name


def placed_view(recipe: Recipe, name: str) -> PlacedView:
    """Return how the model behind a pool sees the real images.

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
    """Return how a GAN sees the real images."""
    return ViewSettings(sequences=gan.sequences, concat=gan.concat, image_size=gan.image_size)


def pool_sizes(recipe: Recipe, classes: int) -> dict[str, int]:
    """Return how many images of each GAN, curation and refiner are needed, over all classes.

    That is the most that any setup asks for, what refiners learn from and refine, what the analyses need, and
    enough for figures, rounded up to a multiple of the number of classes. What is curated is made larger by
    what will be discarded of it.

    Args:
        recipe: a checked recipe.
        classes: number of classes.
    """
    pools = (*recipe.gans, *_derived(recipe))
    sizes = {name: max(FEWEST, _analysed(recipe, name, classes)) for name in pools}
    for setup in recipe.setups.values():
        for source, count in setup.items():
            if source in sizes and isinstance(count, int):
                sizes[source] = max(sizes[source], count)
    for name in reversed(making_order(recipe)):
        if name in recipe.refiners:
            refiner = recipe.refiners[name]
            wanted = max(sizes[name], refiner.images_per_class * classes)
        else:
            kept = math.ceil(sizes[name] / classes)
            wanted = classes * math.ceil(kept / (1 - recipe.curations[name].discard))
        source = _derived(recipe)[name].source
        sizes[source] = max(sizes[source], wanted)
    return {name: -(-size // classes) * classes for name, size in sizes.items()}


def _analysed(recipe: Recipe, pool: str, classes: int) -> int:
    """Return how many images of a pool the analysis needs that needs the most of it."""
    needs = [0]
    for analysis in ANALYSES:
        section = recipe.section(analysis.name)
        if section is not None:
            needs.append(analysis.images_needed(section, pool, classes))
    return max(needs)


def _derived(recipe: Recipe) -> Mapping[str, Refiner | Curation]:
    return {**recipe.curations, **recipe.refiners}
