"""Where recognition joins a plan, and how its section of a recipe is checked."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.recipe_facts import CLASSLESS, Mistake, RecipeFacts, setup_mistakes
from kgan.analyses.recognition.settings import Recognition, RecognitionSettings, RecognizedPool
from kgan.schema.sources import CLASSIC, REAL


class RecognitionAnalysis(Analysis[Recognition]):
    """Whether a classifier of real images recognises the class of generated ones."""

    name: ClassVar[str] = "recognition"
    section_type: ClassVar[type[Recognition]] = Recognition
    description: ClassVar[str] = "Whether a classifier of real images recognises the class of generated ones."
    of_classifiers: ClassVar[bool] = True
    report_group: ClassVar[Literal["results", "images"]] = "results"
    report_order: ClassVar[int] = 4

    def plan(self, section: Recognition, planner: Planner) -> None:
        """Add the classification of every pool by the first classifier of the setup."""
        if not planner.has_classifier():
            return
        variant = planner.variant(section.variant)
        cell = next(
            cell for cell in planner.cells() if (cell.setup, cell.variant) == (section.setup, variant)
        )
        pools = tuple(RecognizedPool(name=name, step=planner.pool(name)) for name in [*planner.pools])
        settings = RecognitionSettings(
            seed=planner.seed("recognition"),
            pools=pools,
            classifier=cell.step,
            setup=section.setup,
            center_crop=planner.center_crop,
            classes=tuple(planner.classes),
            images=section.images,
        )
        needs = [planner.prepared, cell.step, *(pool.step for pool in pools)]
        planner.add("recognize", settings, needs)

    def mistakes(self, section: Recognition, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield that nothing can be recognised, setups that do not exist, and those of other images."""
        if facts.variants is None:
            yield (self.name,), "needs a 'classifier'"
            return
        if not facts.gans:
            yield (self.name,), "nothing to recognise: expected 'gans'"
        for pool in facts.pools:
            if not facts.has_classes(pool):
                yield (self.name,), f"{pool}: {CLASSLESS}; or leave out recognition"
        yield from setup_mistakes((self.name,), section.setup, section.variant, facts, "setup")
        parts = facts.setups.get(section.setup, {})
        others = [source for source, images in parts.items() if images and source not in (REAL, CLASSIC)]
        if others:
            text = f"{section.setup!r} learns from {', '.join(others)}"
            yield (
                (self.name, "setup"),
                f"{text}; expected a setup of {REAL} and {CLASSIC} alone, which has seen no generated image",
            )

    def images_needed(self, section: Recognition, pool: str, classes: int) -> int:
        """Return how many images of each pool are classified."""
        return section.images * classes
