"""What analyses may ask of a plan: a recipe and its first split behind `kgan.analyses.base.Planner`."""

from collections.abc import Mapping, Sequence
from typing import Any

from kgan.analyses.comparison.settings import ComparedCell
from kgan.pipeline.settings import StepSettings
from kgan.plan.builder import seed_of
from kgan.plan.split import SplitPlan
from kgan.recipe.schema import Recipe
from kgan.recipe.source_graph import origin_of, placed_view
from kgan.recipe.validation.replicates import preferred_variant
from kgan.registry import curated_name, display_name
from kgan.schema.features import Features
from kgan.schema.sources import CLASSIC
from kgan.steps.settings.shared import FeatureChoice, PlacedView


class RecipePlanner:
    """A recipe and the plan of its first split.

    Args:
        recipe: a checked recipe.
        split: its first one.
        cells: the classifiers planned so far, of all splits.
    """

    def __init__(self, recipe: Recipe, split: SplitPlan, cells: Sequence[ComparedCell]) -> None:
        self._recipe, self._split, self._cells = recipe, split, cells
        self.prepared = split.prepared
        self.classes: Sequence[str] = split.classes
        self.pools: Mapping[str, str] = split.pools
        self.classic = recipe.classic
        self.seeds = recipe.repeats.seeds
        self.center_crop = recipe.classifier is not None and recipe.classifier.center_crop

    def seed(self, stream: str) -> int:
        """Return the seed of a part of the recipe, a function of the recipe's and of ``stream``."""
        return seed_of(self._recipe.seed, stream)

    def add(self, name: str, settings: StepSettings, needs: Sequence[str]) -> str:
        """Append a step and return its name."""
        return self._split.steps.add(name, settings, needs)

    def pool(self, name: str) -> str:
        """Return the step that holds a source's pool."""
        return self._split.pool(name)

    def title(self, name: str) -> str:
        """Return how a source is called in figures."""
        recipe = self._recipe
        if name in recipe.curations:
            return curated_name(self.title(recipe.curations[name].source))
        model = recipe.gans.get(name) or recipe.refiners.get(name)
        if model is None:
            return f"{name} DA" if name == CLASSIC else name
        return display_name(name, model.plugin, model.title)

    def viewed(self, name: str) -> PlacedView:
        """Return how the model behind a source sees the real images."""
        return placed_view(self._recipe, name)

    def origin(self, name: str) -> str:
        """Return the GAN behind a curation or refiner; the name itself where it is neither."""
        return origin_of(self._recipe, name)

    def per_class(self, name: str) -> bool:
        """Tell whether a GAN has a model for each class."""
        return self._recipe.gans[name].per_class

    def features(self, choice: Features) -> FeatureChoice:
        """Return features as settings have them."""
        return choice if isinstance(choice, str) else self._split.features(choice)

    def classifier_of_some(
        self, parts: Mapping[str, int | str], patients: int | float | str, variant: str, seed: int = 0
    ) -> str:
        """Return the step that trains a classifier on images of some patients and on other sources."""
        return self._split.classifier_of_some(parts, patients, variant, seed)

    def variant(self, requested: str | None) -> str:
        """Return a variant of the classifier: the requested one, else one with weights, if any."""
        return requested or preferred_variant(self._split.classifier_section)

    def has_classifier(self) -> bool:
        """Tell whether the recipe has a classifier."""
        return self._recipe.classifier is not None

    def cells(self) -> Sequence[ComparedCell]:
        """Return the classifiers of all setups, variants, seeds and splits."""
        return self._cells

    def setups(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the setups: name -> source -> images."""
        return self._recipe.setups

    def refiners(self) -> Sequence[str]:
        """Return the names of the refiners."""
        return tuple(self._recipe.refiners)
