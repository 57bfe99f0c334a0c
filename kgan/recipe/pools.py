"""Which pool is made from which, and how many images each must hold."""

import graphlib

from kgan.recipe.schema import Recipe

#: A pool is never smaller: the figures show that many.
FEWEST = 64

#: Sources of a setup that need no model.
REAL, CLASSIC = "real", "classic"


def refining_order(recipe: Recipe) -> tuple[str, ...]:
    """Return the refiners so that each follows the one whose pool it refines.

    Raises:
        graphlib.CycleError: refiners that refine each other's pools.
    """
    sources = {name: [refiner.source] for name, refiner in recipe.refiners.items()}
    return tuple(name for name in graphlib.TopologicalSorter(sources).static_order() if name in sources)


def pool_sizes(recipe: Recipe, classes: int) -> dict[str, int]:
    """Return how many images of each GAN and refiner are needed, over all classes.

    That is the most that any setup asks for, what refiners learn from and refine, what is measured and
    mapped, and enough for figures, rounded up to a multiple of the number of classes.

    Args:
        recipe: a checked recipe.
        classes: number of classes.
    """
    measured = recipe.measures.images if recipe.measures else 0
    mapped = recipe.tsne.images * classes if recipe.tsne else 0
    sizes = dict.fromkeys([*recipe.gans, *recipe.refiners], max(FEWEST, measured, mapped))
    for setup in recipe.setups.values():
        for source, count in setup.items():
            if source in sizes and isinstance(count, int):
                sizes[source] = max(sizes[source], count)
    for name in reversed(refining_order(recipe)):
        refiner = recipe.refiners[name]
        learnt = refiner.images_per_class * classes
        sizes[refiner.source] = max(sizes[refiner.source], sizes[name], learnt)
    return {name: -(-size // classes) * classes for name, size in sizes.items()}
