"""A recipe as the checks of its sections see it: `kgan.analyses.recipe_facts.RecipeFacts`."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from kgan.recipe.schema import Recipe
from kgan.recipe.source_graph import origin_of, pool_sizes, source_of
from kgan.recipe.validation.classes import classes_of


class Facts:
    """What the check of a section may know of the rest of its recipe.

    Args:
        recipe: whose plugins and classes are valid.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self.gans: Sequence[str] = tuple(recipe.gans)
        self.refiners: Sequence[str] = tuple(recipe.refiners)
        self.pools: Sequence[str] = (*recipe.gans, *recipe.curations, *recipe.refiners)
        self.setups: Mapping[str, Mapping[str, int | str]] = recipe.setups
        self.variants: Sequence[str] | None = tuple(recipe.classifier.variants) if recipe.classifier else None
        self.training_patients = recipe.data.split.train
        self.splits = recipe.repeats.splits
        self.has_labels = recipe.data.labels is not None

    @cached_property
    def classes(self) -> int:
        """Number of classes; 1 where images have none."""
        return max(len(classes_of(self._recipe)), 1)

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        return pool_sizes(self._recipe, self.classes)

    def has_classes(self, source: str) -> bool:
        """Tell whether the images of a source have a class."""
        gan = self._recipe.gans.get(origin_of(self._recipe, source))
        return gan is None or gan.per_class

    def source_of(self, pool: str) -> str | None:
        """Return whose pool a curation or refiner takes; ``None`` for anything else."""
        return source_of(self._recipe, pool)

    def pool_size(self, pool: str) -> int:
        """Return how many images a pool holds, over all classes."""
        return self._sizes[pool]
