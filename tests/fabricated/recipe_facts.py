"""Facts of a recipe for the checks of its sections: a GAN, a curation and a refiner, and two setups."""

from dataclasses import dataclass, field


@dataclass
class FabricatedFacts:
    """See `kgan.analyses.recipe_facts.RecipeFacts`; ``without_classes``: sources whose images have none."""

    gans: tuple[str, ...] = ("tiles",)
    pools: tuple[str, ...] = ("tiles", "kept", "polish")
    refiners: tuple[str, ...] = ("polish",)
    setups: dict = field(default_factory=lambda: {"real": {"real": "all"}, "+polish": {"polish": 30}})
    variants: tuple[str, ...] | None = ("mean", "max")
    training_patients: int | float = 5
    splits: int = 1
    has_labels: bool = True
    classes: int = 2
    without_classes: tuple[str, ...] = ()
    sources: dict = field(default_factory=lambda: {"kept": "tiles", "polish": "kept"})
    images: int = 100

    def has_classes(self, source):
        return source not in self.without_classes

    def source_of(self, pool):
        return self.sources.get(pool)

    def pool_size(self, pool):
        return self.images


def recipe_facts(**changes):
    """Return facts that differ in some parts from those of the fabricated recipe."""
    return FabricatedFacts(**changes)
