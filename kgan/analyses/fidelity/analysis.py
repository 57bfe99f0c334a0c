"""Where the fidelity metrics join a plan, and how their section of a recipe is checked."""

from collections.abc import Iterator
from typing import ClassVar

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.fidelity.settings import (
    TRAINING,
    DistanceSettings,
    FidelitySettings,
    MeasuredPool,
    Measures,
)
from kgan.analyses.recipe_facts import Mistake, RecipeFacts, feature_mistakes
from kgan.steps.settings.shared import classifier_behind


class FidelityAnalysis(Analysis[Measures]):
    """Realism and diversity of every pool, beside those of the images it learnt from."""

    name: ClassVar[str] = "measures"
    section_type: ClassVar[type[Measures]] = Measures
    description: ClassVar[str] = "Realism and diversity of every pool."
    published_sets: ClassVar[tuple[str, ...]] = (TRAINING,)
    report_order: ClassVar[int] = 3
    answers_question: ClassVar[bool] = True

    def plan(self, section: Measures, planner: Planner) -> None:
        """Add the measuring of all pools, each against the real images as its model sees them."""
        pools = tuple(self._pool(name, section, planner) for name in [*planner.pools])
        needs = [planner.prepared, *(pool.step for pool in pools)]
        distances = None
        if section.distances is not None:
            features = planner.features(section.distances.features)
            values = section.distances.model_dump(exclude={"features"})
            distances = DistanceSettings(**values, features=features)
            needs += classifier_behind(features)
        settings = FidelitySettings(
            seed=planner.seed("measure"),
            pools=pools,
            components=section.pca.components,
            images=section.images,
            published=section.published.get(TRAINING),
            distances=distances,
        )
        planner.add("measure", settings, needs)

    def mistakes(self, section: Measures, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield that there is nothing to measure, too few images for the components, and missing features."""
        if not facts.gans:
            yield (self.name,), "nothing to measure: expected 'gans'"
        if section.pca.components >= section.images:
            text = f"expected more images than the {section.pca.components} components of pca"
            yield (self.name, "images"), f"{text}, received {section.images}"
        if section.distances is not None:
            yield from feature_mistakes(
                (self.name, "distances", "features"), section.distances.features, facts
            )

    def images_needed(self, section: Measures, pool: str, classes: int) -> int:
        """Return how many images of each pool are measured."""
        return section.images

    def _pool(self, name: str, section: Measures, planner: Planner) -> MeasuredPool:
        step, view = planner.pool(name), planner.viewed(name)
        return MeasuredPool(**dict(view), name=name, step=step, published=section.published.get(name))
